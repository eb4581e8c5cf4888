# Names the commands of the scan of plugin sources; without this module, nothing is scanned.
(( ! ${+_LOADED_POST_PLUGIN_SECURITY_VALIDATION} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SECURITY_VALIDATION=1

'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}"/functions/plugin_{scan_now,security_status} \
  "${ZDOTDIR:-$HOME}"/functions/zf::async
