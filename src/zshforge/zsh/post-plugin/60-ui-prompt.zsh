# The built-in prompt (functions/-zf-prompt-fill), or the theme that ZF_PROMPT names; draws without a process.
(( ! ${+_LOADED_POST_PLUGIN_UI_PROMPT} )) || return 0
typeset -g _LOADED_POST_PLUGIN_UI_PROMPT=1

'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}"/functions/-zf-{after-prompt,paint-{compile,early,save}}
case "${ZF_PROMPT:-built-in}" in
  built-in|builtin|zf) ;;
  *)
    'builtin' 'autoload' '-Uz' "${ZDOTDIR:-$HOME}"/functions/-zf-{prompt-theme{,-lost},plugin-folders}
    -zf-prompt-theme ;;
esac
if [[ -n "${_zf_theme-}" ]]; then
  # A theme is sourced as from .zshrc, not in a function: what it declares is to stay.
  [[ "$_zf_theme" != pure ]] || fpath+=("${_zf_theme_files[1]:h}")
  _zsh_perf_segment_start p10k_theme post_plugin
  for _zf_theme_file in "${_zf_theme_files[@]}"; do
    'builtin' 'source' "$_zf_theme_file" || 'builtin' 'true'
  done
  _zsh_perf_segment_end p10k_theme
  'builtin' 'unset' _zf_theme_file _zf_theme_files
else
  () {
    'builtin' 'emulate' '-L' 'zsh'
    local folder="${ZDOTDIR:-$HOME}"
    (( ${+functions[-zf-git-head]} )) || builtin source "$folder/first-paint.zsh" later
    autoload -Uz "$folder"/functions/-zf-git-{done,scan,show,start,told} \
      "$folder"/functions/-zf-prompt-{again,fill,hooks,keymap,plain,template}
    typeset -gA _zf_git_running _zf_git_state _zf_git_rest
    typeset -g _zf_git_want= _zf_git_again=
    if [[ ${_zf_paint_kind-} == built-in && -z ${ZF_PROMPT_RIGHT-} ]]; then
      typeset -g _zf_prompt_text=$PROMPT
    else
      -zf-prompt-template
      PROMPT=$_zf_prompt_text
      [[ -z $_zf_rprompt_text ]] || RPROMPT=$_zf_rprompt_text
    fi
    # The prompt shows the environment itself; `activate` need not.
    typeset -g VIRTUAL_ENV_DISABLE_PROMPT=1
    precmd_functions+=(-zf-prompt-fill)
    -zf-after-prompt prompt-hooks -zf-prompt-hooks
  }
  'builtin' 'setopt' prompt_percent
fi
-zf-after-prompt paint -zf-paint-save
-zf-after-prompt paint-compile -zf-paint-compile
