"""A look that came late on a busy machine: what the shell was doing is known from when it left the processor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zshforge.capture.observation import Observation
from zshforge.explain.fold import fold
from zshforge.explain.trace import trace
from zshforge.shell.lines import Level, Moment
from zshforge.shell.perf import ProcessRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.explain.fold import Folded
    from zshforge.explain.trace import Trace

_SHELL, _CHILD = 10, 11
_MS = 1000
_FILE = (Level(kind="source", name="/h/.zshrc", file="/h/.zshrc", base=0, called_at=0),)


def _record(
    kind: str, at_ms: float, pid: int = _SHELL, parent: int = 0, command: str = "", *, preempted: bool = False
) -> ProcessRecord:
    stamp_us = int(at_ms * _MS)
    return ProcessRecord(kind=kind, pid=pid, parent=parent, stamp_us=stamp_us, command=command, preempted=preempted)


def _line(number: int) -> Moment:
    return Moment(levels=_FILE, line=number, editing=False)


def _run(looks: Sequence[tuple[float, int]], *records: ProcessRecord) -> Trace:
    """A session of 200 ms that was at these lines, and what the kernel told of it."""
    found = trace(
        Observation(
            spawn_us=0,
            prompt_us=200 * _MS,
            moments=tuple((int(ms * _MS), _line(number)) for ms, number in looks),
            records=(_record("exec", 0, command="zsh"), _record("fork", 100, _CHILD, _SHELL), *records),
        ),
        lambda file: file,
    )
    assert found is not None
    return found


def _traced(*looks: tuple[float, int]) -> Trace:
    """Line 2 runs a command from 100 to 160 ms; the shell sleeps meanwhile."""
    return _run(
        looks,
        _record("sleep", 100.5),
        _record("exec", 101, _CHILD, command="sleep"),
        _record("exit", 160, _CHILD),
        _record("wake", 161),
    )


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
    assert sum(piece.us for piece in found.pieces if piece.places[-1].kind == "command") == 60_500


@pytest.mark.parametrize(("preempted", "foreground"), [(True, True), (False, False)])
def test_a_process_that_closed_its_output_and_then_lost_the_processor_had_been_waited_for(
    preempted: bool, foreground: bool
) -> None:
    found = _run(
        ((1, 1), (99, 2), (122, 3)),
        _record("sleep", 100.5),
        _record("exec", 101, _CHILD, command="sleep"),
        _record("sleep", 121, _CHILD, preempted=preempted),
        _record("wake", 121.5),
        _record("wake", 160, _CHILD),
        _record("exit", 160.2, _CHILD),
    )
    assert [(child.foreground, child.place.line) for child in found.children] == [(foreground, 2)]


def test_a_shell_that_read_a_few_bytes_of_its_child_had_not_gone_on() -> None:
    found = _run(
        ((1, 1), (110, 2), (162, 3)),
        _record("sleep", 100.1),
        _record("exec", 101, _CHILD, command="sleep"),
        _record("wake", 102),
        _record("sleep", 102.02),
        _record("exit", 160, _CHILD),
        _record("wake", 161),
    )
    assert [(child.foreground, child.place.line) for child in found.children] == [(True, 2)]
    assert {piece.start_us for piece in found.pieces} >= {100_100, 161_000}


def test_looks_in_time_stay_as_they_are() -> None:
    found = _traced((1, 1), (99, 2), (162, 3))
    assert {piece.start_us for piece in found.pieces} >= {1_000, 99_000, 162_000}


def test_a_line_that_no_look_showed_is_unknown_and_no_other_is_named() -> None:
    found = _run(  # line 2 forked, and the shell went on at once
        ((1, 1), (101, 3), (130, 4)),
        _record("exec", 100.5, _CHILD, command="sleep"),
        _record("exit", 160, _CHILD),
    )
    assert [(child.foreground, child.place.file, child.place.line) for child in found.children] == [
        (False, "/h/.zshrc", None)
    ]


def _session(*looks: tuple[float, int, float], end_ms: float = 200) -> Trace:
    """A busy shell at these lines; the third number is how long nobody had looked."""
    found = trace(
        Observation(
            spawn_us=0,
            prompt_us=int(end_ms * _MS),
            moments=tuple((int(ms * _MS), _line(number)) for ms, number, _ in looks),
            unseen_us=tuple(int(ms * _MS) for _, _, ms in looks),
            records=(_record("exec", 0, command="zsh"),),
        ),
        lambda file: file,
    )
    assert found is not None
    return found


def _shares(folded: Folded) -> dict[int, float]:
    return {spots[-1][1]: share for (_, spots), share in folded.shares.items() if spots}


def test_a_change_that_nobody_saw_in_time_is_told_by_the_sessions_that_did() -> None:
    clear = _session((0, 1, 0), (100, 2, 0.06), (150, 3, 0.06))
    blind = _session((0, 1, 0), (120, 2, 40), (150, 3, 0.06))
    folded = fold([clear, blind])
    shares = _shares(folded)
    assert shares[1] == pytest.approx(0.5)
    assert shares[2] == pytest.approx(0.25)
    assert sum(folded.shares.values()) == pytest.approx(1)
    assert {spots[-1][1]: share for (_, spots), share in folded.unsure.items()} == {
        1: pytest.approx(0.1),
        2: pytest.approx(0.1),
    }


def test_no_session_is_taken_to_be_other_than_it_can_have_been() -> None:
    clear = _session((0, 1, 0), (100, 2, 0.06), (150, 3, 0.06))
    blind = _session((0, 1, 0), (120, 2, 4), (150, 3, 0.06))  # line 1 ended at 116 at the earliest
    assert _shares(fold([clear, blind]))[1] == pytest.approx((100 + 116) / 2 / 200)


def test_where_no_session_saw_it_in_time_that_is_told() -> None:
    folded = fold([_session((0, 1, 0), (120, 2, 40), (150, 3, 0.06)) for _ in range(2)])
    assert sum(folded.shares.values()) == pytest.approx(1)
    assert {spots[-1][1]: share for (_, spots), share in folded.unsure.items()} == {
        1: pytest.approx(0.2),
        2: pytest.approx(0.2),
    }


def test_a_late_look_at_a_shell_that_slept_is_sure() -> None:
    found = trace(
        Observation(
            spawn_us=0,
            prompt_us=200 * _MS,
            moments=((0, _line(1)), (120 * _MS, _line(2))),
            unseen_us=(0, 20 * _MS),
            records=(_record("exec", 0, command="zsh"), _record("sleep", 100.2), _record("wake", 161)),
        ),
        lambda file: file,
    )
    assert found is not None
    assert found.unsure == ()
