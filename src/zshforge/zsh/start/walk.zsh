# Walks pre-plugin modules, plugins and post-plugin modules; the user's own files close both phases.
# In the bundle other lines stand before these (functions/-zf-build-bundle), and _zf_from is the bundle.
_zf_from="${_zf_from:-$_zf_root}"

# Options under which our files would be read differently; a foreign file gets the user's own setting back.
_zf_risky=(
  aliases all_export sh_glob ignore_braces ignore_close_braces csh_junkie_quotes err_exit err_return
  ksh_arrays ksh_zero_subscript sh_word_split glob_subst force_float warn_create_global warn_nested_var
  local_options
)
_zf_calm='_zf_calmed=(); for _zf_option in "${_zf_risky[@]}"; do if [[ -o "$_zf_option" ]]; then '
_zf_calm+='_zf_calmed+=("$_zf_option"); fi; done; "builtin" "unsetopt" "${_zf_risky[@]}"'
_zf_restore='if [[ -n "${_zf_calmed[*]-}" ]]; then "builtin" "setopt" "${_zf_calmed[@]}"; fi'
_zf_calmed=()
for _zf_option in "${_zf_risky[@]}"; do
  if [[ -o "$_zf_option" ]]; then _zf_calmed+=("$_zf_option"); fi
done
'builtin' 'unsetopt' "${_zf_risky[@]}"

# Ctrl-C ends the file of the user that is being read; a module is read to its end. At a start .zshenv has
# said so before.
if [[ -n "${_zf_held-}" ]] || (( ! ${+functions[TRAPINT]} )); then
  _zf_held=1
  TRAPINT() {
    (( ! ${_zf_foreign:-0} )) || 'builtin' 'return' $(( 128 + $1 ))
    if 'builtin' 'zle'; then
      # Where the editor waits for a key, Ctrl-C ends the line.
      ! '-zf-interrupt-calm' || 'builtin' 'return' $(( 128 + $1 ))
      # With the signal the terminal forgot what it had not shown yet.
      'builtin' 'zle' .reset-prompt
      'builtin' 'print' -rn -- "${zle_bracketed_paste[1]-}"
      '-zf-interrupt-again'
    fi
    'builtin' 'return' 0
  }
fi

