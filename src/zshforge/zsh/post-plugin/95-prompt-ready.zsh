# Marks the first prompt; sourced last, so that its hook is the last one before the prompt.
(( ! ${+_LOADED_POST_PLUGIN_PROMPT_READY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_PROMPT_READY=1

[[ -z "${_zf_t-}" ]] || precmd_functions+=(_zf_prompt_ready)
