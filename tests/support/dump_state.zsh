# Tells the whole state of the shell that sources this: options first, because all else is read under its own.
# Arguments: the exit status before, the file to write, and this file's second half.
{ 'builtin' 'print' '-rN' '--' 'status' '1' "$1"; 'builtin' 'print' '-rN' '--' 'options' '1' "$('builtin' 'set' '-o')" } >| "$2"
'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_source_trace' '-c' '"builtin" "." "$3"' >>| "$2"
