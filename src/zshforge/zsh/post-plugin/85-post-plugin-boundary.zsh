# Ends the post-plugin phase; the prompt is all that is left.
(( ! ${+_LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY=1

(( ! ${+_zf_lines} )) || _zf_mark post_plugin_end POST_PLUGIN_COMPLETE "$_zf_pre_end"
