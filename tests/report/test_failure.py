"""What a person sees when a session gave no sample."""

import io

import pytest
from rich.console import Console

from zshforge.model.errors import SessionFailed
from zshforge.report.failure import render_failure, screen_box

FAILED = SessionFailed(
    "no prompt within 5.0 s",
    phase="prompt",
    screen=("zsh: command not found: brew", "loading…"),
    processes=("4711 zsh -i", "4712 sleep 1000"),
    hint="raise the deadline: --deadline 20",
)


def shown(error: SessionFailed, width: int = 80) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=500).print(render_failure(error, width=width))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_a_failure_says_what_happened_in_which_phase() -> None:
    assert shown(FAILED)[0] == "no prompt within 5.0 s · phase reached: prompt"


def test_the_last_screen_stands_in_a_box() -> None:
    text = "\n".join(shown(FAILED))
    assert "last screen" in text
    assert "│ zsh: command not found: brew" in text
    assert "│ loading…" in text


def test_an_empty_screen_is_said_to_be_empty() -> None:
    empty = SessionFailed("no prompt", phase="prompt", screen=("", "  "))
    assert "the terminal showed nothing" in "\n".join(shown(empty))
    assert "│" not in "\n".join(shown(empty))


def test_the_processes_that_were_alive_are_listed() -> None:
    lines = shown(FAILED)
    assert lines[lines.index("alive at the end:") + 1 :][:2] == ["  4711 zsh -i", "  4712 sleep 1000"]


def test_without_processes_none_are_listed() -> None:
    assert "alive" not in "\n".join(shown(SessionFailed("exit 3", phase="prompt")))


def test_the_last_line_says_what_to_try() -> None:
    assert shown(FAILED)[-1] == "try: raise the deadline: --deadline 20"


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    wide = SessionFailed("x " * 70, phase="prompt", screen=("y" * 200,), processes=("z" * 200,), hint="w " * 70)
    assert max(len(line) for line in shown(wide, width)) <= width


def test_the_screen_cannot_send_commands_to_the_terminal() -> None:
    hostile = SessionFailed("x", phase="p", screen=("\x1b]0;owned\x07[red]",), processes=("\x1b[2J",))
    text = "\n".join(shown(hostile))
    assert "\x1b" not in text
    assert "[red]" in text


def test_a_title_is_no_markup() -> None:
    out = io.StringIO()
    Console(file=out, width=80).print(screen_box(("x",), "[red]/x.cast[/]", width=40))
    assert "[red]/x.cast[/]" in out.getvalue()
