# A prompt in two parts: the folder, then the exit status when it is not zero; nothing is run to draw it.
(( ! ${+_LOADED_POST_PLUGIN_UI_PROMPT} )) || return 0
typeset -g _LOADED_POST_PLUGIN_UI_PROMPT=1

'builtin' 'setopt' prompt_percent
PROMPT='%F{blue}%1~%f %(?..%F{red}%?%f )%# '
