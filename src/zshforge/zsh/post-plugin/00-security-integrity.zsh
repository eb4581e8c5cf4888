# Place of the trust anchors and of the one registration of the integrity scan.
(( ! ${+_LOADED_POST_PLUGIN_SECURITY_INTEGRITY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SECURITY_INTEGRITY=1
