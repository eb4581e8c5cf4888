# Answers one request a line: `names PATTERN`, `body NAME`, `time COUNT CALL` (no CALL: the empty loop), `quit`.
#
# Sourced by around.zsh in an emulation that sticks to every function here. What is timed is made into code that
# around.zsh evaluates outside of that emulation, so that it runs under the user's options; the stamps lie inside of
# the redirections, which are not charged.

builtin zmodload zsh/datetime zsh/parameter
builtin typeset -g _zf_code= _zf_from= _zf_to= _zf_rc= _zf_body=$3
builtin typeset -gi _zf_requests=-1 _zf_answers=-1
builtin exec {_zf_requests}<>$1 {_zf_answers}<>$2

-zf-say() {
  builtin print -ru $_zf_answers -- "$1"
}

-zf-take() { # the next request; what needs no timing is answered here
  builtin local line
  while IFS= builtin read -r -u $_zf_requests line; do # the empty loop ends in a blank
    case $line in
      names\ *) -zf-names "${line#* }" ;;
      body\ *) -zf-body "${line#* }" ;;
      time\ *) -zf-code "${${line#* }%% *}" "${${line#* }#* }"; builtin return 0 ;;
      *) builtin exit 0 ;;
    esac
  done
  builtin exit 0
}

-zf-names() {
  builtin print -rl -- ${(ok)functions[(I)$~1]} >| $_zf_body
  -zf-say names
}

-zf-body() { # an autoloaded function is read first
  if (( ! $+functions[$1] )); then
    -zf-say missing
    builtin return
  fi
  [[ $functions[$1] != *'builtin autoload -X'* ]] || builtin autoload +X -- $1 2>/dev/null
  builtin print -r -- "$functions[$1]" >| $_zf_body
  -zf-say body
}

-zf-code() { # quoted where the name is something else, too, and not elsewhere, because each call would pay for it
  builtin local name=${2%% *} call=$2
  if [[ -n $name ]] && { (( $+aliases[$name] || $+galiases[$name] || $+saliases[${name:e}] || $reswords[(Ie)$name] )) ||
    [[ $name != ${(q-)name} ]] }; then
    call=${(qq)name}${2#"$name"}
  fi
  _zf_code="{ _zf_from=\$EPOCHREALTIME; repeat $1 { $call }; _zf_to=\$EPOCHREALTIME _zf_rc=\$?; }"
  _zf_code+=" </dev/null >/dev/null 2>&1"
}

-zf-answer() {
  -zf-say "time $_zf_from $_zf_to $_zf_rc"
}

-zf-say ready