for _zf_stage in pre local-pre pre-end plugins post local-post post-end; do
  _zf_names=()
  case "$_zf_stage" in
    pre)
      _zf_folder="$_zf_from/pre-plugin"
      if [[ "${ZSH_ENABLE_PREPLUGIN_REDESIGN:-1}" == 0 ]]; then
        _zf_names=(01-segment-lib 02-guidelines-checksum)
      else
        # A fixed list is cheaper than a glob.
        _zf_names=(
          00-path-safety 01-segment-lib 02-guidelines-checksum 05-fzf-init 10-lazy-framework
          15-node-runtime-env 20-macos-defaults-deferred 25-lazy-integrations 30-ssh-agent
        )
      fi ;;
    pre-end) _zf_names=(40-pre-plugin-boundary) ;;
    post)
      _zf_folder="$_zf_from/post-plugin"
      if [[ "${ZSH_ENABLE_POSTPLUGIN_REDESIGN:-1}" != 0 ]]; then
        _zf_names=(
          00-security-integrity 05-interactive-options 10-core-functions 20-essential-plugins
          30-development-env 40-aliases-keybindings 50-completion-history 60-ui-prompt
          65-vcs-gitstatus-instrument 70-performance-monitoring 80-security-validation
        )
      fi ;;
    post-end)
      _zf_names=(85-post-plugin-boundary 90-splash 95-prompt-ready)
      if [[ "${ZSH_ENABLE_POSTPLUGIN_REDESIGN:-1}" == 0 ]]; then
        _zf_names=(85-post-plugin-boundary 95-prompt-ready)
      fi ;;
    local-*)
      _zf_own="${XDG_CONFIG_HOME:-$HOME/.config}/zshforge/local/${_zf_stage#local-}"
      if [[ "${ZF_SAFE:-0}" != 1 && -d "$_zf_own" ]]; then
        () { 'builtin' 'emulate' -L zsh; _zf_names=("$_zf_own"/*.zsh(N-.:t:r)); }
      fi ;;
    plugins)
      _zf_own="$_zf_root"
      if [[ "${ZF_SAFE:-0}" != 1 && -f "$_zf_own/plugins.zsh" ]]; then _zf_names=(plugins); fi ;;
  esac
  (( ${#_zf_names[@]} )) || continue
  if [[ -n "${_zf_timed-}" ]]; then
    # For a harness, one stamp a module: the end of one is the start of the next (01-segment-lib.zsh).
    _zf_ts+="//$_zf_stage/${(j:/:)_zf_names}//${(j.:.)epochtime}"
  fi
  case "$_zf_stage${_zf_timed-}" in
    local-*timed|plugins*timed)
      'builtin' 'eval' "$_zf_restore"
      for _zf_name in "${_zf_names[@]}"; do
        {
          _zf_foreign=1
          'builtin' 'source' "$_zf_own/$_zf_name.zsh" || 'builtin' 'true'
        } always { _zf_foreign=0 TRY_BLOCK_INTERRUPT=0 }
        _zf_ts+="/${(j.:.)epochtime[@]}"
      done
      'builtin' 'eval' "$_zf_calm" ;;
    *timed)
      for _zf_name in "${_zf_names[@]}"; do
        'builtin' '.' "$_zf_folder/$_zf_name.zsh" || 'builtin' 'true'
        _zf_ts+=/${(j.:.)epochtime}
      done ;;
    local-*|plugins)
      'builtin' 'eval' "$_zf_restore"
      for _zf_name in "${_zf_names[@]}"; do
        {
          _zf_foreign=1
          'builtin' 'source' "$_zf_own/$_zf_name.zsh" || 'builtin' 'true'
        } always { _zf_foreign=0 TRY_BLOCK_INTERRUPT=0 }
      done
      'builtin' 'eval' "$_zf_calm" ;;
    *)
      for _zf_name in "${_zf_names[@]}"; do
        'builtin' '.' "$_zf_folder/$_zf_name.zsh" || 'builtin' 'true'
      done ;;
  esac
done

# A bundle that does not hold what the files say is made anew once the prompt stands, if this shell may.
if [[ "$_zf_from" == "$_zf_root" && -w "$_zf_root/bundle" && "${ZF_SAFE:-0}" != 1 &&
  -r "$_zf_root/functions/-zf-after-prompt" ]]; then
  'builtin' 'autoload' -Uz "$_zf_root/functions/-zf-after-prompt" "$_zf_root/functions/-zf-rebuild-bundle"
  -zf-after-prompt bundle -zf-rebuild-bundle
fi
if [[ -n "${_zf_held-}" ]]; then
  # Ctrl-C is held back until the first command, unless the editor waits: elsewhere, also between two tasks
  # of the quiet moment, it would swallow the next key. Not so where a hook of the user's own might hang.
  -zf-let-interrupt() {
    'builtin' 'emulate' -L zsh
    'builtin' 'setopt' no_local_traps
    preexec_functions=(${preexec_functions:#-zf-let-interrupt})
    [[ ${functions[TRAPINT]-} != *_zf_foreign* ]] || 'builtin' 'unfunction' TRAPINT
    'builtin' 'unset' _zf_foreign _zf_held _zf_again
    'builtin' 'unfunction' -- -zf-let-interrupt
  }
  if [[ -o zle && -n "${_zf_after[*]-}" && "$ZSH_EVAL_CONTEXT" != toplevel* &&
    -z "${ZSH_EXECUTION_STRING+x}${functions[precmd]+x}" && -z ${precmd_functions:#(_zf_|-zf-)*} ]]; then
    preexec_functions=(-zf-let-interrupt "${preexec_functions[@]}")
  else
    -zf-let-interrupt
  fi
fi
if [[ -n "${_zf_calmed[*]-}" ]]; then
  if [[ "$_zf_from" == "$_zf_root" && "${_zf_calmed[*]-}" != aliases ]]; then
    # Functions that are not read yet would be read under these options; in a bundle all are.
    () {
      'builtin' 'emulate' -L zsh
      'builtin' 'autoload' -Uz "$_zf_root"/functions/(-zf-|zf::)*(N.)
      'builtin' 'autoload' +X -- "$_zf_root"/functions/(-zf-|zf::)*(N.:t)
    }
  fi
  'builtin' 'setopt' "${_zf_calmed[@]}"
fi
'builtin' 'unset' _zf_risky _zf_calm _zf_calmed _zf_restore _zf_option _zf_root _zf_from _zf_key _zf_seen \
  _zf_more _zf_stage _zf_folder _zf_own _zf_names _zf_name _zf_timed
