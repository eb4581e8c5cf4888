# States the checksum of the policy that this was built under, when policy.sha256 lies beside .zshrc.
(( ! ${+_LOADED_PRE_PLUGIN_GUIDELINES_CHECKSUM} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_GUIDELINES_CHECKSUM=1

() {
  emulate -L zsh
  local file=${ZDOTDIR:-$HOME}/policy.sha256 sum
  [[ -n ${_zf_lines+x} && -r $file ]] || return 0
  sum=${"$(<$file)"%%[^0-9a-fA-F]*}
  [[ -z $sum ]] || _zf_lines+="POLICY checksum=$sum"$'\n'
}
