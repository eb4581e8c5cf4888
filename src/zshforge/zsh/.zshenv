# PATH for every shell, scripts too: only appends, and only folders that exist; tells a harness first.
() {
  emulate -L zsh
  if [[ -o interactive ]]; then
    [[ -z ${ZF_MARK_FD-}${PERF_SEGMENT_LOG-} || -n ${_LOADED_PRE_PLUGIN_SEGMENT_LIB-} ]] ||
      source "${ZDOTDIR:-$HOME}/functions/-zf-listen"
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
