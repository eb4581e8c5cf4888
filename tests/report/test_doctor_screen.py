"""What the doctor found, for people."""

import io

import pytest
from rich.console import Console

from zshforge.model.doctor import Check, Doctor
from zshforge.report.doctor import render_doctor

FOUND = Doctor(
    checks=(
        Check(name="zsh", status="ok", what="/usr/bin/zsh 5.9"),
        Check(name="load", status="warn", what="1.20 for each processor", fix="wait until the machine is quiet"),
        Check(name="turbo", status="unknown", what="the kernel does not tell"),
    )
)
BROKEN = Doctor(checks=(*FOUND.checks, Check(name="terminal", status="missing", what="none", fix="mount /dev/pts")))


def shown(found: Doctor, width: int = 80, *, colour: bool = False) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=500, force_terminal=colour, color_system="256" if colour else None)
    console.print(render_doctor(found, width=width))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def test_every_check_has_a_row_with_its_state_in_words() -> None:
    rows = [line.split()[:2] for line in shown(FOUND)]
    assert rows[0] == ["ok", "zsh"]
    assert ["warn", "load"] in rows
    assert ["unknown", "turbo"] in rows


def test_what_is_not_ok_says_what_to_do_on_the_next_line() -> None:
    lines = shown(FOUND)
    here = next(index for index, line in enumerate(lines) if line.startswith("warn"))
    assert lines[here + 1].strip() == "→ wait until the machine is quiet"


def test_the_last_line_counts_and_says_whether_this_machine_can_measure() -> None:
    assert shown(FOUND)[-1] == "1 ok · 1 warn · 1 unknown · this machine can measure"
    assert shown(BROKEN)[-1] == "1 ok · 1 warn · 1 missing · 1 unknown · this machine cannot measure"


def test_unknown_is_never_green() -> None:
    row = next(line for line in shown(FOUND, colour=True) if "turbo" in line)
    assert "\x1b[32m" not in row


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    wordy = Doctor(checks=(Check(name="other programs", status="warn", what="busy " * 40, fix="end them " * 20),))
    assert max(len(line) for line in shown(wordy, width)) <= width


def test_names_of_programs_cannot_send_commands_to_the_terminal() -> None:
    hostile = Doctor(checks=(Check(name="other programs", status="warn", what="\x1b[2J", fix="[red]\x07"),))
    text = "\n".join(shown(hostile))
    assert "\x1b" not in text
    assert r"[red]\a" in text
