"""Completions that a tool writes itself: asked for at the first TAB, kept, asked for again when the tool changes."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

TOOL = """#!/bin/sh
case $1 in
  completion) echo "$@" >> "$HOME/asked"
    echo '#compdef gh'; echo 'compdef _gh gh'; echo '_gh() { compadd VERSION; }' ;;
  *) echo "called with $1" ;;
esac
"""
CALL = (
    "compdef() { :; }; compadd() { print -r -- offered $@; }; _message() { print -r -- message $@; }; "
    'autoload -Uz "$ZDOTDIR/completions/_zf_generated"; service=gh; _zf_generated; print -r -- $?'
)


def tool(shell: Shell, text: str = TOOL, version: str = "one-thing") -> None:
    """Puts a `gh` of some version in place, as a package manager does: a new file."""
    place = shell.root / "bin" / "gh"
    place.parent.mkdir(exist_ok=True)
    place.with_suffix(".new").write_text(text.replace("VERSION", version))
    place.with_suffix(".new").chmod(0o755)
    place.with_suffix(".new").rename(place)
    shell.env["PATH"] = f"{place.parent}:/usr/bin:/bin"


def asked(shell: Shell) -> list[str]:
    """What the tool was asked for completions with."""
    log = shell.root / "home" / "asked"
    return log.read_text().splitlines() if log.exists() else []


def test_the_tool_is_asked_once_and_again_when_it_has_changed(shell: Shell) -> None:
    tool(shell)
    assert [shell.run(CALL, "-f").stdout for _ in range(2)] == ["offered one-thing\n0\n"] * 2
    assert asked(shell) == ["completion -s zsh"]
    tool(shell, version="other-thing")
    os.utime(shell.root / "bin" / "gh", (1, 1))
    assert shell.run(CALL, "-f").stdout == "offered other-thing\n0\n"
    assert len(asked(shell)) == 2


def test_a_tool_that_gives_none_is_told_and_not_remembered(shell: Shell) -> None:
    tool(shell, "#!/bin/sh\nexit 1\n")
    assert shell.run(CALL, "-f").stdout == "message gh completion -s zsh gave no completion\n1\n"
    tool(shell)
    assert shell.run(CALL, "-f").stdout == "offered one-thing\n0\n"


def test_a_home_that_cannot_be_written_completes_all_the_same(shell: Shell) -> None:
    tool(shell)
    assert shell.run(CALL, "-f", XDG_CACHE_HOME="/proc/1/task").stdout == "offered one-thing\n0\n"


@pytest.mark.pty
def test_tab_completes_a_tool_without_anything_being_run_before(shell: Shell) -> None:
    tool(shell)
    shell.session("print -r -- nothing", marked=False)
    assert asked(shell) == []
    screen = shell.session("gh one\t", marked=False).screen
    assert re.search(r"called with one-thing", screen)
    assert asked(shell) == ["completion -s zsh"]
