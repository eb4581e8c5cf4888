# Makes the zf:: functions available; each is read from functions/ on its first call.
(( ! ${+_LOADED_POST_PLUGIN_CORE_FUNCTIONS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_CORE_FUNCTIONS=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  local dir=${ZDOTDIR:-$HOME}/functions
  # These act under the options of their caller.
  autoload -Uz $dir/zf::{options,source,with_timing}
  # What is marked within `emulate -c` is read and run under these options for ever.
  emulate zsh -o no_aliases -c '
    autoload -Uz $dir/zf::{aliases,debug,ensure_cmd,functions,has,keys,log,path_add,perf,require,warn}
  '
}
