# Place of nvm, node, npm and npx, loaded on first use.
(( ! ${+_LOADED_PRE_PLUGIN_NODE_RUNTIME_ENV} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_NODE_RUNTIME_ENV=1
