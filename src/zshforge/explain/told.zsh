# Purpose: after a start, tell where this shell looks and what it keeps; sourced by name.
() {
  builtin emulate -L zsh
  builtin zmodload zsh/parameter 2>/dev/null
  local name
  SAVEHIST=0
  {
    builtin print -rN -- version "$ZSH_VERSION"
    for name in "${path[@]}"; do builtin print -rN -- path "$name"; done
    for name in "${fpath[@]}"; do builtin print -rN -- fpath "${name:a}"; done
    builtin print -rN -- dump "${_comp_dumpfile-}" histfile "${HISTFILE-}"
    (( $+ZSH_HIGHLIGHT_VERSION )) && builtin print -rN -- highlighter zsh-syntax-highlighting
    (( $+FAST_HIGHLIGHT_VERSION )) && builtin print -rN -- highlighter fast-syntax-highlighting
    builtin print -rN -- end end
  } > "$1"
} "$ZF_TOLD"
builtin exit 0
