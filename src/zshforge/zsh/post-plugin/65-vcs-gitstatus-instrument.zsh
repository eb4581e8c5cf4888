# Uses the plugin gitstatus where it is there, and times its loading; its daemon starts after the prompt.
(( ! ${+_LOADED_POST_PLUGIN_VCS_GITSTATUS_INSTRUMENT} )) || return 0
typeset -g _LOADED_POST_PLUGIN_VCS_GITSTATUS_INSTRUMENT=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  local folder
  typeset -g _zf_gitstatus_file=
  for folder in "${_zf_plugin_path[gitstatus]-}" \
    "${XDG_DATA_HOME:-$HOME/.local/share}/zshforge/plugins/gitstatus" /usr/share/gitstatus; do
    [[ -n $folder && -r $folder/gitstatus.plugin.zsh ]] || continue
    _zf_gitstatus_file=$folder/gitstatus.plugin.zsh
    break
  done
}
if [[ -n "$_zf_gitstatus_file" && -z "${_zf_theme-}" ]]; then
  _zsh_perf_segment_start gitstatus_init post_plugin
  'builtin' 'source' "$_zf_gitstatus_file" || 'builtin' 'true'
  _zsh_perf_segment_end gitstatus_init
  'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}"/functions/-zf-{after-prompt,gitstatus-start,gitstatus-told}
  -zf-after-prompt gitstatus -zf-gitstatus-start
fi
'builtin' 'unset' _zf_gitstatus_file
