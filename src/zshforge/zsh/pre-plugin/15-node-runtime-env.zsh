# Puts the default node of nvm on PATH by reading its alias files; nvm itself is read on its first call.
(( ! ${+_LOADED_PRE_PLUGIN_NODE_RUNTIME_ENV} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_NODE_RUNTIME_ENV=1

[[ -n "${NVM_DIR-}" || -d "$HOME/.nvm" || -d "${XDG_CONFIG_HOME:-$HOME/.config}/nvm" ]] || return 0
() {
  'builtin' 'emulate' '-L' 'zsh'
  autoload -Uz "${ZDOTDIR:-$HOME}/functions/-zf-node-init"
  -zf-node-init "${ZDOTDIR:-$HOME}/functions"
}
