"""The first paint before the system's start files: only where none of them might need the terminal."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

import pytest
from live import Live
from painted import PAINT, cache, warm

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty


def before_zshrc(shell: Shell, text: str, name: str = ".zprofile") -> Path:
    """A file that a login shell reads between .zshenv and .zshrc, like those of the system."""
    file = shell.zdotdir / name
    file.write_text(text)
    while time.time() < int(file.stat().st_ctime) + 1:  # what changes in the second of a look is looked at again
        time.sleep(0.05)
    return file


def test_the_prompt_is_painted_before_the_systems_start_files_are_read(shell: Shell) -> None:
    go = shell.root / "go"
    go.touch()
    text = f"until [[ -e {go} ]] {{ : }}; print -r -- from-the-system; PROMPT='theirs> ' precmd_functions=()\n"
    before_zshrc(shell, text)
    warm(shell, options=("-l",))
    go.unlink()
    with Live(shell, options=("-l",)) as live:
        live.until(lambda: bool(re.search("zf-here [#%]$", live.last)))
        assert b"\x1b[?2004h" not in live.raw
        go.touch()
        live.until(lambda: b"\x1b[?2004h" in live.raw)
        live.rest()
        assert live.raw.count(PAINT) == 1
        lines = live.lines()
    assert lines[0] == "from-the-system"
    assert re.search("zf-here [#%]$", lines[-1])
    assert "theirs" not in "".join(lines)


@pytest.mark.parametrize(
    "line", ["read -t 0 answer", "[[ -t 1 ]] && here=terminal", "(( 0 )) && exec tmux", "true && . /dev/null"]
)
def test_nothing_is_painted_before_files_that_ask_or_hand_over_or_look_at_the_terminal(shell: Shell, line: str) -> None:
    seen = before_zshrc(shell, f"{line}\n[[ /dev/fd/1 -ef $TTY ]] && typeset -g seen=terminal || seen=none\n")
    assert seen.exists()
    warm(shell, options=("-l",))
    with Live(shell, options=("-l",)) as live:
        live.rest(0.5)
        assert live.raw.count(PAINT) == 1, "painted when .zshrc is read"
        live.run("print -r -- it was a $seen")
        assert "it was a terminal" in [line.rstrip() for line in live.lines()]


def test_a_start_file_that_was_put_in_place_with_an_older_time_is_looked_at_again(shell: Shell) -> None:
    before_zshrc(shell, "seen=harmless\n")
    warm(shell, options=("-l",))
    text = "[[ -t 1 ]]; [[ /dev/fd/1 -ef $TTY ]] && seen=terminal || seen=none\n"
    other = before_zshrc(shell, text, "other")
    os.utime(other, (1_000_000_000, 1_000_000_000))
    other.rename(shell.zdotdir / ".zprofile")
    for _ in range(2):
        with Live(shell, options=("-l",)) as live:
            live.rest(0.5)
            live.run("print -r -- it was a $seen")
            assert "it was a terminal" in [line.rstrip() for line in live.lines()]


def test_a_line_in_zshenv_that_forbids_painting_is_heard(shell: Shell) -> None:
    before_zshrc(shell, "[[ /dev/fd/1 -ef $TTY ]] && seen=terminal\n")
    warm(shell, options=("-l",))
    with (shell.zdotdir / ".zshenv").open("a") as file:
        file.write("ZF_PAINT=0\n")
    for _ in range(2):
        with Live(shell, options=("-l",)) as live:
            live.rest(0.5)
            live.run("print -r -- it was a $seen")
            assert "it was a terminal" in [line.rstrip() for line in live.lines()]
            assert PAINT not in live.raw


HARMLESS = [
    "", "x=(a b c); print hi", "print hi # exec tmux", "function f() { print x }; f", "x=$(<file); x[1]=2; x+=3",
    "until [[ -e x ]] { : }; print", "(( x )) && y=1", 'export A="$(</etc/hostname)" PATH=/a:$PATH',
    "[[ -o login ]] || return", "alias ll='ls -l'; typeset -U path",
]  # fmt: skip
OBJECT = [
    "exec tmux", "\\exec tmux", "builtin exec x", "a=b exec x", "x=1 && exec y", "for i in a; do exec $i; done",
    "read x", "echo a | read b", "vared x", ". /etc/profile", "source x", "eval 'x'", "emulate sh -c x", "$x",
    "fortune", "x=$(date)", "x=(\n$(date)\n)", 'print "$(date)"', "x=`date`", "print <(date)", "print =(date)",
    "(tmux)", "{ fortune }", "cd() { fortune }", "() { fortune }", "function f { fortune }", "if [[ a ]] fortune",
    "if true; then fortune; fi", "for i (a b) fortune", "repeat 3 fortune", "case a in b) print;; esac",
    "autoload -Uz f; f", "[[ -t 1 ]] && x=1", "print hi >/dev/tty", "stty -ixon", "coproc x", "noglob fortune",
    "print a & fortune", "trap x EXIT",
]  # fmt: skip


def test_start_files_that_might_need_the_terminal_are_told_from_those_that_do_not(shell: Shell) -> None:
    found = {}
    note = cache(shell) / "early-paint"
    for text in (*HARMLESS, *OBJECT):
        (shell.zdotdir / ".zprofile").write_text(f"{text}\n")
        note.unlink(missing_ok=True)
        done = shell.run("autoload -Uz $ZDOTDIR/functions/-zf-paint-early; -zf-paint-early", "-f")
        found[text] = done.stderr or note.read_text().split()[1]
    assert found == dict.fromkeys(HARMLESS, "yes") | dict.fromkeys(OBJECT, "no")
