from __future__ import annotations

from pathlib import Path

import pytest

from zshforge.shell.environment import Terminal, session_environment


def made(*, zdotdir: Path | None = None, extra: dict[str, str] | None = None) -> dict[str, str]:
    return session_environment(
        home=Path("/s/home"),
        zdotdir=zdotdir,
        tmp=Path("/s/tmp"),
        zsh_path="/usr/bin/zsh",
        search_path="/usr/bin:/bin",
        user="ann",
        host="zf-token",
        terminal=Terminal(term="xterm-256color", locale="C.UTF-8", columns=120, rows=40),
        extra=extra or {},
    )


def test_the_environment_is_exactly_this() -> None:
    assert made() == {
        "HOME": "/s/home",
        "USER": "ann",
        "LOGNAME": "ann",
        "SHELL": "/usr/bin/zsh",
        "PATH": "/usr/bin:/bin",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "HOST": "zf-token",
        "TMPDIR": "/s/tmp",
        "TMUX_TMPDIR": "/s/tmp",
        "COLUMNS": "120",
        "LINES": "40",
    }


def test_zdotdir_is_there_when_the_home_has_one() -> None:
    assert made(zdotdir=Path("/s/zdotdir"))["ZDOTDIR"] == "/s/zdotdir"


def test_nothing_leaks_in(monkeypatch: pytest.MonkeyPatch) -> None:
    before = made()
    for name in ("GIT_DIR", "TMUX", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "ZDOTDIR", "LC_ALL", "COLORTERM"):
        monkeypatch.setenv(name, "leak")
    assert made() == before


def test_an_extra_variable_wins() -> None:
    assert made(extra={"TERM": "dumb", "ZF_FD": "9"})["TERM"] == "dumb"


@pytest.mark.parametrize("extra", [{"A=B": "x"}, {"": "x"}, {"A": "a\0b"}])
def test_a_variable_that_no_program_could_receive_is_refused(extra: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="environment"):
        made(extra=extra)
