# Marks the first prompt; sourced last, so that its hooks are the first and the last one before the prompt.
(( ! ${+_LOADED_POST_PLUGIN_PROMPT_READY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_PROMPT_READY=1

[[ -z "${_zf_timed-}" ]] || precmd_functions=(_zf_hooks "${precmd_functions[@]}" _zf_prompt_ready)
