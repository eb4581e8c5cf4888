# Names the scan of plugin sources to the queue that runs after the first prompt; scans nothing itself.
(( ! ${+_LOADED_POST_PLUGIN_SECURITY_VALIDATION} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SECURITY_VALIDATION=1

[[ -f "${ZDOTDIR:-$HOME}/functions/-zf-security-scan" ]] || return 0
(( ${+functions[-zf-security-scan]} )) || 'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}/functions/-zf-security-scan"
(( ${+functions[-zf-after-prompt]} )) || 'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}/functions/-zf-after-prompt"
-zf-after-prompt security-scan -zf-security-scan
