# Makes slips harmless; names the readers of trust anchors, and queues what runs beside the shell, once.
(( ! ${+_LOADED_POST_PLUGIN_SECURITY_INTEGRITY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_SECURITY_INTEGRITY=1

# `rm *` asks, and a script is never looked for in PATH.
'builtin' 'unsetopt' rm_star_silent path_script
'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}"/functions/zf::trust_anchor_{dump,get,has,keys} \
  "${ZDOTDIR:-$HOME}"/functions/-zf-{after-prompt,async,trust-anchors}
# What -zf-after-prompt does, without the price of a call: who queues something later wakes the queue.
[[ -n "${_zf_async_queued-}" ]] || { _zf_async_queued=1 _zf_after+=(-zf-async); }
