# Environment of Go, Rust, Python, Node and others: what is there is found by its folder; nothing is run.
(( ! ${+_LOADED_POST_PLUGIN_DEVELOPMENT_ENV} )) || return 0
typeset -g _LOADED_POST_PLUGIN_DEVELOPMENT_ENV=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  local dir data=${XDG_DATA_HOME:-$HOME/.local/share}
  # What the user has set is kept; a folder that only XDG names counts when it is there.
  [[ -n ${CARGO_HOME+x} || -d $HOME/.cargo || ! -d $data/cargo ]] || export CARGO_HOME=$data/cargo
  [[ -n ${RUSTUP_HOME+x} || -d $HOME/.rustup || ! -d $data/rustup ]] || export RUSTUP_HOME=$data/rustup
  [[ -n ${GOPATH+x} || -d $HOME/go || ! -d $data/go ]] || export GOPATH=$data/go
  # The prompt shows the virtual environment itself.
  [[ -n ${VIRTUAL_ENV_DISABLE_PROMPT+x} ]] || export VIRTUAL_ENV_DISABLE_PROMPT=1
  for dir in ${CARGO_HOME:-$HOME/.cargo}/bin ${GOBIN:-${${GOPATH:-$HOME/go}%%:*}/bin} /usr/local/go/bin \
    ${NPM_CONFIG_PREFIX:-$HOME/.npm-global}/bin ${PNPM_HOME:-$data/pnpm} ${DENO_INSTALL:-$HOME/.deno}/bin \
    ${BUN_INSTALL:-$HOME/.bun}/bin $HOME/.local/bin; do
    [[ ! -d $dir || -n ${path[(re)$dir]-} ]] || path+=("$dir")
  done
}
