# Aliases, colours of ls, grep and less, keys for both keymaps, and the title of the terminal's window.
(( ! ${+_LOADED_POST_PLUGIN_ALIASES_KEYBINDINGS} )) || return 0
typeset -g _LOADED_POST_PLUGIN_ALIASES_KEYBINDINGS=1

() {
  'builtin' 'emulate' '-L' 'zsh'
  local dir=${ZDOTDIR:-$HOME}/functions name
  # zf::aliases knows the categories. An alias that is there already stays: it stands last.
  typeset -ga _zf_aliases=(
    cp 'cp -i' mv 'mv -i'
    .. 'cd ..' ... 'cd ../..' .... 'cd ../../..' - 'cd -' d 'dirs -v' md 'mkdir -p'
    l 'ls -1A' ll 'ls -lh' la 'ls -lAh' lt 'ls -lht'
    g git ga 'git add' gb 'git branch' gci 'git commit' gco 'git checkout' gd 'git diff'
    gl 'git log --oneline --graph' gpl 'git pull --ff-only' gps 'git push' gst 'git status -sb'
  )
  case $OSTYPE in
    linux-musl*) _zf_aliases+=(ls 'ls --color=auto' rm 'rm -i') ;;
    linux*|cygwin*|msys*) _zf_aliases+=(ls 'ls --color=auto' diff 'diff --color=auto') ;|
    darwin*|*bsd*) [[ -n ${CLICOLOR+x} ]] || export CLICOLOR=1 ;|
    *) _zf_aliases+=(ln 'ln -i' rm 'rm -I' grep 'grep --color=auto') ;;
  esac
  aliases=("${_zf_aliases[@]}" "${(@kv)aliases}")
  [[ -n ${LESS+x} ]] || export LESS=-FiMR
  [[ -n ${LESS_TERMCAP_md+x} ]] ||
    export LESS_TERMCAP_{md=$'\e[1;34m',us=$'\e[4;36m',so=$'\e[7m',{m,u,s}e=$'\e[0m'}

  emulate zsh -o no_aliases -c 'autoload -Uz {up,down}-line-or-beginning-search edit-command-line
    autoload -Uz $dir/-zf-{title{,-first},terminfo-keys}
    (( ${+functions[-zf-after-prompt]} )) || autoload -Uz $dir/-zf-after-prompt'
  for name in {up,down}-line-or-beginning-search edit-command-line; do
    zle -N $name
  done
  # What terminals send, in both modes of their cursor keys, so that no mode need be set.
  local -A sent=(
    up-line-or-beginning-search '^[[A ^[OA' down-line-or-beginning-search '^[[B ^[OB'
    beginning-of-line '^[[H ^[OH ^[[1~ ^[[7~' end-of-line '^[[F ^[OF ^[[4~ ^[[8~ ^[Ow'
    backward-word '^[[1;5D ^[[1;3D ^[[5D ^[Od' forward-word '^[[1;5C ^[[1;3C ^[[5C ^[Oc'
    delete-char '^[[3~' kill-word '^[[3;5~' overwrite-mode '^[[2~' reverse-menu-complete '^[[Z ^[^I'
    up-line-or-history '^[[5~' down-line-or-history '^[[6~'
  )
  local -a keys widget
  typeset -ga _zf_keys=()
  for widget in ${(k)sent}; do
    keys=(${=sent[$widget]})
    _zf_keys+=(${keys:^^widget})
  done
  for name in emacs viins vicmd; do
    bindkey -M $name $_zf_keys
  done
  bindkey -M emacs '^X^E' edit-command-line
  bindkey -M vicmd v edit-command-line
  bindkey -M viins '^?' backward-delete-char '^H' backward-delete-char \
    '^W' backward-kill-word '^U' backward-kill-line

  case ${TERM-} in
    ''|dumb|unknown|emacs|eterm*) return ;;
    xterm*|screen*|tmux*|rxvt*|alacritty*|foot*|konsole*|gnome*|putty*|vte*|wezterm*|st|st-*|kitty*) ;;
    linux) return ;;
    *) -zf-terminfo-keys ;;
  esac
  [[ ${ZF_TITLE:-1} != 0 ]] || return 0
  preexec_functions+=(-zf-title)
  [[ ! -e $dir/-zf-after-prompt ]] || -zf-after-prompt title -zf-title-first
}
