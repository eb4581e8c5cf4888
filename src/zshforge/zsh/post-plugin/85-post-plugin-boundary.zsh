# Ends the post-plugin phase; the prompt is all that is left.
(( ! ${+_LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY=1

[[ -z "${_zf_t-}" ]] || (( _zf_post_plugin_end = _zf_t = EPOCHREALTIME * 1000000 ))
