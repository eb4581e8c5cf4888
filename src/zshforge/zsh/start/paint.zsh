# Paints the prompt by first-paint.zsh, compiled when that was made of this very file (-zf-paint-compile).
# With `early`, from .zshenv, only when nothing that is read before .zshrc objects (-zf-paint-early).
() {
  'builtin' 'emulate' '-L' 'zsh'
  local root=${ZDOTDIR:-$HOME} note=${XDG_CACHE_HOME:-$HOME/.cache}/zshforge/early-paint
  local now='%D{%s}' new own
  local -a files=(/etc/zprofile /etc/zshrc /etc/zsh /etc/zsh/zprofile /etc/zsh/zshrc
    $root/.zprofile $root/.zshenv)
  local -i age
  if [[ ${1-} == early ]]; then
    [[ -O $note && -f $note && -r $note ]] && note=$(<$note) && [[ $note == <->' yes '$root ]] || return 0
    # What was changed in the second of the note counts as changed after it; a change time cannot be set back.
    now=${(%)now}
    (( (age = now - ${note%% *} + 1) > 0 )) || return 0
    new="(N-cs-$age)" own="(Ncs-$age)"
    files=(${^files}${~new} ${^files}${~own})
    [[ -z $files ]] || return 0
  fi
  if [[ $root/first-paint.zsh -ef $root/bundle/first-paint.same &&
    ! $root/first-paint.zsh -nt $root/bundle/first-paint.ref &&
    ! $root/first-paint.zsh -ot $root/bundle/first-paint.ref ]]; then
    builtin . "$root/bundle/first-paint.zsh" now
  else
    builtin . "$root/first-paint.zsh" now
  fi
} "$@"
