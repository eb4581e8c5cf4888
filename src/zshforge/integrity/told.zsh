# Purpose: after a start, tell where this shell looks for functions and which are still to be read; sourced by name.
() {
  builtin emulate -L zsh
  builtin zmodload zsh/parameter 2>/dev/null
  local name
  {
    builtin print -rN -- version "$ZSH_VERSION"
    for name in "${fpath[@]}"; do builtin print -rN -- fpath "${name:a}"; done
    for name in "${(@k)functions}"; do
      [[ ${functions[$name]} == 'builtin autoload -X'* ]] || continue
      builtin print -rN -- function "$name"
      [[ -z ${functions_source[$name]-} ]] || builtin print -rN -- place "${functions_source[$name]:a}"
    done
    builtin print -rN -- end end
  } > "$1"
} "$ZF_TOLD"
SAVEHIST=0 # a history may lie outside of the copy
builtin exit 0
