# Cleans PATH: absolute, existing folders, each once, first place kept, ~ expanded, no trailing slash.
(( ! ${+_LOADED_PRE_PLUGIN_PATH_SAFETY} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_PATH_SAFETY=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  typeset -gU path
  # One stat a folder shows whether there is anything to do.
  local -aU clean=($^path:a(N-/))
  [[ $PATH == "${(j.:.)clean}" ]] && return
  autoload -Uz "${ZDOTDIR:-$HOME}/functions/-zf-path-clean"
  -zf-path-clean
}
