"""A session that is looked at all the time: which line it was at, and when each process slept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.capture.observation import Observation

pytestmark = pytest.mark.pty


def test_the_line_is_seen_in_a_session(observed: Callable[..., Observation]) -> None:
    seen = observed("zmodload zsh/zselect\n:\nzselect -t 5\n", light=True, lines=True)
    at = [us for us, moment in seen.moments if moment.levels and moment.levels[-1].name.endswith("/.zshrc")]
    line = [(us, moment.line) for us, moment in seen.moments if us in at]
    begin = next(us for us, number in line if number == 3)
    end = next(us for us, _ in seen.moments if us > begin)
    assert 45_000 < end - begin < 150_000


def test_without_lines_a_session_has_looks_and_no_moments(observed: Callable[..., Observation]) -> None:
    seen = observed("zmodload zsh/zselect\nzselect -t 5\n", light=True)
    assert seen.moments == ()
    assert seen.looks


def test_sleeps_are_among_the_records(observed: Callable[..., Observation]) -> None:
    seen = observed("x=$(sleep 0.05)\n", light=True, lines=True)
    assert {"sleep", "wake"} <= {record.kind for record in seen.records}
