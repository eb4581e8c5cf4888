# Place of fzf: key bindings and options, never completion.
(( ! ${+_LOADED_PRE_PLUGIN_FZF_INIT} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_FZF_INIT=1
