# Runs compinit once, on a dump that is rebuilt when fpath or one of its folders has changed.
(( ! ${+_LOADED_POST_PLUGIN_COMPLETION_HISTORY} )) || return 0
typeset -g _LOADED_POST_PLUGIN_COMPLETION_HISTORY=1

(( ! ${_COMPINIT_DONE:-0} )) || return 0
typeset -g _COMPINIT_DONE=1

_zsh_perf_segment_start compinit post_plugin
() {
  emulate -L zsh
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/zshforge dir
  local dump=$folder/compdump-$ZSH_VERSION wanted=${(j: :)${(@q)fpath}}
  local -i fresh=0
  (( ${+functions[compinit]} )) || autoload -Uz compinit

  # The file .fpath says for which fpath the dump was made; both must be ours, and no folder younger.
  if [[ -O $dump && -O $dump.fpath && "$(<$dump.fpath)" == "$wanted" ]]; then
    fresh=1
    for dir in $fpath; do
      [[ ! $dir -nt $dump ]] || { fresh=0; break }
    done
  fi
  if (( fresh )); then
    compinit -C -d $dump
    return
  fi

  zmodload -F zsh/files b:zf_mkdir b:zf_mv b:zf_rm
  [[ -d $folder ]] || zf_mkdir -p -m 700 $folder 2>/dev/null
  if [[ ! -w $folder ]]; then
    compinit -i -D
    return
  fi
  # Everything is made beside its place and moved there, so that no other shell reads half of it.
  compinit -i -d $dump.$$
  typeset -g _comp_dumpfile=$dump
  [[ -f $dump.$$ ]] || return 0
  [[ "${(j: :)${(@q)fpath}}" == "$wanted" ]] || print -r -- "fpath=(${(@q)fpath})" >> $dump.$$
  zf_rm -f $dump.fpath $dump.zwc
  zf_mv -f $dump.$$ $dump
  zcompile $dump.$$.zwc $dump 2>/dev/null && zf_mv -f $dump.$$.zwc $dump.zwc
  print -r -- "$wanted" >| $dump.$$.fpath && zf_mv -f $dump.$$.fpath $dump.fpath
}
_zsh_perf_segment_end compinit
