# Cleans PATH: absolute, existing folders, each once, first place kept, ~ expanded, no trailing slash.
(( ! ${+_LOADED_PRE_PLUGIN_PATH_SAFETY} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_PATH_SAFETY=1

() {
  emulate -L zsh
  setopt extended_glob
  local dir
  local -a kept allowed=(${(s.:.)ZSH_PATH_WHITELIST-})
  for dir in $path; do
    [[ $dir != '~'(|/*) ]] || dir=$HOME${dir#'~'}
    dir=${dir//\/\/##/\/}
    [[ $dir == / ]] || dir=${dir%/}
    # A relative or empty entry means the folder that one happens to be in.
    [[ $dir == /* || -n $dir && ${ZSH_PATH_ALLOW_RELATIVE:-0} == 1 ]] || continue
    [[ -d $dir || ${ZSH_PATH_ALLOW_NONEXISTENT:-0} == 1 ]] || (( ${allowed[(Ie)$dir]} )) || continue
    kept+=("$dir")
  done
  typeset -gU path
  (( ! $#kept )) || path=("${kept[@]}")
}
