# Place of the aliases and key bindings.
(( ! ${+_LOADED_POST_PLUGIN_ALIASES_KEYBINDINGS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_ALIASES_KEYBINDINGS=1
