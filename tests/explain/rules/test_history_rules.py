"""Rules on histories."""

from __future__ import annotations

import pytest
from advising import RC, Measured, evidence, file, findings, session
from msgspec.structs import replace

from zshforge.explain.evidence import Cost
from zshforge.explain.sources import Told

ONE = session((9, (file(RC, 1),)))


def test_a_long_history_is_found_with_what_a_shorter_one_was_measured_to_take() -> None:
    told = Told(histfile="/h/.zsh_history", history_lines=400_000)
    (found,) = findings("ZF144", evidence(ONE, told=told, bench=Measured(history=(Cost(80, 2), Cost(3, 1)))))
    assert found.saving == Cost(77, 3)
    assert "400,000" in found.message


def test_a_history_that_costs_little_or_is_short_is_right() -> None:
    long = Told(histfile="/h/.zsh_history", history_lines=400_000)
    assert findings("ZF144", evidence(ONE, told=long, bench=Measured(history=(Cost(3.2), Cost(3))))) == []
    short = Told(histfile="/h/.zsh_history", history_lines=50)
    assert findings("ZF144", evidence(ONE, told=short, bench=Measured(history=(Cost(80), Cost(3))))) == []
    assert findings("ZF144", evidence(ONE, told=long)) == []


EXPIRES = ("hist_expire_dups_first", "hist_ignore_all_dups")


#: A list that is full before the file has been read.
FULL = Told(
    histfile="/h/.zsh_history",
    history_lines=12_000,
    history_size=10_000,
    history_saved=10_000,
    history_options=EXPIRES,
)


def test_a_full_list_that_is_gone_through_for_each_line_is_found_with_what_that_costs() -> None:
    (found,) = findings("ZF145", evidence(ONE, told=FULL, bench=Measured(full=Cost(70, 4))))
    assert found.saving == Cost(70, 4)
    assert "10,000" in found.message
    assert found.evidence[0] == "12,000 lines in the file, HISTSIZE=10000"


@pytest.mark.parametrize(
    "told",
    [
        replace(FULL, history_lines=10_000),
        replace(FULL, history_options=("hist_ignore_all_dups",)),
        replace(FULL, histfile=None),
        replace(FULL, history_size=None),
        replace(FULL, history_lines=None),
    ],
)
def test_a_list_with_room_or_without_the_option_is_right(told: Told) -> None:
    assert findings("ZF145", evidence(ONE, told=told, bench=Measured(full=Cost(70)))) == []


def test_a_full_list_that_costs_next_to_nothing_or_was_not_measured_is_right() -> None:
    assert findings("ZF145", evidence(ONE, told=FULL, bench=Measured(full=Cost(0.1)))) == []
    assert findings("ZF145", evidence(ONE, told=FULL, bench=Measured())) == []
