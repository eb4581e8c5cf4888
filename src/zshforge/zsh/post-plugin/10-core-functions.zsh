# Makes the zf:: functions available; each is read from functions/ on its first call.
(( ! ${+_LOADED_POST_PLUGIN_CORE_FUNCTIONS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_CORE_FUNCTIONS=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  local -a names=(ensure_cmd has log require warn)
  autoload -Uz "${ZDOTDIR:-$HOME}"/functions/zf::${^names}
}
