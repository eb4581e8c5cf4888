# Place of the scan of plugin sources after the first prompt.
(( ! ${+_LOADED_POST_PLUGIN_SECURITY_VALIDATION} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SECURITY_VALIDATION=1
