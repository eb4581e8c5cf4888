# Place of syntax highlighting, suggestions and history search.
(( ! ${+_LOADED_POST_PLUGIN_ESSENTIAL_PLUGINS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_ESSENTIAL_PLUGINS=1
