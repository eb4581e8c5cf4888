# On macOS alone, after the first prompt: settings of the system that the user has listed.
(( ! ${+_LOADED_PRE_PLUGIN_MACOS_DEFAULTS_DEFERRED} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_MACOS_DEFAULTS_DEFERRED=1

[[ "$OSTYPE" == darwin* && "${ZSH_MACOS_DEFAULTS:-1}" != 0 ]] || return 0
() {
  'builtin' 'emulate' '-L' 'zsh'
  local f=${ZDOTDIR:-$HOME}/functions
  emulate zsh -c 'autoload -Uz "$f/zf::macos_defaults" "$f/-zf-macos-deferred"'
  (( ${+functions[-zf-after-prompt]} )) || autoload -Uz "$f/-zf-after-prompt"
  -zf-after-prompt macos-defaults -zf-macos-deferred
}
