"""A shell that is looked into ends in the state of one that nobody looks at, at every level of explain."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

import pytest
from explaining import request_for
from shell_states import DUMP, DUMP_REST, Sessions, compare, read_state

from zshforge.shell.zsh import find_zsh

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEVELS = ("files", "lines", None)

#: Configurations that would notice: what they are, and what they do.
NOTICING = {
    "plain": (
        "setopt extended_glob no_beep auto_cd; alias a=b; alias -g G='| grep'; alias -s txt=cat\n"
        "typeset -ar list=(1 'two words' ''); typeset -A map=(b 2 a 1); typeset -F 3 float=1.5\n"
        "typeset -T TIED tied :; export EXPORTED=1; integer -r 16 number=255; f() { local inner=1; : }; f\n"
        "autoload -Uz colors; trap 'x=1' USR1; zstyle ':x:*' y z; bindkey -e; bindkey '^X^Y' undo; hash -d here=@\n"
        "umask 027; w() { zle redisplay }; zle -N w; bindkey -N mine; bindkey -M mine x w; disable -f colors\n"
    ),
    "other options": "setopt ksh_arrays sh_word_split rc_quotes no_unset; emulate sh -c 'x=1; y=(1 2)'; z=${y[0]}\n",
    "tracing": (
        "PS4='+%N:%i> '; exec 2>>@/err; g() { h }; h() { stack=($funcstack $funcfiletrace) }; functions -t h; g\n"
        "set -x; eval 'here=$LINENO'; set +x; TRAPDEBUG() { (( ++debug )) }; :; :; unfunction TRAPDEBUG\n"
        'lines=(${(f)"$(<$ZDOTDIR/err)"}); source @/part.zsh\n'
    ),
    "hooks": (
        "autoload -Uz add-zsh-hook; p() { (( ++seen )); again=$? }; add-zsh-hook precmd p; precmd() { (( ++first )) }\n"
        "zle-line-init() { (( ++begun )) }; zle -N zle-line-init; zshexit() { (( ++gone )) }\n"
        "chpwd() { moved=$PWD }; cd .\n"
    ),
    "commands": (
        "x=$(print out; exit 3); kept=$?; print -rl -- $pipestatus | cat >/dev/null; sleep 1 & disown\n"
        'exec {mine}</dev/null; y="$(ls -l /proc/self/fd | wc -l)"; ( exit 4 ); left=$?\n'
    ),
    "completion": "autoload -Uz compinit; compinit -D; compdef _ls x; zstyle ':completion:*' menu select\n",
    "a failure": "zmodload zsh/zprof; source @/part.zsh; false\n",
}


@pytest.mark.pty
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NOTICING)
def test_nothing_is_other_than_unobserved(name: str, zdotdir: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "scratch").mkdir()
    folder = zdotdir(zshrc=NOTICING[name], part="k() { local deep=1; l() { levels+=($#funcstack) }; l }; k; unset x\n")
    with contextlib.ExitStack() as stack:
        found = compare(Sessions(request_for(folder, tmp_path / "scratch"), stack), LEVELS)
    assert found.differences == ()
    assert found.parts > 150


def dumped(folder: Path, lines: str) -> dict[str, str]:
    script, out = folder / "script", folder / "state"
    script.write_text(f"{lines}\n'builtin' '.' {DUMP} \"$?\" {out} {DUMP_REST}\n")
    zsh = find_zsh("/usr/local/bin:/usr/bin:/bin", None)
    subprocess.run([zsh.path, "-f", script], check=True, timeout=60, stdin=subprocess.DEVNULL)
    return read_state(out)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("setopt extended_glob", "options"),
        ("x=1", "parameter x"),
        ("typeset -r PS4", "type of PS4"),
        ("x=(1 2)", "parameter x"),
        ("typeset -A x=(a 1)", "parameter x association"),
        ("f() { : }", "function f"),
        ("autoload -Uz f", "function f"),
        ("functions -t f; f() { : }; functions -t f", "traced functions"),
        ("alias x=y", "aliases association"),
        ("alias -g x=y", "galiases association"),
        ("precmd_functions=(x)", "parameter precmd_functions"),
        ("bindkey '^X' undo", "keys of emacs"),
        ("f() { : }; zle -N f", "widgets"),
        ("trap : USR1", "traps"),
        ("zstyle x y z", "styles"),
        ("umask 077", "umask"),
        ("cd /", "folder"),
        ("hash -d x=/", "hash of directories"),
        ("disable echo", "disabled builtins"),
        ("zmodload zsh/zprof", "modules"),
        ("exec 7</dev/null", "descriptors"),
        ("sleep 5 &", "jobs"),
        ("limit core 0 2>/dev/null || ulimit -c 0; ulimit -n 100", "limits"),
        ("false", "status"),
        ("name=x", "parameter name"),
    ],
)
def test_each_kind_of_change_would_be_seen(change: str, part: str, tmp_path: Path) -> None:
    assert dumped(tmp_path, change).get(part) != dumped(tmp_path, ":").get(part)


def test_two_shells_that_do_the_same_are_the_same(tmp_path: Path) -> None:
    one, other = (dumped(tmp_path, "x=$$; y=(${(k)aliases})") for _ in range(2))
    assert one == other
