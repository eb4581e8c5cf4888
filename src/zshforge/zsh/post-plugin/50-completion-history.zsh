# Completion, set up while zle is idle or at the first TAB; calls of compdef wait for it in a queue.
(( ! ${+_LOADED_POST_PLUGIN_COMPLETION_HISTORY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_COMPLETION_HISTORY=1

(( ! ${_COMPINIT_DONE:-0} )) || return 0
typeset -g _COMPINIT_DONE=1

_zsh_perf_segment_start compinit post_plugin
() {
  'builtin' 'emulate' '-L' 'zsh'
  typeset -gHA _comps _services _patcomps _postpatcomps _compautos
  typeset -ga _zf_compdefs
  local widget dir=${ZDOTDIR:-$HOME}/functions
  # What is made or marked within `emulate -c` is read and run under these options for ever.
  emulate zsh -o no_aliases -c '
    autoload -Uz $dir/-zf-{compinit,completion{,-fresh,-idle,-key,-build,-built,-styles,-tab}}
    (( ${+functions[-zf-after-prompt]} )) || autoload -Uz $dir/-zf-after-prompt
    _zf_comp_mentioned() { [[ $3 != *comp* ]] || -zf-completion }
    (( ${#_comps} )) || {
      compdef() { _zf_compdefs+=("${(j: :)${(@q)@}}") }
      compinit() { -zf-compinit "$@" }
    }
  '
  (( $#_comps )) || {
    for widget in {,reverse-}menu-complete {,menu-}expand-or-complete expand-or-complete-prefix \
      complete-word delete-char-or-list list-choices; do
      zle -N $widget -zf-completion-tab
    done
    # The keys that zsh's own completion files ask for, before any later line of the user's binds them.
    bindkey '^X^R' _read_comp '^X?' _complete_debug '^XC' _correct_filename '^Xa' _expand_alias \
      '^Xc' _correct_word '^Xd' _list_expansions '^Xe' _expand_word '^Xh' _complete_help \
      '^Xm' _most_recent_file '^Xn' _next_tags '^Xt' _complete_tag '^X~' _bash_list-choices \
      '^[,' _history-complete-newer '^[/' _history-complete-older '^[~' _bash_complete-word
  }
  preexec_functions+=(_zf_comp_mentioned)
  [[ ! -e $dir/-zf-after-prompt ]] || -zf-after-prompt completion -zf-completion-idle
}
_zsh_perf_segment_end compinit
