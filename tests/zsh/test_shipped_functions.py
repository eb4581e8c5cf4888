"""The zf:: functions, called the way a user's file would call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

LOAD = 'source "$ZDOTDIR/post-plugin/10-core-functions.zsh"; '


@pytest.mark.parametrize(
    ("call", "status", "error"),
    [
        ("zf::has sh", 0, ""),
        ("zf::has print", 0, ""),
        ("zf::has no-such-thing", 1, ""),
        ("zf::has", 2, ""),
        ("zf::ensure_cmd sh env", 0, ""),
        ("zf::ensure_cmd sh no-such-thing", 1, ""),
        ("zf::ensure_cmd print-is-no-command", 1, ""),
        ("zf::ensure_cmd", 2, ""),
        ("zf::require sh", 0, ""),
        ("zf::require no-such-thing", 1, "zf: warning: no-such-thing not found\n"),
        (
            "zf::require no-such-thing 'apt install it'",
            1,
            "zf: warning: no-such-thing not found. Try: apt install it\n",
        ),
        ("zf::log -n '%d' two", 0, "zf: -n %d two\n"),
        ("zf::warn careful", 0, "zf: warning: careful\n"),
        ("ZF_LOG_PREFIX=me; zf::log x", 0, "me: x\n"),
    ],
)
def test_a_core_function_answers_by_status_and_speaks_on_stderr_alone(
    shell: Shell, call: str, status: int, error: str
) -> None:
    done = shell.run(LOAD + call)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", error)


def test_core_functions_do_not_mind_the_options_of_their_caller(shell: Shell) -> None:
    hostile = "setopt ksh_arrays sh_word_split no_unset null_glob glob_subst; "
    done = shell.run(f"{LOAD}{hostile}zf::require sh && zf::log 'a  *'")
    assert (done.returncode, done.stderr) == (0, "zf: a  *\n")


def test_core_functions_are_not_read_before_they_are_called(shell: Shell) -> None:
    done = shell.run(LOAD + "print -r -- ${(ok)functions[(I)zf::*]}; functions zf::has")
    names, body = done.stdout.split("\n", 1)
    assert names.split() == ["zf::ensure_cmd", "zf::has", "zf::log", "zf::require", "zf::warn"]
    assert "undefined" in body
