# Walks pre-plugin modules, plugins and post-plugin modules; the user's own files close both phases.

# Options under which our files would be read differently; a foreign file gets the user's own setting back.
_zf_risky=(
  aliases all_export sh_glob ignore_braces ignore_close_braces csh_junkie_quotes err_exit err_return
  ksh_arrays ksh_zero_subscript sh_word_split glob_subst force_float warn_create_global warn_nested_var
  local_options
)
_zf_calm='_zf_calmed=(); for _zf_option in "${_zf_risky[@]}"; do if [[ -o "$_zf_option" ]]; then '
_zf_calm+='_zf_calmed+=("$_zf_option"); fi; done; "builtin" "unsetopt" "${_zf_risky[@]}"'
_zf_restore='if [[ -n "${_zf_calmed[*]-}" ]]; then "builtin" "setopt" "${_zf_calmed[@]}"; fi'
'builtin' 'eval' "$_zf_calm"
_zf_root=${ZDOTDIR:-$HOME}

# Fills _zf_walk with path, label and phase of each file of a stage. A fixed list is cheaper than a glob.
_zf_stage_files() {
  emulate -L zsh
  local folder= phase=other name
  local -a names
  case $1 in
    pre)
      folder=$_zf_root/pre-plugin phase=pre_plugin names=(01-segment-lib 02-guidelines-checksum)
      [[ ${ZSH_ENABLE_PREPLUGIN_REDESIGN:-1} == 0 ]] || names=(
        00-path-safety 01-segment-lib 02-guidelines-checksum 05-fzf-init 10-lazy-framework 15-node-runtime-env
        20-macos-defaults-deferred 25-lazy-integrations 30-ssh-agent
      ) ;;
    pre-end) folder=$_zf_root/pre-plugin phase=pre_plugin names=(40-pre-plugin-boundary) ;;
    post)
      folder=$_zf_root/post-plugin phase=post_plugin
      [[ ${ZSH_ENABLE_POSTPLUGIN_REDESIGN:-1} == 0 ]] || names=(
        00-security-integrity 05-interactive-options 10-core-functions 20-essential-plugins 30-development-env
        40-aliases-keybindings 50-completion-history 60-ui-prompt 65-vcs-gitstatus-instrument
        70-performance-monitoring 80-security-validation
      ) ;;
    post-end)
      folder=$_zf_root/post-plugin phase=post_plugin names=(85-post-plugin-boundary 90-splash 95-prompt-ready)
      [[ ${ZSH_ENABLE_POSTPLUGIN_REDESIGN:-1} != 0 ]] || names=(${names:#90-splash}) ;;
    local/*)
      folder=${XDG_CONFIG_HOME:-$HOME/.config}/zshforge/$1 phase=${1#local/}_plugin
      [[ ${ZF_SAFE:-0} == 1 || ! -d $folder ]] || names=("$folder"/*.zsh(N-.:t:r)) ;;
    plugins)
      folder=$_zf_root
      [[ ${ZF_SAFE:-0} == 1 || ! -f $folder/plugins.zsh ]] || names=(plugins) ;;
  esac
  typeset -ga _zf_walk=()
  for name in "${names[@]}"; do
    _zf_walk+=("$folder/$name.zsh" "${${(M)1:#local/*}:+local/}${name//[[:space:]]/_}" "$phase")
  done
}

for _zf_stage in pre local/pre pre-end plugins post local/post post-end; do
  if (( ${+_zf_lines} )); then
    case "$_zf_stage" in
      pre) _zf_mark pre_plugin_start; _zf_pre_start=$_zf_now ;;
      post) _zf_mark plugins_end ;;
    esac
  fi
  _zf_stage_files "$_zf_stage"
  [[ -n "${_zf_walk[*]-}" ]] || continue
  case "$_zf_stage" in local/*|plugins) 'builtin' 'eval' "$_zf_restore" ;; esac
  for _zf_file _zf_label _zf_phase in "${_zf_walk[@]}"; do
    (( ! ${+_zf_lines} )) || (( _zf_from = EPOCHREALTIME * 1000000 ))
    'builtin' 'source' "$_zf_file" || 'builtin' 'true'
    if (( ${+_zf_lines} )); then
      # What _zsh_perf_segment_end does, without the price of two calls for each module.
      (( _zf_now = EPOCHREALTIME * 1000000, _zf_ms = (_zf_now - _zf_from) / 1000 ))
      _zf_lines+="SEGMENT name=$_zf_label ms=$_zf_ms phase=$_zf_phase sample=$_zf_sample "
      _zf_lines+="start_us=$_zf_from end_us=$_zf_now"$'\n'
      [[ "$_zf_phase" != post_plugin ]] || _zf_lines+="POST_PLUGIN_SEGMENT $_zf_label $_zf_ms"$'\n'
    fi
  done
  case "$_zf_stage" in local/*|plugins) 'builtin' 'eval' "$_zf_calm" ;; esac
done

'builtin' 'eval' "$_zf_restore"
'builtin' 'unset' _zf_risky _zf_calm _zf_calmed _zf_restore _zf_option _zf_root _zf_stage _zf_walk \
  _zf_file _zf_label _zf_phase
'builtin' 'unfunction' _zf_stage_files
