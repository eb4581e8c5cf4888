# Stamps for a harness, told when the first prompt is ready; spans that a plugin may time. Else dormant.
(( ! ${+_LOADED_PRE_PLUGIN_SEGMENT_LIB} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_SEGMENT_LIB=1

if [[ -z "${_zf_t-}" ]]; then
  _zsh_perf_segment_start() { return 0; }
  _zsh_perf_segment_end() { return 0; }
  return 0
fi

# A start is charged for all that is done here: only numbers are kept, and what runs before the prompt does
# without `emulate` and `typeset` unless an option would complain.
#
# _zf_t             set while .zshrc walks its modules for the first time: the latest stamp, in microseconds
# _zf_ts            `//STAGE/NAME/NAME…//STAMP/STAMP…` for each stage of the walk: when it began, when each
#                   module ended
# _zf_spans         name, phase and stamp of each call below; the phase of an end is empty
# _zf_MARKER        the stamp of that marker, or 0; those of pre_plugin_start and plugins_end are the stages'
# _zf_hooks         when the hooks of the first prompt began
typeset -g _zf_fd=${ZF_MARK_FD-} _zf_log=${PERF_SEGMENT_LOG:+${PERF_SEGMENT_LOG:a}}
typeset -ga _zf_spans
typeset -gi _zf_us _zf_pre_plugin_end _zf_post_plugin_end _zf_hooks _zf_prompt_ready
unset ZF_MARK_FD
[[ -z $_zf_log ]] || typeset -g +x PERF_SEGMENT_LOG
zshexit_functions+=(-zf-tell)

# NAME [PHASE]: a span begins; ignored when one of that name has begun before.
_zsh_perf_segment_start() {
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  (( _zf_us = EPOCHREALTIME * 1000000 ))
  _zf_spans+=("$1" "${2:-other}" "$_zf_us")
}

# NAME: the span ends; ignored when it has not begun or has ended before.
_zsh_perf_segment_end() {
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  (( _zf_us = EPOCHREALTIME * 1000000 ))
  _zf_spans+=("$1" '' "$_zf_us")
}

# The first hook before the first prompt.
_zf_hooks() {
  (( ! _zf_hooks )) || return 0
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  (( _zf_hooks = EPOCHREALTIME * 1000000 ))
}

# The last one; a log, which takes longer, is written at the second prompt.
_zf_prompt_ready() {
  (( ! _zf_prompt_ready )) || { -zf-tell; return 0; }
  [[ ! -o warn_nested_var ]] || emulate -L zsh
  (( _zf_prompt_ready = EPOCHREALTIME * 1000000 ))
  [[ -n "$_zf_log" ]] || -zf-tell
}

# Tells a harness all numbers in one write, which makes lines of them (capture/stamps.py), or writes the lines
# to a log; then it is as if none had listened. To look for a pattern in all of it would cost more than all
# stamps.
-zf-tell() {
  emulate -L zsh
  local -i left
  zshexit_functions=(${zshexit_functions:#-zf-tell})
  precmd_functions=(${${precmd_functions:#_zf_prompt_ready}:#_zf_hooks})
  (( _zf_prompt_ready )) || (( left = EPOCHREALTIME * 1000000, 1 ))
  local -a told=($_zf_rc_start $_zf_pre_plugin_end $_zf_post_plugin_end $_zf_hooks $_zf_prompt_ready $left
    "${_zf_policy-}" "$_zf_ts" "${_zf_spans[@]}")
  {
    [[ $_zf_fd != <3-> ]] || builtin print -ru $_zf_fd -- "STAMPS ${(pj:\x1f:)told}" && exec {_zf_fd}>&-
    [[ -z $_zf_log ]] || { autoload -Uz ${ZDOTDIR:-$HOME}/functions/-zf-report && -zf-report >>|$_zf_log
      unfunction -- -zf-report }
  } 2>/dev/null
  unset _zf_t _zf_us _zf_fd _zf_log _zf_ts _zf_spans _zf_policy _zf_rc_start _zf_pre_plugin_end \
    _zf_post_plugin_end _zf_hooks _zf_prompt_ready
  unfunction -- _zf_prompt_ready _zf_hooks -zf-tell
  _zsh_perf_segment_start() { return 0; }
  _zsh_perf_segment_end() { return 0; }
}
