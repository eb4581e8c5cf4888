# Enters the user's shell: loads the driver under default options, and stands around two hooks of the line editor.
# Arguments: the driver, and what it is given.
#
# This file is parsed and run under the user's options and aliases, so every word is quoted. The two functions call
# the user's own hooks, which must find the user's options; everything else lies behind the emulation, which sticks to
# the functions that are defined in it, and keeps aliases away while they are parsed.

-zf-pre-redraw() {
  {
    'builtin' 'zle' '--' '-zf-user-pre-redraw' "$@" || 'builtin' 'true'
  } always {
    '-zf-looked'
  }
}

-zf-line-init() {
  {
    'builtin' 'zle' '--' '-zf-user-line-init' "$@" || 'builtin' 'true'
  } always {
    '-zf-prompt'
  }
}

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_source_trace' '-o' 'no_force_float' '-c' '"builtin" "." "$@"'
