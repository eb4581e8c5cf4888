# Ends the post-plugin phase; the prompt is all that is left.
(( ! ${+_LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY=1

# The moment at which the walk has read this is the marker post_plugin_end.
