# Ends the pre-plugin phase; everything after it is a plugin until plugins_end.
(( ! ${+_LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY=1

# The moment at which the walk has read this is the marker pre_plugin_end.
