# Paints the prompt, then walks the modules: from the bundle when nothing has changed, else file by file.
_zf_root="${ZDOTDIR:-$HOME}"
() {
  'builtin' 'emulate' '-L' 'zsh'
  # Compiled, if that was made of this very file (functions/-zf-paint-compile).
  set -- "$_zf_root/first-paint.zsh" "$_zf_root/bundle/first-paint"
  if [[ "$1" -ef "$2.same" && ! "$1" -nt "$2.ref" && ! "$1" -ot "$2.ref" ]]; then
    'builtin' '.' "$2.zsh" now
  else
    'builtin' '.' "$1" now
  fi
}
if [[ "${ZF_SAFE:-0}" != 1 && -r "$_zf_root/bundle/key" ]] && 'builtin' 'zmodload' -F zsh/stat b:zstat &&
  'builtin' 'zstat' -A _zf_seen -F %s.%9. +ctime -- "$_zf_root/bundle/walk.zsh.zwc" 2>/dev/null &&
  _zf_key="$(<"$_zf_root/bundle/key")" && [[ "$_zf_key" == "$ZSH_VERSION ${_zf_seen-} "* ]]; then
  'builtin' '.' "$_zf_root/bundle/walk.zsh"
else
  'builtin' '.' "$_zf_root/start/walk.zsh"
fi
