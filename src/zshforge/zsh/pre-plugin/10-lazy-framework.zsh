# Place of the framework that loads a command on its first call.
(( ! ${+_LOADED_PRE_PLUGIN_LAZY_FRAMEWORK} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_LAZY_FRAMEWORK=1
