# Names the scan of plugin sources to the queue that runs after the first prompt; scans nothing itself.
(( ! ${+_LOADED_POST_PLUGIN_SECURITY_VALIDATION} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SECURITY_VALIDATION=1

'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}"/functions/-zf-{after-prompt,security-scan} \
  "${ZDOTDIR:-$HOME}"/functions/plugin_{scan_now,security_status}
-zf-after-prompt security-scan -zf-security-scan
