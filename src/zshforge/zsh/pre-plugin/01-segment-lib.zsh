# Marker and segment lines for a harness; .zshenv sources it ahead of its turn when one waits for rc_start.
(( ! ${+_LOADED_PRE_PLUGIN_SEGMENT_LIB} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_SEGMENT_LIB=1

if (( ! ${+_zf_now} )); then
  _zsh_perf_segment_start() { return 0; }
  _zsh_perf_segment_end() { return 0; }
  return 0
fi

typeset -g _zf_fd=${ZF_MARK_FD-} _zf_log=${PERF_SEGMENT_LOG-}
typeset -g _zf_sample=${${PERF_SAMPLE_CONTEXT:-unknown}//[[:space:]]/_}
typeset -gi _zf_from _zf_ms _zf_pre_start _zf_pre_end
typeset -gA _zf_began
[[ $_zf_fd != [0-2] ]] || _zf_fd=
# A child shell would otherwise write a second set.
unset ZF_MARK_FD
typeset -g +x PERF_SEGMENT_LOG

# `emulate` would be most of what these functions cost, so they are written to mean the same under any option.

# _zf_mark NAME [TOTAL START_US]: a moment, with a phase's total; written at once with the segments that wait.
_zf_mark() {
  (( _zf_now = EPOCHREALTIME * 1000000 ))
  _zf_lines+="MARK name=$1 us=$_zf_now"$'\n'
  if (( $# == 3 )); then
    _zf_ms=$(( (_zf_now - $3) / 1000 ))
    _zf_lines+="$2 $_zf_ms start_us=$3 end_us=$_zf_now"$'\n'
  fi
  _zf_write
}

_zf_write() {
  [[ -z "$_zf_fd" ]] || print -rnu "$_zf_fd" -- "$_zf_lines" || _zf_fd=
  [[ -z "$_zf_log" ]] || print -rn -- "$_zf_lines" >>| "$_zf_log" || _zf_log=
  _zf_lines=
}

# _zsh_perf_segment_start NAME [PHASE]: a span begins; ignored when one of that name has begun before.
_zsh_perf_segment_start() {
  [[ -n "${_zf_lines+x}" && -z "${_zf_began[$1]+x}" ]] || return 0
  (( _zf_now = EPOCHREALTIME * 1000000 ))
  _zf_began[$1]="${2:-other} $_zf_now"
}

# _zsh_perf_segment_end NAME: the span ends; ignored when it has not begun or has ended before.
_zsh_perf_segment_end() {
  [[ -n "${_zf_lines+x}" && -n "${_zf_began[$1]-}" ]] || return 0
  (( _zf_now = EPOCHREALTIME * 1000000 ))
  local name="${1//[[:space:]]/_}" phase="${_zf_began[$1]% *}" from="${_zf_began[$1]##* }"
  _zf_ms=$(( (_zf_now - from) / 1000 ))
  _zf_began[$1]=
  _zf_lines+="SEGMENT name=$name ms=$_zf_ms phase=$phase sample=$_zf_sample "
  _zf_lines+="start_us=$from end_us=$_zf_now"$'\n'
  [[ "$phase" != post_plugin ]] || _zf_lines+="POST_PLUGIN_SEGMENT $name $_zf_ms"$'\n'
}

_zf_prompt_ready() {
  emulate -L zsh
  _zf_mark prompt_ready PROMPT_READY_COMPLETE $_zf_pre_end
  precmd_functions=(${precmd_functions:#_zf_prompt_ready})
  zshexit_functions=(${zshexit_functions:#_zf_exit_before_prompt})
  [[ -z $_zf_fd ]] || exec {_zf_fd}>&-
  unset _zf_lines
}

_zf_exit_before_prompt() {
  emulate -L zsh
  _zf_mark exit_before_prompt
}
zshexit_functions+=(_zf_exit_before_prompt)

typeset -g _zf_lines="MARK name=rc_start us=$_zf_now"$'\n'
# The first write finds out which of the two can be written to; a shell that nobody can hear stays silent.
_zf_write 2>/dev/null
[[ -n $_zf_fd$_zf_log ]] || unset _zf_lines
