# Ends the post-plugin phase; the prompt is all that is left.
(( ! ${+_LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_POST_PLUGIN_BOUNDARY=1

[[ -n "${_zf_walking-}" ]] || return 0
(( _zf_post_plugin_end = _zf_now = EPOCHREALTIME * 1000000 ))
'builtin' 'print' -ru "$_zf_fd" "MARK name=post_plugin_end us=$_zf_now"
