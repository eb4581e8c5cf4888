# Paints the prompt, then walks the modules: from the bundle when nothing has changed, else file by file.
_zf_root="${ZDOTDIR:-$HOME}"
if [[ -n "${_zf_painted-}" ]]; then -zf-paint-keep; else 'builtin' '.' "$_zf_root/start/paint.zsh"; fi
if [[ "${ZF_SAFE:-0}" != 1 && -r "$_zf_root/bundle/key" ]] && 'builtin' 'zmodload' -F zsh/stat b:zstat &&
  'builtin' 'zstat' -A _zf_seen -F %s.%9. +ctime -- "$_zf_root/bundle/walk.zsh.zwc" 2>/dev/null &&
  _zf_key="$(<"$_zf_root/bundle/key")" && [[ "$_zf_key" == "$ZSH_VERSION ${_zf_seen-} "* ]]; then
  'builtin' '.' "$_zf_root/bundle/walk.zsh"
else
  'builtin' '.' "$_zf_root/start/walk.zsh"
fi
