# Drives one session from inside: tells what is there, and times input and prompts. Arguments: two FIFOs.
#
# Sourced by around.zsh in an emulation that sticks to every function here. The harness writes one word a line to the
# first FIFO; a handler of the line editor answers on the second. Builtins are marked `builtin`, so that functions of
# the user's cannot stand in for them. Definitions of the two latencies are zsh-bench's: input is the time from a
# waiting key to the finished redraw of a long line, prompt (command) the mean time of an empty command.

builtin typeset -g _zf_reply_fifo=$2 _zf_line= _zf_us=
builtin typeset -gi _zf_control_fd=-1 _zf_tick_fd=-1 _zf_prompts=0 _zf_most=0 _zf_editor=0
builtin typeset -gF _zf_since=0 _zf_window=0

-zf-say() {
  builtin print -r -- "$1" >>| $_zf_reply_fifo
}

-zf-microseconds() { # a time in seconds -> _zf_us, in whole microseconds
  builtin printf -v _zf_us '%d' $(( $1 * 1000000 ))
}

-zf-control() { # what the harness asks, between two keys
  builtin local line word argument
  builtin read -r -u $_zf_control_fd line || builtin return 0
  word=${line%% *} argument=${line#* }
  case $word in
    status) -zf-status ;;
    input) _zf_line=${argument#'|'}; -zf-input-arm ;;
    key) -zf-input-key ;;
    cancel) -zf-input-end; -zf-say cancelled ;;
    prompts) -zf-prompts-arm "${argument% *}" "${argument#* }" ;;
    quit) -zf-leave ;;
  esac
}

-zf-leave() { # a history outside of HOME is the user's own
  {
    SAVEHIST=0
  } always {
    builtin exit 0
  }
}

-zf-status() { # how much is still scheduled: jobs of zsh/sched, and what zinit has not loaded yet
  builtin local -i waiting=0
  builtin local -a events
  builtin zmodload -e zsh/sched && events=($zsh_scheduled_events)
  if (( $+ZINIT_SICE && $+ZINIT_REGISTERED_PLUGINS && $+ZINIT_SNIPPETS )); then
    builtin local -a asked loaded missing
    asked=(${(k)ZINIT_SICE:#/*})
    loaded=($ZINIT_REGISTERED_PLUGINS ${(k)ZINIT_SNIPPETS})
    missing=(${asked:|loaded})
    (( waiting += $#missing ))
    events=(${events:#*@zinit-scheduler*}) # ticks for ever
  fi
  (( waiting += $#events ))
  -zf-say "status $waiting"
}

-zf-nothing() {
  builtin true
}

-zf-wrap() { # hook, name for the user's own, ours
  if (( $+widgets[$1] )); then
    builtin zle -A -- $1 $2
  else
    builtin zle -N -- $2 -zf-nothing
  fi
  builtin zle -N -- $1 $3
}

# Input: the line but for its last character is typed; once it is drawn, the harness asks for the key, types it, and the
# handler notes the time just before the editor gets to read it. The redraw that follows opens a descriptor that is
# always ready, whose handler runs when the redraw is done.
-zf-input-arm() {
  builtin zle .kill-buffer # an answer of the terminal that nobody read
  (( $+widgets[-zf-user-pre-redraw] )) || -zf-wrap zle-line-pre-redraw -zf-user-pre-redraw -zf-pre-redraw
  -zf-say input-armed
}

-zf-looked() {
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
  builtin local word
  -zf-say key-please
  builtin read -r -u $_zf_control_fd word
  builtin zselect -t 2
  _zf_since=$EPOCHREALTIME
}

-zf-input-done() {
  builtin local -F now=$EPOCHREALTIME
  -zf-microseconds $(( now - _zf_since ))
  -zf-input-end
  -zf-say "input $_zf_us"
}

-zf-input-end() { # the line is empty again, and the user's widget is where it was
  if (( _zf_tick_fd >= 0 )); then
    builtin zle -F $_zf_tick_fd
    builtin exec {_zf_tick_fd}<&-
    _zf_tick_fd=-1
  fi
  _zf_since=0
  if (( $+widgets[-zf-user-pre-redraw] )); then
    if [[ $widgets[-zf-user-pre-redraw] == user:-zf-nothing ]]; then
      builtin zle -D -- zle-line-pre-redraw
    else
      builtin zle -A -- -zf-user-pre-redraw zle-line-pre-redraw
    fi
    builtin zle -D -- -zf-user-pre-redraw
  fi
  builtin zle .kill-buffer
  builtin zle -R
}

# Prompts: the harness fills the queue with empty lines; each new line counts one prompt, as many as fit in the window.
# The mean does not depend on where in the round it is counted, and precmd_functions may be read-only or reset.
-zf-prompts-arm() { # window in milliseconds, most prompts
  _zf_window=$(( $1 / 1000. )) _zf_most=$2 _zf_since=0 _zf_prompts=0
  -zf-wrap zle-line-init -zf-user-line-init -zf-line-init
  -zf-say prompts-armed
}

-zf-prompt() {
  (( ++_zf_prompts <= _zf_most && EPOCHREALTIME < _zf_since + _zf_window )) && builtin return 0
  builtin local -F now=$EPOCHREALTIME
  if (( _zf_since )); then
    -zf-microseconds $(( (now - _zf_since) / (_zf_prompts - 1) ))
    -zf-say "prompts $_zf_us $(( _zf_prompts - 1 ))"
    -zf-leave
  fi
  builtin zselect -t 3
  _zf_since=$EPOCHREALTIME
}

builtin zmodload zsh/datetime zsh/zselect zsh/zle zsh/parameter || builtin return
builtin exec {_zf_control_fd}<>$1
[[ -o zle ]] && _zf_editor=1
-zf-say "ready completion=$(( $+functions[compinit] && $+functions[compdef] )) \
suggestions=$+_ZSH_AUTOSUGGEST_BIND_COUNTS highlighting=$(( $+ZSH_HIGHLIGHT_VERSION || $+FAST_HIGHLIGHT_VERSION )) \
editor=$_zf_editor term=${TERM-}"
builtin zle -F $_zf_control_fd -zf-control
