"""Ctrl-C during a start: it ends the file of the user's that is being read, and nothing of ours."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest
from live import Live
from painted import SLOW, warm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty
#: A handler of the line editor, called as often as ours are; in one of its turns Ctrl-C comes.
BESIDE = """
exec {{fd}}</dev/null
beside() {{ (( ++turn < {0} )) || {{ zle -F $1; kill -INT $$ }} }}
zle -F $fd beside
"""
#: Says that it has begun, and keeps zsh busy for so many seconds.
SAYS = ": >|{}/begun; " + SLOW
#: Handlers of ours, each with a part of it that is slow here once, and what it expects to be set.
HANDLERS = {
    "-zf-git-done": ("-zf-git-told", "typeset -gA _zf_git_running; _zf_git_running[$fd]=/"),
    "-zf-async-take": ("-zf-async-parse", "typeset -gA _zf_async_fds _zf_async_text; _zf_async_fds[$fd]=x"),
    "-zf-suggest-fill": ("sysread", "zmodload zsh/system; _zf_history_fd=$fd"),
}


@contextlib.contextmanager
def interrupted(shell: Shell) -> Iterator[Live]:
    """A start that says when it is in a slow place, and gets a Ctrl-C there."""
    with Live(shell) as live:
        live.until((shell.root / "begun").exists)
        live.press("\x03")
        live.until(lambda: b"\x1b[?2004h" in live.raw)
        yield live


def is_whole(live: Live, word: str) -> None:
    """The start was read to its end, and nothing holds Ctrl-C any more."""
    live.run(
        f"print -r -- {word} ${{+HISTFILE}} ${{+_COMPINIT_DONE}} ${{+functions[zf::has]}} ${{+functions[TRAPINT]}}"
    )
    live.until("yes 1 1 1 0")


@pytest.mark.parametrize("place", ["pre", "post"])
def test_ctrl_c_while_loading_gives_a_working_prompt(shell: Shell, place: str) -> None:
    warm(shell)
    shell.write_local(f"{place}/slow", "print -r -- kept; " + SAYS.format(shell.root, 20))
    with interrupted(shell) as live:
        live.run("print -r -- alive; [[ -t 1 && -t 2 ]]; print -r -- terminal $?; print -ru2 -- err")
        assert {"alive", "terminal 0", "err", "kept"} <= set(live.lines())


def test_ctrl_c_ends_the_users_file_and_not_the_start(shell: Shell) -> None:
    warm(shell)
    shell.write_local("pre/a-slow", "print -r -- kept; " + SAYS.format(shell.root, 20))
    shell.write_local("pre/b-next", "next_file=yes")
    with interrupted(shell) as live:
        is_whole(live, "$next_file")


def test_ctrl_c_while_a_module_is_read_does_not_cut_it_off(shell: Shell) -> None:
    warm(shell)
    module = shell.zdotdir / "post-plugin" / "10-core-functions.zsh"
    module.write_text(f"{module.read_text()}\n{SAYS.format(shell.root, 1)}\ntypeset -g whole=yes\n")
    with interrupted(shell) as live:
        is_whole(live, "$whole")


@pytest.mark.parametrize(("file", "first"), [(".zshenv", False), (".zshrc", True)])
def test_ctrl_c_before_the_modules_are_walked_does_not_cut_the_start_off(shell: Shell, file: str, first: bool) -> None:
    warm(shell)
    start = shell.zdotdir / file
    slow = f"{SAYS.format(shell.root, 1)}\ntypeset -g whole=yes\n"
    start.write_text(f"{slow}{start.read_text()}" if first else f"{start.read_text()}\n{slow}")
    with interrupted(shell) as live:
        is_whole(live, "$whole")


def test_ctrl_c_at_any_moment_of_a_start_swallows_no_key(shell: Shell) -> None:
    warm(shell)
    wrong = []
    for turn in range(60):
        began = time.monotonic()
        with Live(shell) as live:
            live.until(lambda: bool(live.raw))
            time.sleep(turn % 12 / 4000)  # a start takes some eight milliseconds
            live.press("\x03")
            live.until(lambda: b"\x1b[?2004h" in live.raw)
            if time.monotonic() - began > 0.1:  # at a quiet prompt zsh itself drops what comes together with Ctrl-C
                live.rest()
            live.press(
                "print -r -- al''ive ${+functions[TRAPINT]}${+_zf_foreign}${#${(M)preexec_functions:#*-interrupt}}\n"
            )
            live.until(lambda: "alive" in live.text or "not found" in live.text)
            wrong += [] if "alive 000" in live.text else [live.lines()]
    assert wrong == []


def test_ctrl_c_ends_a_hook_of_the_users_own_before_the_first_prompt(shell: Shell) -> None:
    warm(shell)
    shell.write_local("post/hook", f"mine() {{ {SAYS.format(shell.root, 60)} }}; precmd_functions+=(mine)")
    with Live(shell) as live:
        live.until((shell.root / "begun").exists)
        live.press("\x03")
        live.press(" \x03")
        live.until(lambda: b"\x1b[?2004h" in live.raw)


def test_ctrl_c_ends_the_first_command_also_when_it_was_typed_ahead(shell: Shell) -> None:
    warm(shell)
    with Live(shell, typed=f"{SAYS.format(shell.root, 60)}\n".encode()) as live:
        live.until((shell.root / "begun").exists)
        live.press("\x03")
        live.run("print -r -- alive")
        live.until("alive")


@pytest.mark.parametrize("turn", range(1, 9))
def test_ctrl_c_between_two_tasks_of_the_quiet_moment_swallows_no_key(shell: Shell, turn: int) -> None:
    warm(shell)
    shell.write_local("post/beside", BESIDE.format(turn))
    with Live(shell) as live:
        live.rest()
        live.press("print -r -- al''ive $turn ${+functions[TRAPINT]}${+_zf_foreign}\n")
        live.until(f"\nalive {turn} 00")


def handled(shell: Shell, name: str) -> str:
    """Lines after which the line editor calls a handler half a second later, which is slow then."""
    slow, ready = HANDLERS[name]
    read_on = 'builtin sysread "$@"' if slow == "sysread" else ""
    return (
        f"autoload +X -Uz $ZDOTDIR/functions/{name}; "
        f"{slow}() {{ (( slow++ )) || {{ {SAYS.format(shell.root, 0.4)} }}; {read_on} }}; "
        f"exec {{fd}}< <(sleep 0.5; print -r -- told); {ready}; zle -F $fd {name}"
    )


def ends_a_line_beside_work(live: Live, shell: Shell, since_s: float = 0.2) -> None:
    """Ctrl-C ends a line while a handler is at work, and the next key counts."""
    live.rest()
    live.press("print -r -- not''-this")
    live.until((shell.root / "begun").exists)
    time.sleep(since_s)
    before = len(live.lines())
    live.press("\x03")
    live.until(lambda: len(live.lines()) > before)
    live.press("print -r -- al''ive\n")
    live.until("\nalive")
    assert "not-this" not in live.text


@pytest.mark.parametrize("name", HANDLERS)
def test_ctrl_c_while_work_is_taken_over_ends_the_first_line_and_swallows_no_key(shell: Shell, name: str) -> None:
    warm(shell)
    shell.write_local("post/handler", handled(shell, name))
    with Live(shell) as live:
        ends_a_line_beside_work(live, shell)


@pytest.mark.parametrize("name", HANDLERS)
def test_ctrl_c_while_work_is_taken_over_ends_a_later_line_and_swallows_no_key(shell: Shell, name: str) -> None:
    warm(shell)
    with Live(shell) as live:
        live.run(handled(shell, name))
        ends_a_line_beside_work(live, shell)


def test_ctrl_c_while_a_handler_is_being_loaded_ends_the_first_line_and_swallows_no_key(shell: Shell) -> None:
    warm(shell)
    long = shell.zdotdir / "functions" / "-zf-git-done"
    lines = handled(shell, "-zf-git-done").replace("told)", f"told; : >|{shell.root}/begun)")
    shell.write_local("post/handler", lines.replace("autoload +X", f"unfunction -- {long.name}; autoload"))
    long.write_text(": a line that takes some time to be read\n" * 400_000 + long.read_text())
    with Live(shell) as live:
        ends_a_line_beside_work(live, shell, 0.05)


@pytest.mark.parametrize("typed", ["", "print -r -- not''-this"])
def test_ctrl_c_at_the_first_prompt_gives_a_new_line(shell: Shell, typed: str) -> None:
    warm(shell)
    with Live(shell) as live:
        live.rest()
        before = len(live.lines())
        live.press(f"{typed}\x03")
        live.until(lambda: len(live.lines()) > before)
        live.rest()
        live.press("print -r -- al''ive $?\n")
        live.until("\nalive 130")
        assert "not-this" not in live.text
