# Place of the greeting, which ZSH_SPLASH_DISABLE=1 keeps away.
(( ! ${+_LOADED_POST_PLUGIN_SPLASH} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SPLASH=1
