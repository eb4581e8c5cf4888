# Place of the macOS defaults, set after the first prompt.
(( ! ${+_LOADED_PRE_PLUGIN_MACOS_DEFAULTS_DEFERRED} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_MACOS_DEFAULTS_DEFERRED=1
