"""Differences of recorded runs as terminal lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, flow, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zshforge.model.comparison import Verdict
    from zshforge.model.difference import PerfDiff, SegmentChange

#: The style of a verdict; unknown has none of the scale's colours.
VERDICT_STYLES: dict[Verdict, str] = {
    "pass": "bold green",
    "warn": "bold yellow",
    "fail": "bold red",
    "inconclusive": "bold yellow",
    "unknown": UNKNOWN,
}

_TIERS = {"none": "green", "low": "green", "warn": "yellow", "fail": "red", "unknown": UNKNOWN}
_SHOWN = ("regressions", "new", "removed", "improvements")
_MOST = 10


def render_diff(made: PerfDiff, *, width: int) -> Group:
    """The answer first, then what changed, then drift and notes."""
    lines = flow(
        [Piece(made.verdict, VERDICT_STYLES[made.verdict]), *(Piece(visible(r)) for r in made.reasons)], width=width
    )
    lines += change_lines(made.details, width=width)
    counts = [Piece(f"{count} {kind}") for kind, count in made.counts.items()]
    lines += flow(counts, width=width)
    lines += flow([Piece(f"drift {made.drift.message}", _TIERS[made.drift.tier]), *_whose(made)], width=width)
    lines += [line for note in made.notes for line in flow([Piece(f"note     {visible(note)}", "dim")], width=width)]
    return Group(*lines)


def change_lines(details: Mapping[str, tuple[SegmentChange, ...]], *, width: int) -> list[Text]:
    """What changed, the largest of each kind."""
    return [line for kind in _SHOWN for line in _changes(kind, details[kind], width)]


def _whose(made: PerfDiff) -> Iterator[Piece]:
    if made.drift.segment is not None:
        yield Piece(f"most in {visible(made.drift.segment)}")
    yield Piece(f"{visible(made.baseline.name)} ({made.baseline.run_id}) → {visible(made.current.name)}", "dim")


def _changes(kind: str, changes: tuple[SegmentChange, ...], width: int) -> Iterator[Text]:
    for change in changes[:_MOST]:
        share = "" if change.pct is None else f"{change.pct:+.1f} %"
        delta = "" if change.delta_ms is None else f"{change.delta_ms:+.1f} ms"
        text = f"{kind:<14}{_ms(change.baseline_ms):>10}{_ms(change.current_ms):>10}{delta:>12}{share:>10}  "
        style = "red" if change.over else ""
        yield from flow([Piece(text + visible(change.name), style)], width=max(width, len(text) + len(change.name)))
    if len(changes) > _MOST:
        yield Text(f"{'':<14}… and {len(changes) - _MOST} more {kind}", "dim")


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
