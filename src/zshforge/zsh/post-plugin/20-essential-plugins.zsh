# Syntax highlighting and suggestions, from the plugins' own files; both work when a key has been drawn.
(( ! ${+_LOADED_POST_PLUGIN_ESSENTIAL_PLUGINS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_ESSENTIAL_PLUGINS=1

[[ -o zle && "${ZF_SAFE:-0}" != 1 ]] || return 0
if [[ -n "${ZGEN_DIR-}" && -r "${ZGEN_INIT:-$ZGEN_DIR/init.zsh}" ]]; then
  _zsh_perf_segment_start zgenom-init post_plugin
  'builtin' 'eval' "${_zf_restore-}"
  'builtin' 'source' "${ZGEN_INIT:-$ZGEN_DIR/init.zsh}"
  'builtin' 'eval' "${_zf_calm-}"
  _zsh_perf_segment_end zgenom-init
fi
() {
  emulate -L zsh -o no_aliases
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/zshforge/plugins-$ZSH_VERSION name start REPLY
  local -a _zf_stat _zf_size names=(zsh-syntax-highlighting zsh-autosuggestions)
  [[ -z ${_zf_plugin_path[fast-syntax-highlighting]-} ]] || names[1]=fast-syntax-highlighting
  typeset -gA _zf_line_drives
  zmodload zsh/zle
  (( ${+builtins[zstat]} )) || zmodload -F zsh/stat b:zstat
  autoload -Uz "${ZDOTDIR:-$HOME}"/functions/-zf-plugin-{find,load,missing}
  for name in $names; do
    # Who loaded a plugin before lets it work in its own way.
    start=_zsh_highlight
    [[ $name != zsh-autosuggestions ]] || start=_zsh_autosuggest_start
    (( ! ${+functions[$start]} )) || continue
    _zsh_perf_segment_start $name post_plugin
    # A picture of the plugin says no when the plugin has changed.
    -zf-plugin-find $name && {
      { [[ -O $folder/$name.zsh ]] && builtin source $folder/$name.zsh $REPLY 2>/dev/null &&
          [[ $_zf_stat == whole ]] } ||
        -zf-plugin-load $name $REPLY $folder
    } && _zf_line_drives[$start]=$name
    _zsh_perf_segment_end $name
  done
  (( $#_zf_line_drives )) || return 0
  names=(line-{hooks,redraw{,-now},late,work,colours,finish,isearch,again})
  names+=(suggest{,-show,-bind,-fill,-history})
  autoload -Uz "${ZDOTDIR:-$HOME}"/functions/-zf-${^names}
  zle -N zf-line-work -zf-line-work
  zle -N zf-line-again -zf-line-again
  typeset -gi _zf_line_{fd,turn,want,bound,cursors,memo,foreign}=0 _zf_history_{last,at,fd}=0
  typeset -g _zf_line_{seen,post,done,where,paint}= _zf_history_{for,rest}=
  typeset -ga _zf_history _zf_history_new
  typeset -gA _zf_line_own
  [[ $ZSH_VERSION != (5.<9->|<6->.)* ]] || _zf_line_memo=1
  if [[ -n $_zf_line_drives[_zsh_autosuggest_start] ]]; then
    typeset -gA _ZSH_AUTOSUGGEST_BIND_COUNTS
    (( ! _zf_line_memo )) || ZSH_AUTOSUGGEST_HIGHLIGHT_STYLE+=' memo=zf-suggestion'
  fi
  # What the plugins do before a prompt, -zf-line-hooks does in their place, under no option of the user's.
  typeset -ga precmd_functions preexec_functions
  precmd_functions=(${precmd_functions:#_zsh_(autosuggest|highlight)_*} -zf-line-hooks)
  preexec_functions=(${preexec_functions:#_zsh_highlight_*})
}
