# Stamps for a harness, told when the first prompt is ready; spans that a plugin may time. Else dormant.
(( ! ${+_LOADED_PRE_PLUGIN_SEGMENT_LIB} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_SEGMENT_LIB=1

if [[ -z "${_zf_timed-}" ]]; then
  _zsh_perf_segment_start() { return 0; }
  _zsh_perf_segment_end() { return 0; }
  return 0
fi

# A start is charged for all that is done here. A stamp is the array `epochtime`, seconds and nanoseconds with
# a colon between: arithmetic costs more, and so does an array to keep them. What runs before the prompt does
# without `emulate` unless an option would complain.
#
# _zf_timed         set while .zshrc walks its modules for the first time
# _zf_ts            `//STAGE/NAME/NAME…//STAMP/STAMP…` for each stage of the walk: when it began, when each
#                   module ended
# _zf_spans         name, phase and stamp of each call below, each after a tab; the phase of an end is empty
# _zf_MOMENT        when .zshenv began (rc_start), the hooks of the first prompt began (hooks) and ended
#                   (prompt_ready), or nothing
_zf_fd=${ZF_MARK_FD-} _zf_log=${PERF_SEGMENT_LOG:+${PERF_SEGMENT_LOG:a}}
_zf_spans= _zf_hooks= _zf_prompt_ready=
unset ZF_MARK_FD
[[ -z $_zf_log ]] || typeset -g +x PERF_SEGMENT_LOG
zshexit_functions+=(-zf-tell)

# NAME [PHASE]: a span begins; ignored when one of that name has begun before.
_zsh_perf_segment_start() {
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  _zf_spans+="	$1	${2:-other}	${(j.:.)epochtime[@]}"
}

# NAME: the span ends; ignored when it has not begun or has ended before.
_zsh_perf_segment_end() {
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  _zf_spans+="	$1		${(j.:.)epochtime[@]}"
}

# The first hook before the first prompt.
_zf_hooks() {
  [[ -z $_zf_hooks ]] || return 0
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  _zf_hooks="${(j.:.)epochtime[@]}"
}

# The last one; a log, which takes longer, is written at the second prompt.
_zf_prompt_ready() {
  [[ -z $_zf_prompt_ready ]] || { -zf-tell; return 0; }
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  _zf_prompt_ready="${(j.:.)epochtime[@]}"
  [[ -n $_zf_log ]] || -zf-tell
}

# Tells a harness all stamps in one write, which makes lines of them (capture/stamps.py), or writes the lines
# to a log; then it is as if none had listened. To look for a pattern in all of it would cost more than all
# stamps.
-zf-tell() {
  emulate -L zsh
  local left
  local -a hooks=(_zf_hooks _zf_prompt_ready)
  zshexit_functions=(${zshexit_functions:#-zf-tell})
  precmd_functions=(${precmd_functions:|hooks})
  [[ -n $_zf_prompt_ready ]] || left=${(j.:.)epochtime}
  {
    [[ $_zf_fd != <3-> ]] || {
      builtin print -ru $_zf_fd -- \
        "STAMPS $_zf_rc_start	$_zf_hooks	$_zf_prompt_ready	$left	${_zf_policy-}	$_zf_ts$_zf_spans" &&
        exec {_zf_fd}>&-
    }
    [[ -z $_zf_log ]] || { autoload -Uz ${ZDOTDIR:-$HOME}/functions/-zf-report && -zf-report >>|$_zf_log
      unfunction -- -zf-report }
  } 2>/dev/null
  unset _zf_fd _zf_log _zf_ts _zf_spans _zf_policy _zf_rc_start _zf_hooks _zf_prompt_ready
  unfunction -- _zf_prompt_ready _zf_hooks -zf-tell
  _zsh_perf_segment_start() { return 0; }
  _zsh_perf_segment_end() { return 0; }
}
