# Paints the prompt before all else; what is printed until the real one is kept, and shown above it.
(( ! ${+_LOADED_FIRST_PAINT} )) || return 0
typeset -g _LOADED_FIRST_PAINT=1

# Sets what a prompt shows of a repository, by reading files alone: psvar 41 (branch or commit), 42 (action).
# Also sets _zf_git_root, empty outside of a repository, and _zf_git_dir.
-zf-git-head() {
  builtin emulate -L zsh
  typeset -g _zf_git_dir= _zf_git_root=
  psvar[41]= psvar[42]=
  local dir=${PWD%/} git=${GIT_DIR-} head name
  if [[ -n $git ]]; then
    [[ $git == /* ]] || git=$dir/$git
    dir=${GIT_WORK_TREE:-$PWD}
  else
    until [[ -e $dir/.git ]]; do
      [[ -n $dir && :${GIT_CEILING_DIRECTORIES-}: != *:$dir:* ]] || return 0
      dir=${dir%/*}
    done
    git=$dir/.git
    if [[ ! -d $git ]]; then
      [[ -f $git && -r $git ]] && head=$(<$git) && [[ $head == 'gitdir: '?* ]] || return 0
      git=${head#gitdir: }
      [[ $git == /* ]] || git=$dir/$git
    fi
  fi
  [[ -f $git/HEAD && -r $git/HEAD ]] && head=$(<$git/HEAD) || return 0
  _zf_git_dir=$git _zf_git_root=${dir:-/}
  if [[ -d $git/rebase-merge || -d $git/rebase-apply ]]; then
    psvar[42]=rebase
    [[ ! -f $git/rebase-apply/applying ]] || psvar[42]=am
    for name in $git/rebase-{merge,apply}/head-name; do
      [[ ! -r $name ]] || head="ref: $(<$name)"
    done
  elif [[ -f $git/MERGE_HEAD ]]; then psvar[42]=merge
  elif [[ -f $git/CHERRY_PICK_HEAD ]]; then psvar[42]=cherry-pick
  elif [[ -f $git/REVERT_HEAD ]]; then psvar[42]=revert
  elif [[ -f $git/BISECT_LOG ]]; then psvar[42]=bisect
  fi
  head=${head%%$'\n'*}
  case $head in
    'ref: refs/heads/.invalid') ;; # a reftable: git itself will tell
    'ref: '*) head=${head#ref: } psvar[41]=${${head#refs/heads/}//[[:cntrl:]]/?} ;;
    [0-9a-f]*) psvar[41]=@${head[1,8]//[^0-9a-f]/?} ;;
  esac
}

# Sets what else the built-in prompt shows of the surroundings: psvar 49 (virtual environment), 50 (remote).
-zf-prompt-place() {
  psvar[49]=${${VIRTUAL_ENV:-${CONDA_DEFAULT_ENV:#base}}:t}
  psvar[50]=${SSH_CONNECTION:-${SSH_CLIENT:-${SSH_TTY-}}}
}

# Takes the painted prompt away, gives the terminal back, and shows what was printed meanwhile.
-zf-unpaint() {
  builtin emulate -L zsh
  (( ${+_zf_painted} )) || return 0
  precmd_functions=(${precmd_functions:#-zf-unpaint}) zshexit_functions=(${zshexit_functions:#-zf-unpaint})
  [[ ! /dev/fd/1 -ef $_zf_painted ]] || exec 1>&$_zf_out
  [[ ! /dev/fd/2 -ef $_zf_painted ]] || exec 2>&$_zf_err
  exec {_zf_out}>&- {_zf_err}>&-
  [[ ${PROMPT_EOL_MARK-} != $'%{\e8\e[J%}' ]] || unset PROMPT_EOL_MARK
  builtin print -rn -- $'\e8\e[m\e[J'
  if [[ -s $_zf_painted ]]; then
    builtin zmodload zsh/system && { while sysread -s 65536 -o 1; do :; done } <$_zf_painted
    [[ ! -o prompt_sp ]] || -zf-fresh-line
    : >|$_zf_painted
  fi
  unset _zf_painted _zf_paint_prompt _zf_out _zf_err
}

# Gives prompt and hooks back what the system's start files have done to them after the paint.
-zf-paint-keep() {
  builtin emulate -L zsh
  PROMPT=$_zf_paint_prompt
  typeset -ga precmd_functions zshexit_functions
  precmd_functions=(-zf-unpaint ${precmd_functions:#-zf-unpaint})
  zshexit_functions=(${zshexit_functions:#-zf-unpaint} -zf-unpaint)
}

# Begins a line, marking the end of one that was left open, as zsh does before each prompt.
-zf-fresh-line() {
  builtin print -rn -- "${(%)PROMPT_EOL_MARK-%B%S%#%s%b}${(l:COLUMNS-1:: :)}"$'\r \r'
}

[[ ${1-} == now && -o interactive && -o zle && -t 0 && -t 1 && -t 2 ]] || return 0
[[ ${ZF_PAINT:-1}${ZF_SAFE:-0}${+ZSH_EXECUTION_STRING}${+ZSH_SCRIPT} == 1000 ]] || return 0
case ${TERM-} in
  *-m|*-mono) return 0 ;;
  xterm*|screen*|tmux*|linux|rxvt*|alacritty*|foot*|konsole*|st|st-*|vte*|wezterm*|ghostty*|gnome*) ;;
  *) return 0 ;;
esac
() {
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/zshforge seen
  local key=$TERM/${LC_ALL:-${LC_CTYPE:-${LANG-}}}/${NO_COLOR:+plain}/${ZF_PROMPT-}/${ZDOTDIR-}
  # Known to -zf-paint-save, too: the local files may set what is in the key.
  typeset -g _zf_paint_file=$folder/paint-${${key//\//-}[-200,-1]}
  local file=$_zf_paint_file
  [[ -O $folder && -O $file && -f $file && -r $file ]] && seen=$(<$file) || return 0
  # One line: a version, whose prompt it was, the prompt, and an end that a half-written file has not.
  [[ $seen == 'zf1 '(built-in|own)' '?*' end' ]] || return 0
  seen=${seen#zf1 }
  typeset -g _zf_painted=$folder/output${TTY//\//-} _zf_paint_kind=${seen%% *}
  [[ -w $folder ]] && : >|$_zf_painted || { unset _zf_painted _zf_paint_kind; return 0; }
  typeset -g PROMPT=${${seen#* }% end}
  -zf-prompt-place
  -zf-git-head
  # The line below is made now, so that a typed line's echo does not move the screen under the saved position.
  [[ ! -o prompt_sp ]] || -zf-fresh-line
  builtin print -rn -- $'\n\e[A\e7'${(%)PROMPT}
  : ${PROMPT_EOL_MARK=$'%{\e8\e[J%}'}
  typeset -g _zf_paint_prompt=$PROMPT
  -zf-paint-keep
  exec {_zf_out}>&1 {_zf_err}>&2 1>>$_zf_painted 2>&1
}
