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

# Sets _zf_folder and _zf_names for a stage. A fixed list is cheaper than a glob.
_zf_stage_files() {
  emulate -L zsh
  local folder
  local -a names
  case $1 in
    pre)
      folder=$_zf_root/pre-plugin names=(01-segment-lib 02-guidelines-checksum)
      [[ ${ZSH_ENABLE_PREPLUGIN_REDESIGN:-1} == 0 ]] || names=(
        00-path-safety 01-segment-lib 02-guidelines-checksum 05-fzf-init 10-lazy-framework 15-node-runtime-env
        20-macos-defaults-deferred 25-lazy-integrations 30-ssh-agent
      ) ;;
    pre-end) folder=$_zf_root/pre-plugin names=(40-pre-plugin-boundary) ;;
    post)
      folder=$_zf_root/post-plugin
      [[ ${ZSH_ENABLE_POSTPLUGIN_REDESIGN:-1} == 0 ]] || names=(
        00-security-integrity 05-interactive-options 10-core-functions 20-essential-plugins 30-development-env
        40-aliases-keybindings 50-completion-history 60-ui-prompt 65-vcs-gitstatus-instrument
        70-performance-monitoring 80-security-validation
      ) ;;
    post-end)
      folder=$_zf_root/post-plugin names=(85-post-plugin-boundary 90-splash 95-prompt-ready)
      [[ ${ZSH_ENABLE_POSTPLUGIN_REDESIGN:-1} != 0 ]] || names=(${names:#90-splash}) ;;
    local-*)
      folder=${XDG_CONFIG_HOME:-$HOME/.config}/zshforge/local/${1#local-}
      [[ ${ZF_SAFE:-0} == 1 || ! -d $folder ]] || names=("$folder"/*.zsh(N-.:t:r)) ;;
    plugins)
      folder=$_zf_root
      [[ ${ZF_SAFE:-0} == 1 || ! -f $folder/plugins.zsh ]] || names=(plugins) ;;
  esac
  typeset -g _zf_folder=$folder
  typeset -ga _zf_names=("${names[@]}")
}

for _zf_stage _zf_moment in pre pre_plugin_start local-pre '' pre-end '' plugins '' \
  post plugins_end local-post '' post-end ''; do
  if [[ -n "$_zf_moment" && -n "${_zf_walking-}" ]]; then
    (( _zf_$_zf_moment = _zf_now = EPOCHREALTIME * 1000000 ))
    'builtin' 'print' -ru "$_zf_fd" "MARK name=$_zf_moment us=$_zf_now"
  fi
  _zf_stage_files "$_zf_stage"
  [[ -n "${_zf_names[*]-}" ]] || continue
  case "$_zf_stage" in local-*|plugins) 'builtin' 'eval' "$_zf_restore" ;; esac
  if [[ -n "${_zf_walking-}" ]]; then
    # One stamp a module: the end of one is the start of the next (see functions/-zf-listen).
    (( _zf_now = EPOCHREALTIME * 1000000 ))
    _zf_stamps+="//$_zf_now:$_zf_stage"
    for _zf_name in "${_zf_names[@]}"; do
      'builtin' 'source' "$_zf_folder/$_zf_name.zsh" || 'builtin' 'true'
      (( _zf_now = EPOCHREALTIME * 1000000 ))
      _zf_stamps+="/$_zf_name/$_zf_now"
    done
  else
    for _zf_name in "${_zf_names[@]}"; do
      'builtin' 'source' "$_zf_folder/$_zf_name.zsh" || 'builtin' 'true'
    done
  fi
  case "$_zf_stage" in local-*|plugins) 'builtin' 'eval' "$_zf_calm" ;; esac
done

'builtin' 'eval' "$_zf_restore"
'builtin' 'unset' _zf_risky _zf_calm _zf_calmed _zf_restore _zf_option _zf_root \
  _zf_stage _zf_moment _zf_folder _zf_names _zf_name _zf_walking
'builtin' 'unfunction' _zf_stage_files
