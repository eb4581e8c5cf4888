# Ends the pre-plugin phase: everything after it is a plugin until plugins_end.
(( ! ${+_LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY=1

if (( ${+_zf_lines} )); then
  _zf_mark pre_plugin_end PRE_PLUGIN_COMPLETE "$_zf_pre_start"
  _zf_pre_end=$_zf_now
fi
