# The second half of dump_state.zsh, under zsh's own options. Each part is a name, a count, and so many words.
() {
  builtin local _zfd_name _zfd_type
  builtin local -a _zfd_words
  builtin zmodload zsh/parameter zsh/zle zsh/zleparameter zsh/zutil zsh/system 2>/dev/null
  _zfd_words=(/proc/self/fd/*(N:t))
  builtin print -rN -- pid 1 $$ tty 1 "$TTY" umask 1 "$(builtin umask)" limits 1 "$(builtin limit 2>&1)" \
    folder 1 "$PWD" 'directory stack' $#dirstack $dirstack jobs $#jobstates $jobstates \
    modules 1 "$(builtin zmodload | command sort)" styles 1 "$(builtin zstyle -L)" \
    'traced functions' 1 "$(builtin functions -t)" 'hash of directories' 1 "$(builtin hash -dL)" \
    descriptors $#_zfd_words $_zfd_words \
    terminal 1 "$(command stty -a 2>&1)"
  builtin print -rN -- traps 1
  builtin trap # not in a subshell, which has none
  builtin print -rn -- $'\0'
  for _zfd_name in ${(ok)functions} ${(ok)dis_functions}; do
    builtin print -rN -- "function $_zfd_name" 1 "${functions[$_zfd_name]-}${dis_functions[$_zfd_name]-}"
  done
  for _zfd_name in aliases galiases saliases dis_aliases dis_galiases dis_saliases; do
    builtin print -rN -- "$_zfd_name association" $(( 2 * ${#${(kP)_zfd_name}} )) "${(@kvPqqqq)_zfd_name}"
  done
  builtin print -rN -- 'disabled builtins' 1 "${(ko)dis_builtins}" 'disabled words' 1 "${(ko)dis_reswords}" \
    widgets 1 "$(builtin zle -lL 2>/dev/null)" keymaps 1 "$(builtin bindkey -lL)"
  for _zfd_name in ${(f)"$(builtin bindkey -l)"}; do
    builtin print -rN -- "keys of $_zfd_name" 1 "$(builtin bindkey -M $_zfd_name -L)"
  done
  for _zfd_name in ${(ok)parameters}; do
    case $_zfd_name in
      _zfd_*) builtin continue ;;
      functions|dis_functions|aliases|galiases|saliases|dis_*|parameters|options|history|historywords) builtin continue ;;
      modules|builtins|reswords|patchars|jobdirs|jobtexts|jobstates|commands|userdirs|usergroups) builtin continue ;;
      mapfile|terminfo|termcap|sysparams|errnos|widgets|keymaps|langinfo|functions_source|zsh_eval_context) builtin continue ;;
      funcstack|funcfiletrace|funcsourcetrace|functrace|signals|RANDOM|SECONDS|EPOCH*|epochtime|LINENO|_) builtin continue ;;
      '?'|'*'|'@'|'#'|'!'|'$'|argv|ARGC|0|status|pipestatus|TTYIDLE|ZSH_EVAL_CONTEXT|ERRNO|HISTCMD|history*) builtin continue ;;
    esac
    _zfd_type=${parameters[$_zfd_name]}
    if [[ $_zfd_type == *association* ]]; then
      builtin print -rN -- "parameter $_zfd_name association" $(( 2 * ${#${(kP)_zfd_name}} )) "${(@kvPqqqq)_zfd_name}"
    elif [[ $_zfd_type == *array* ]]; then
      _zfd_words=("${(@P)_zfd_name}")
      builtin print -rN -- "parameter $_zfd_name" $#_zfd_words "${(@qqqq)_zfd_words}"
    elif [[ $_zfd_type != *undefined* ]]; then
      builtin print -rN -- "parameter $_zfd_name" 1 "${(Pqqqq)_zfd_name}"
    fi
    builtin print -rN -- "type of $_zfd_name" 1 "$_zfd_type"
  done
}
