# Place of the environment of Go, Rust, Python and other tool chains.
(( ! ${+_LOADED_POST_PLUGIN_DEVELOPMENT_ENV} )) || return 0
typeset -g _LOADED_POST_PLUGIN_DEVELOPMENT_ENV=1
