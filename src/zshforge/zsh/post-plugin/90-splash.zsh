# A greeting under ZSH_SPLASH=1, once the first prompt stands; ZSH_SPLASH_DISABLE=1 keeps it away.
(( ! ${+_LOADED_POST_PLUGIN_SPLASH} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SPLASH=1

if [[ "${ZSH_SPLASH:-0}" == 1 && "${ZSH_SPLASH_DISABLE:-0}" != 1 ]]; then
  () {
    'builtin' 'emulate' '-L' 'zsh'
    local dir=${ZDOTDIR:-$HOME}/functions
    [[ -t 1 && ${TERM:-dumb} != dumb && -e $dir/-zf-after-prompt ]] || return 0
    emulate zsh -o no_aliases -c 'autoload -Uz $dir/-zf-splash
      (( ${+functions[-zf-after-prompt]} )) || autoload -Uz $dir/-zf-after-prompt'
    -zf-after-prompt splash -zf-splash
  }
fi
