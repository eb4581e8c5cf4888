# Enters the user's shell: defines the driver's functions under default options, then times under the user's own.
# Arguments: the driver, the FIFO with requests, the FIFO for answers, the file for a body.
#
# This file is parsed and run under the user's options and aliases, so every word is quoted.

'builtin' 'emulate' 'zsh' '-o' 'no_aliases' '-o' 'no_xtrace' '-o' 'no_verbose' '-o' 'no_source_trace' '-c' '"builtin" "." "$@"'

while '-zf-take'; do
  'builtin' 'eval' "$_zf_code" || 'builtin' 'true'
  '-zf-answer'
done
