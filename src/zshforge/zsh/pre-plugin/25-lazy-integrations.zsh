# Hooks up direnv, pyenv, rbenv and completions that a tool writes itself, each at its first use.
(( ! ${+_LOADED_PRE_PLUGIN_LAZY_INTEGRATIONS} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_LAZY_INTEGRATIONS=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  local f=${ZDOTDIR:-$HOME}/functions dir=$PWD
  fpath+=("${f:h}/completions")
  (( ${+functions[command_not_found_handler]} )) ||
    emulate zsh -c 'autoload -Uz "$f/command_not_found_handler"'
  if [[ -d ${PYENV_ROOT:-$HOME/.pyenv} || -d ${RBENV_ROOT:-$HOME/.rbenv} ]]; then
    autoload -Uz "$f/-zf-shims"
    -zf-shims "$f"
  fi
  [[ ${ZSH_LAZY_INTEGRATIONS_DIRENV:-1} == 0 ]] && return
  emulate zsh -c 'autoload -Uz "$f/direnv" "$f/-zf-direnv-look" "$f/-zf-direnv-hook"'
  chpwd_functions+=(-zf-direnv-look)
  while [[ -n $dir && ! -e $dir/.envrc ]]; do dir=${dir%/*}; done
  [[ -n $dir$DIRENV_DIR || -e ${XDG_CONFIG_HOME:-$HOME/.config}/direnv/direnv.toml ]] || return 0
  # direnv is a process: it waits for the prompt, or for a command that was typed before the prompt came.
  emulate zsh -c 'autoload -Uz "$f/-zf-direnv-first"'
  (( ${+functions[-zf-after-prompt]} )) || autoload -Uz "$f/-zf-after-prompt"
  preexec_functions+=(-zf-direnv-first)
  -zf-after-prompt direnv -zf-direnv-first
}
