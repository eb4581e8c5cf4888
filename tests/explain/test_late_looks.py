"""A look that came late on a busy machine: what the shell was doing is known from when it left the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.capture.observation import Observation
from zshforge.explain.trace import trace
from zshforge.shell.lines import Level, Moment
from zshforge.shell.perf import ProcessRecord

if TYPE_CHECKING:
    from zshforge.explain.trace import Trace

_SHELL, _CHILD = 10, 11
_MS = 1000
_FILE = (Level(kind="source", name="/h/.zshrc", file="/h/.zshrc", base=0, called_at=0),)


def _record(kind: str, at_ms: float, pid: int = _SHELL, parent: int = 0, command: str = "") -> ProcessRecord:
    return ProcessRecord(kind=kind, pid=pid, parent=parent, stamp_us=int(at_ms * _MS), command=command)


def _line(number: int) -> Moment:
    return Moment(levels=_FILE, line=number, editing=False)


def _traced(*looks: tuple[float, int]) -> Trace:
    """Line 2 runs a command from 100 to 160 ms; the shell sleeps meanwhile."""
    found = trace(
        Observation(
            spawn_us=0,
            prompt_us=200 * _MS,
            moments=tuple((int(ms * _MS), _line(number)) for ms, number in looks),
            records=(
                _record("exec", 0, command="zsh"),
                _record("fork", 100, _CHILD, _SHELL),
                _record("sleep", 100.5),
                _record("exec", 101, _CHILD, command="sleep"),
                _record("exit", 160, _CHILD),
                _record("wake", 161),
            ),
        ),
        lambda file: file,
    )
    assert found is not None
    return found


def test_a_change_that_was_seen_while_the_shell_slept_had_happened_before() -> None:
    found = _traced((1, 1), (120, 2), (162, 3))
    at_line = {spots[-1][1]: 0 for spots in (piece.spots for piece in found.pieces) if spots}
    for piece in found.pieces:
        if piece.spots:
            at_line[piece.spots[-1][1]] += piece.us
    assert at_line[2] == 61_500
    assert at_line[1] == 99_500


def test_a_command_is_found_though_the_look_at_its_line_came_late() -> None:
    found = _traced((1, 1), (120, 2), (162, 3))
    assert [(child.foreground, child.place.line) for child in found.children] == [(True, 2)]
    assert sum(piece.us for piece in found.pieces if piece.places[-1].kind == "command") == 59_500


def test_looks_in_time_stay_as_they_are() -> None:
    found = _traced((1, 1), (99, 2), (162, 3))
    assert {piece.start_us for piece in found.pieces} >= {1_000, 99_000, 162_000}


def test_a_line_that_no_look_showed_is_unknown_and_no_other_is_named() -> None:
    found = trace(
        Observation(
            spawn_us=0,
            prompt_us=200 * _MS,
            # Line 2 forked, and the shell went on at once.
            moments=((_MS, _line(1)), (101 * _MS, _line(3)), (130 * _MS, _line(4))),
            records=(
                _record("exec", 0, command="zsh"),
                _record("fork", 100, _CHILD, _SHELL),
                _record("exec", 100.5, _CHILD, command="sleep"),
                _record("exit", 160, _CHILD),
            ),
        ),
        lambda file: file,
    )
    assert found is not None
    assert [(child.foreground, child.place.file, child.place.line) for child in found.children] == [
        (False, "/h/.zshrc", None)
    ]
