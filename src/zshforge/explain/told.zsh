# Purpose: after a start, tell where this shell looks and what it keeps; sourced by name.
ZF_HISTORY=
if [[ -o hist_expire_dups_first ]]; then ZF_HISTORY+="hist_expire_dups_first "; fi
if [[ -o hist_ignore_all_dups ]]; then ZF_HISTORY+="hist_ignore_all_dups "; fi
() {
  builtin emulate -L zsh
  builtin zmodload zsh/parameter 2>/dev/null
  local name
  local -i saved=${SAVEHIST:-0}
  SAVEHIST=0
  {
    builtin print -rN -- version "$ZSH_VERSION"
    for name in "${path[@]}"; do builtin print -rN -- path "$name"; done
    for name in "${fpath[@]}"; do builtin print -rN -- fpath "${name:a}"; done
    builtin print -rN -- dump "${_comp_dumpfile-}" histfile "${HISTFILE-}" histsize "${HISTSIZE-}" savehist "$saved"
    for name in ${=ZF_HISTORY}; do builtin print -rN -- history "$name"; done
    (( $+ZSH_HIGHLIGHT_VERSION )) && builtin print -rN -- highlighter zsh-syntax-highlighting
    (( $+FAST_HIGHLIGHT_VERSION )) && builtin print -rN -- highlighter fast-syntax-highlighting
    builtin print -rN -- end end
  } > "$1"
} "$ZF_TOLD"
builtin exit 0
