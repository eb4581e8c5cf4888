# PATH for every shell, scripts too: only appends, and only folders that exist; tells a harness first.
if [[ -o interactive ]]; then
  # Ctrl-C ends the file of the user that is being read (start/walk.zsh); all else is read to its end.
  'builtin' 'typeset' -f TRAPINT >/dev/null ||
    { _zf_held=1; TRAPINT() { (( ! ${_zf_foreign:-0} )) } }
  # A harness listens: the first stamp; the rest is pre-plugin/01-segment-lib.zsh.
  if [[ -n "${ZF_MARK_FD-}${PERF_SEGMENT_LOG-}" && -z "${_LOADED_PRE_PLUGIN_SEGMENT_LIB-}" ]]; then
    'builtin' 'zmodload' -F zsh/datetime p:epochtime &&
      _zf_rc_start="${(j.:.)epochtime[@]}" _zf_timed=' timed'
  fi
  # Ubuntu's /etc/zsh/zshrc would run a compinit of its own, and Debian's load the editor to bind keys that
  # are bound again later; who wants its keys and the array `key` sets the variable to nothing.
  'builtin' 'typeset' -g skip_global_compinit=1 \
    DEBIAN_PREVENT_KEYBOARD_CHANGES="${DEBIAN_PREVENT_KEYBOARD_CHANGES-1}"
fi
for _zf_dir in /usr/local/bin /usr/bin /bin /usr/local/sbin /usr/sbin /sbin; do
  if [[ ":${PATH-}:" != *":$_zf_dir:"* && -d "$_zf_dir" ]]; then PATH="${PATH:+$PATH:}$_zf_dir"; fi
done
'builtin' 'export' PATH
'builtin' 'unset' _zf_dir
if [[ -o interactive && -r "${ZDOTDIR:-$HOME}/start/paint.zsh" ]]; then
  'builtin' '.' "${ZDOTDIR:-$HOME}/start/paint.zsh" early
fi
