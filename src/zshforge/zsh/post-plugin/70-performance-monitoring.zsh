# How long the last command took (_zf_duration_ms), and with ZF_PERF=1 what every precmd hook costs.
(( ! ${+_LOADED_POST_PLUGIN_PERFORMANCE_MONITORING} )) || return 0
typeset -g _LOADED_POST_PLUGIN_PERFORMANCE_MONITORING=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  typeset -gi _zf_started=0 _zf_duration_ms=0
  # A prompt escape tells microseconds without a module to load.
  emulate zsh -o no_aliases -c '
    _zf_duration_start() { _zf_started=${(%):-%D{%s%6.}} }
    _zf_duration_end() {
      local now=${(%):-%D{%s%6.}}
      (( _zf_duration_ms = _zf_started ? (now - _zf_started) / 1000 : 0, _zf_started = 0, 1 ))
    }
  '
  preexec_functions+=(_zf_duration_start)
  precmd_functions=(_zf_duration_end $precmd_functions)
  [[ ${ZF_PERF:-0} == 1 ]] || return 0
  zmodload -F zsh/datetime p:EPOCHREALTIME || return 0
  local dir=${ZDOTDIR:-$HOME}/functions
  emulate zsh -o no_aliases -c 'autoload -Uz $dir/-zf-perf-{begin,stamp}'
  precmd_functions=(-zf-perf-begin $precmd_functions)
}
