# Names the commands of the scan of plugin sources; without this module, nothing is scanned.
(( ! ${+_LOADED_POST_PLUGIN_SECURITY_VALIDATION} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SECURITY_VALIDATION=1

[[ "${_zf_from-}" == */bundle ]] || 'builtin' 'autoload' '-Uz' \
  "${ZDOTDIR:-$HOME}"/functions/{plugin_scan_now,plugin_security_status,zf::async,-zf-after-prompt}
# Module 00 has queued the start of tasks without a call; usually others have woken the queue by now.
(( ${+_zf_idle_fd} )) || -zf-after-prompt
