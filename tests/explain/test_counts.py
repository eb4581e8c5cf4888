"""How often ``compinit`` ran, from looks of which a few met the stack of calls while it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zshforge.explain.counts import counters
from zshforge.explain.trace import Piece, Spot, Trace
from zshforge.model.explanation import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

_ZSHRC = Place(kind="file", name="/h/.zshrc", file="/h/.zshrc")
_DUMP = Place(kind="file", name="/h/.zcompdump", file="/h/.zcompdump")
_COMPINIT = Place(kind="function", name="compinit", file="/usr/share/compinit", line=1)

Look = tuple[tuple[Place, ...], tuple[Spot, ...]]


def _inside(line: int, *deeper: Place, called_at: int = 2) -> Look:
    """A look at a line of compinit, which a line of ``.zshrc`` called."""
    spots = (("/h/.zshrc", called_at), ("/usr/share/compinit", line), *((place.name, 1) for place in deeper))
    return (_ZSHRC, _COMPINIT, *deeper), spots


def _at(line: int) -> Look:
    return (_ZSHRC,), (("/h/.zshrc", line),)


def _runs(*looks: Look, lines: bool = True) -> dict[str | None, int | None]:
    pieces = tuple(
        Piece(number * 100, number * 100 + 100, places, spots if lines else ())
        for number, (places, spots) in enumerate(looks)
    )
    found: Sequence[Trace] = [
        Trace(
            start_us=0,
            end_us=100 * len(looks),
            until="prompt",
            prompt_us=100 * len(looks),
            pieces=pieces,
            later=(),
            begun={},
            begun_later={},
            children=(),
            looks=len(looks),
            unsure=(),
        )
    ]
    return {row.file: row.compinit_runs for row in counters(found[0], found, None, None, str)}


@pytest.mark.parametrize("lines", [True, False])
def test_one_run_is_one_however_often_it_was_looked_at(lines: bool) -> None:
    assert _runs(_at(1), _inside(14), _inside(116), _inside(527), _at(3), lines=lines) == {"/h/.zshrc": 1}


@pytest.mark.parametrize(
    "torn", [((), ()), _at(10), _inside(2, called_at=10)], ids=["nothing", "another line", "called elsewhere"]
)
def test_a_look_at_a_stack_that_is_changing_makes_no_second_run(torn: Look) -> None:
    assert _runs(_inside(14), _inside(571), torn, _at(10), _inside(2), _inside(3)) == {"/h/.zshrc": 1}


def test_calls_from_two_lines_are_two_runs() -> None:
    second = [_inside(line, called_at=9) for line in (14, 527)]
    assert _runs(_inside(14), _inside(527), _at(5), *second) == {"/h/.zshrc": 2}


def test_the_run_counts_for_the_file_that_called_it_also_while_it_reads_its_dump() -> None:
    assert _runs(_inside(14), _inside(520, _DUMP), _inside(521, _DUMP)) == {"/h/.zshrc": 1}
