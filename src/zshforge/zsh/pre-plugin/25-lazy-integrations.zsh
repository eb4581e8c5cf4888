# Place of direnv, gh and git, hooked up on first use.
(( ! ${+_LOADED_PRE_PLUGIN_LAZY_INTEGRATIONS} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_LAZY_INTEGRATIONS=1
