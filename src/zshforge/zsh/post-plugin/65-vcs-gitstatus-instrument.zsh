# Uses the plugin gitstatus where it is there, and times its loading; its daemon starts after the prompt.
(( ! ${+_LOADED_POST_PLUGIN_VCS_GITSTATUS_INSTRUMENT} )) || return 0
typeset -g _LOADED_POST_PLUGIN_VCS_GITSTATUS_INSTRUMENT=1

for _zf_gitstatus_file in "${_zf_plugin_path[gitstatus]-}" \
  "${XDG_DATA_HOME:-$HOME/.local/share}/zshforge/plugins/gitstatus" /usr/share/gitstatus; do
  _zf_gitstatus_file+=/gitstatus.plugin.zsh
  [[ ! -r "$_zf_gitstatus_file" ]] || break
done
if [[ -r "$_zf_gitstatus_file" && -z "${_zf_theme-}" ]]; then
  _zsh_perf_segment_start gitstatus_init post_plugin
  'builtin' 'source' "$_zf_gitstatus_file" || 'builtin' 'true'
  _zsh_perf_segment_end gitstatus_init
  'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}"/functions/-zf-{after-prompt,gitstatus-start,gitstatus-told}
  -zf-after-prompt gitstatus -zf-gitstatus-start
fi
'builtin' 'unset' _zf_gitstatus_file
