# Makes lazy_register available: a command is loaded on its first call, at no cost before and after.
(( ! ${+_LOADED_PRE_PLUGIN_LAZY_FRAMEWORK} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_LAZY_FRAMEWORK=1

autoload -Uz "${ZDOTDIR:-$HOME}/functions/lazy_register" "${ZDOTDIR:-$HOME}/functions/lazy_status" \
  "${ZDOTDIR:-$HOME}/functions/-zf-lazy"
