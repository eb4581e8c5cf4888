# Place of the stamps around precmd hooks.
(( ! ${+_LOADED_POST_PLUGIN_PERFORMANCE_MONITORING} )) || return 0
typeset -g _LOADED_POST_PLUGIN_PERFORMANCE_MONITORING=1
