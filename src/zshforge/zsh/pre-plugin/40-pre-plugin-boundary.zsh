# Ends the pre-plugin phase; everything after it is a plugin until plugins_end.
(( ! ${+_LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY=1

[[ -z "${_zf_t-}" ]] || (( _zf_pre_plugin_end = _zf_t = EPOCHREALTIME * 1000000 ))
