# One ssh agent for all shells: a live one is used, else one is started when a command line first needs it.
(( ! ${+_LOADED_PRE_PLUGIN_SSH_AGENT} )) || return 0
typeset -g _LOADED_PRE_PLUGIN_SSH_AGENT=1

[[ "${ZSH_SSH_AGENT:-1}" != 0 ]] || return 0
() {
  'builtin' 'emulate' '-L' 'zsh'
  local f=${ZDOTDIR:-$HOME}/functions
  typeset -g _zf_ssh=${ZSH_SSH_AGENT_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/zshforge/agent}/$HOST
  # A harness must leave no agent behind.
  [[ -z ${_zf_timed-} ]] || typeset -g _zf_ssh_never=1
  [[ -S ${SSH_AUTH_SOCK-} || ! -S $_zf_ssh || ! -O $_zf_ssh ]] || export SSH_AUTH_SOCK=$_zf_ssh
  # Read later, by whatever options then hold, if it were not for emulate.
  emulate zsh -c 'autoload -Uz "$f/-zf-ssh-agent" "$f/-zf-ssh-live" "$f/-zf-ssh-start"'
  preexec_functions+=(-zf-ssh-need)
  [[ ${ZSH_SSH_AGENT-} == prompt ]] || return 0
  (( ${+functions[-zf-after-prompt]} )) || autoload -Uz "$f/-zf-after-prompt"
  -zf-after-prompt ssh-agent -zf-ssh-agent
}
# Before each command: most lines name nothing that could ask an agent.
-zf-ssh-need() {
  [[ "$3" != *ssh* && "$3" != *git* && "$3" != *scp* && "$3" != *rsync* && "$3" != *mosh* ]] ||
    -zf-ssh-agent "$3"
}
