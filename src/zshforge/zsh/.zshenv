# PATH for every shell, scripts too: only appends, and only folders that exist; stamps rc_start for a harness.
() {
  emulate -L zsh
  if [[ -o interactive ]]; then
    if [[ -n ${ZF_MARK_FD-}${PERF_SEGMENT_LOG-} ]] && zmodload -F zsh/datetime p:EPOCHREALTIME; then
      typeset -gi _zf_now=$(( EPOCHREALTIME * 1000000 ))
      source "${ZDOTDIR:-$HOME}/pre-plugin/01-segment-lib.zsh"
    fi
    # Ubuntu's /etc/zsh/zshrc would run a compinit of its own.
    typeset -g skip_global_compinit=1
  fi
  local dir
  [[ -n ${PATH-} ]] || path=()
  for dir; do
    [[ ":${PATH-}:" == *":$dir:"* || ! -d $dir ]] || path+=("$dir")
  done
  typeset -gx PATH
} /usr/local/bin /usr/bin /bin /usr/local/sbin /usr/sbin /sbin
