# Drives one session from inside: tells what is there, and times input and prompts. Arguments: two FIFOs.
#
# The harness writes one word a line to the first FIFO; a handler of the line editor answers on the second. All words
# are quoted or marked `builtin`, so that aliases and functions of the user's cannot stand in for them. Definitions of
# the two latencies are zsh-bench's: input is the time from a waiting key to the finished redraw of a long line, prompt
# (command) the mean time of an empty command.

'builtin' 'typeset' '-g' _zf_reply_fifo="$2"
'builtin' 'typeset' '-gi' _zf_control_fd=-1 _zf_tick_fd=-1 _zf_prompts=0
'builtin' 'typeset' '-gF' _zf_since=0
'builtin' 'typeset' '-g' _zf_line=''

-zf-say() {
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin print -r -- "$*" >>| $_zf_reply_fifo
}

-zf-microseconds() { # a time in seconds -> REPLY, in whole microseconds
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin typeset -g REPLY
  builtin printf -v REPLY '%d' $(( $1 * 1000000 ))
}

-zf-control() { # what the harness asks, between two keys
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin local word argument
  builtin read -r -u $_zf_control_fd word argument || builtin return
  case $word in
    status) -zf-status ;;
    input) _zf_line=${argument#'|'}; -zf-input-arm ;;
    key) -zf-input-key ;;
    cancel) -zf-input-end; -zf-say cancelled ;;
    prompts) -zf-prompts-arm $=argument ;;
    quit) builtin exit 0 ;;
  esac
}

-zf-status() { # how much is still scheduled: jobs of zsh/sched, and what zinit has not loaded yet
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin local -i waiting=0
  builtin zmodload -e zsh/sched && (( waiting += $#zsh_scheduled_events ))
  if (( $+ZINIT_SICE && $+ZINIT_REGISTERED_PLUGINS && $+ZINIT_SNIPPETS )); then
    builtin local -a asked loaded missing
    asked=(${(k)ZINIT_SICE:#/*})
    loaded=($ZINIT_REGISTERED_PLUGINS ${(k)ZINIT_SNIPPETS})
    missing=(${asked:|loaded})
    (( waiting += $#missing ))
  fi
  -zf-say status $waiting
}

# Input: the line but for its last character is typed; once it is drawn, the harness asks for the key, types it, and the
# handler notes the time just before the editor gets to read it. The redraw that follows opens a descriptor that is
# always ready, whose handler runs when the redraw is done.
-zf-input-arm() {
  'builtin' 'emulate' -L zsh -o no_aliases
  if (( $+widgets[zle-line-pre-redraw] )); then
    builtin zle -A zle-line-pre-redraw -zf-user-pre-redraw
  else
    -zf-nothing() { : }
    builtin zle -N -- -zf-user-pre-redraw -zf-nothing
  fi
  builtin zle -N -- zle-line-pre-redraw -zf-pre-redraw
  -zf-say input-armed
}

-zf-pre-redraw() {
  builtin zle -- -zf-user-pre-redraw "$@"
  'builtin' 'emulate' -L zsh -o no_aliases
  if [[ $BUFFER == ${_zf_line[1,-2]} ]]; then
    (( _zf_since )) || -zf-say typed
  elif [[ $BUFFER == $_zf_line ]] && (( _zf_tick_fd < 0 )); then
    # `exec` may answer 1 although it worked when it runs in a widget, so its status is not looked at.
    builtin exec {_zf_tick_fd}</dev/null
    builtin zle -F $_zf_tick_fd -zf-input-done
  fi
  builtin true
}

-zf-input-key() {
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin local word
  -zf-say key-please
  builtin read -r -u $_zf_control_fd word
  builtin zselect -t 2
  _zf_since=$EPOCHREALTIME
}

-zf-input-done() {
  builtin local -F now=$EPOCHREALTIME
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin local REPLY
  -zf-microseconds $(( now - _zf_since ))
  builtin local -r took=$REPLY
  -zf-input-end
  -zf-say input $took
}

-zf-input-end() { # the line is empty again, and the user's widget is where it was
  'builtin' 'emulate' -L zsh -o no_aliases
  if (( _zf_tick_fd >= 0 )); then
    builtin zle -F $_zf_tick_fd
    builtin exec {_zf_tick_fd}<&-
    _zf_tick_fd=-1
  fi
  _zf_since=0
  builtin zle -A -- -zf-user-pre-redraw zle-line-pre-redraw
  builtin zle -D -- -zf-user-pre-redraw
  (( $+functions[-zf-nothing] )) && { builtin zle -D zle-line-pre-redraw; builtin unfunction -- -zf-nothing }
  builtin zle .kill-buffer
  builtin zle -R
}

# Prompts: the harness fills the queue with empty lines; the last precmd hook counts how many prompts fit in the window.
-zf-prompts-arm() {
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin typeset -gF _zf_window=$(( $1 / 1000. ))
  builtin typeset -gi _zf_most=$2
  _zf_since=0 _zf_prompts=0
  builtin typeset -ga precmd_functions
  precmd_functions+=(-zf-prompt)
  -zf-say prompts-armed
}

-zf-prompt() {
  (( ++_zf_prompts <= _zf_most && EPOCHREALTIME < _zf_since + _zf_window )) && 'builtin' 'return'
  'builtin' 'local' -F now=$EPOCHREALTIME
  'builtin' 'emulate' -L zsh -o no_aliases
  if (( _zf_since )); then
    builtin local REPLY
    -zf-microseconds $(( (now - _zf_since) / (_zf_prompts - 1) ))
    -zf-say prompts $REPLY $(( _zf_prompts - 1 ))
    builtin exit 0
  fi
  builtin zselect -t 3
  _zf_since=$EPOCHREALTIME
}

() {
  'builtin' 'emulate' -L zsh -o no_aliases
  builtin zmodload zsh/datetime zsh/zselect zsh/zle zsh/parameter || builtin return
  builtin exec {_zf_control_fd}<>$1
  -zf-say ready "completion=$(( $+functions[compinit] && $+functions[compdef] ))" \
    "suggestions=$+_ZSH_AUTOSUGGEST_BIND_COUNTS" \
    "highlighting=$(( $+ZSH_HIGHLIGHT_VERSION || $+FAST_HIGHLIGHT_VERSION ))" "term=$TERM" "level=$SHLVL"
} "$@"
# A handler can be set only while the editor runs: the next prompt is the first chance.
'builtin' 'zle' -F $_zf_control_fd -zf-control
