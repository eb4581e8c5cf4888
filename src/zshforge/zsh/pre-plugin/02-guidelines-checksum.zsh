# States the checksum of the policy that this was built under, when policy.sha256 lies beside .zshrc.
(( ! ${+_LOADED_PRE_PLUGIN_GUIDELINES_CHECKSUM} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_GUIDELINES_CHECKSUM=1

[[ -n "${_zf_timed-}" && -r "${ZDOTDIR:-$HOME}/policy.sha256" ]] || return 0
_zf_policy="$(<"${ZDOTDIR:-$HOME}/policy.sha256")"
_zf_policy="${_zf_policy%%[^0-9a-fA-F]*}"
