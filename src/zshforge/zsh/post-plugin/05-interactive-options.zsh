# Options and history of an interactive shell; a larger history that was set before is left alone.
(( ! ${+_LOADED_POST_PLUGIN_INTERACTIVE_OPTIONS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_INTERACTIVE_OPTIONS=1

'builtin' 'setopt' extended_history share_history hist_ignore_all_dups hist_reduce_blanks hist_verify \
  auto_cd interactive_comments no_beep no_flow_control
(( HISTSIZE >= 10000 )) || HISTSIZE=10000
(( ${SAVEHIST:-0} >= 10000 )) || SAVEHIST=10000
[[ -n "${HISTFILE-}" ]] || HISTFILE="$HOME/.zsh_history"
