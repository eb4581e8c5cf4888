# Options and history of an interactive shell; a larger history that was set before is left alone.
(( ! ${+_LOADED_POST_PLUGIN_INTERACTIVE_OPTIONS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_INTERACTIVE_OPTIONS=1

'builtin' 'setopt' extended_history share_history hist_fcntl_lock hist_ignore_all_dups hist_save_no_dups \
  hist_find_no_dups hist_ignore_space hist_reduce_blanks hist_verify \
  auto_cd auto_pushd pushd_ignore_dups pushd_silent extended_glob no_nomatch no_clobber append_create \
  interactive_comments combining_chars long_list_jobs no_bg_nice complete_in_word always_to_end \
  no_beep no_list_beep no_flow_control
# zsh cuts the file to SAVEHIST lines, and what it has not in its list is cut first: a file that another
# configuration made long is kept. Without hist_expire_dups_first, for which zsh goes through a full list at
# each line that it adds: in one without duplicates in vain, and 110,000 lines took six seconds to read.
(( ${SAVEHIST:-0} >= 1000000 )) || SAVEHIST=1000000
(( HISTSIZE >= SAVEHIST )) || HISTSIZE=$SAVEHIST
[[ -n "${HISTFILE-}" ]] || HISTFILE="$HOME/.zsh_history"
WORDCHARS="${WORDCHARS//\/}"
