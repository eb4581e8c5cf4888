"""A bisection on the terminal: the commit and its lines first, then the steps that led there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import Piece, flow, milliseconds, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.bisection import Bisection


def render_bisection(made: Bisection, *, width: int) -> Group:
    """The screen of one bisection.

    Args:
        made: What was searched and found.
        width: Columns of the terminal.
    """
    return Group(*_answer(made, width), *_place(made, width), *_steps(made, width))


def _answer(made: Bisection, width: int) -> Iterator[Text]:
    if made.culprit is not None:
        size = "" if made.difference_ms is None else f", {milliseconds(made.difference_ms)} ms to the first prompt"
        yield from flow([Piece(f"{made.culprit.oid[:10]} made it slower{size}", "bold red")], width=width)
        yield from flow([Piece(f"  {visible(made.culprit.subject)}")], width=width)
        return
    for reason in made.reasons:
        yield from flow([Piece(visible(reason), "bold")], width=width)
    for commit in made.suspects:
        yield from flow([Piece(f"  {commit.oid[:10]} {visible(commit.subject)}")], width=width)


def _place(made: Bisection, width: int) -> Iterator[Text]:
    if made.place is not None:
        yield from flow([Piece(f"  {visible(made.place.file)}:{made.place.first}", "bold")], width=width)
        for line in made.place.text:
            yield from flow([Piece(f"    {visible(line.strip())}")], width=width)
    if made.place_reason is not None:
        yield from flow([Piece(f"  {made.place_reason}", "dim")], width=width)
    for segment in made.segments[:3]:
        told = f"  grew: {visible(segment.name)} by {milliseconds(segment.difference_ms)} ms"
        yield from flow([Piece(told, "dim")], width=width)


def _steps(made: Bisection, width: int) -> Iterator[Text]:
    yield Text(f"{len(made.steps)} comparisons over {made.commits} commits", "dim")
    for step in made.steps:
        told = f"  {step.verdict:<12} {visible(step.after)} against {visible(step.before)} ({step.pairs} pairs)"
        yield from flow([Piece(told, "dim")], width=width)
