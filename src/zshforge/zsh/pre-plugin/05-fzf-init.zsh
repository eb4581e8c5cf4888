# Ctrl-R, Ctrl-T and Alt-C of fzf, where fzf is; its code is read at the first of these keys.
(( ! ${+_LOADED_PRE_PLUGIN_FZF_INIT} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_FZF_INIT=1

[[ -o interactive && -o zle ]] || return 0
() {
  'builtin' 'emulate' '-L' 'zsh'
  local f=${ZDOTDIR:-$HOME}/functions map
  whence -p fzf >/dev/null || return 0
  (( ${+FZF_DEFAULT_OPTS} )) || export FZF_DEFAULT_OPTS='--height=40% --layout=reverse --info=inline'
  emulate zsh -c 'autoload -Uz "$f/-zf-fzf"'
  zle -N fzf-history-widget -zf-fzf
  zle -N fzf-file-widget -zf-fzf
  zle -N fzf-cd-widget -zf-fzf
  for map in emacs viins vicmd; do
    bindkey -M $map '^R' fzf-history-widget '^T' fzf-file-widget '\ec' fzf-cd-widget
  done
}
