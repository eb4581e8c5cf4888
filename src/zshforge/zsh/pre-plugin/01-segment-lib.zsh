# Spans that a plugin may time for a harness (functions/-zf-listen); without effect when none listens.
(( ! ${+_LOADED_PRE_PLUGIN_SEGMENT_LIB} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_SEGMENT_LIB=1

[[ -z "${_zf_walking-}" ]] || return 0
_zsh_perf_segment_start() { return 0; }
_zsh_perf_segment_end() { return 0; }
