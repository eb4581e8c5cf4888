# Ends the pre-plugin phase: everything after it is a plugin until plugins_end.
(( ! ${+_LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY=1

[[ -n "${_zf_walking-}" ]] || return 0
(( _zf_pre_plugin_end = _zf_now = EPOCHREALTIME * 1000000 ))
'builtin' 'print' -ru "$_zf_fd" "MARK name=pre_plugin_end us=$_zf_now"
