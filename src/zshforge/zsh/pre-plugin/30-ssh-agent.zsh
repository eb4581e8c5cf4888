# Place of the ssh agent that all shells share.
(( ! ${+_LOADED_PRE_PLUGIN_SSH_AGENT} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_SSH_AGENT=1
