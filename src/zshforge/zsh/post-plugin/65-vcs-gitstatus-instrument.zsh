# Place of the stamps around gitstatus_init.
(( ! ${+_LOADED_POST_PLUGIN_VCS_GITSTATUS_INSTRUMENT} )) || return 0
typeset -g _LOADED_POST_PLUGIN_VCS_GITSTATUS_INSTRUMENT=1
