"""The variance state as terminal lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, flow, visible
from zshforge.report.difference import VERDICT_STYLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.variance import VarianceState

_STYLES = {
    "pending": UNKNOWN,
    "hold": "bold red",
    "observe": "yellow",
    "candidate": "green",
    "enable_warn": "bold green",
    "enable_fail": "bold green",
}
_MOST = 5
_STEPS = 5


def render_variance(state: VarianceState, *, width: int) -> Group:
    """The decision first, then a line for each metric, what is missing, and segments that swing."""
    count = state.stable_run_count
    head = [
        Piece(state.decision, _STYLES[state.decision]),
        Piece(f"{count} stable run{'' if count == 1 else 's'} in a row"),
        Piece(f"next {state.next_step}" if state.next_step else "nothing more to earn"),
    ]
    lines = flow(head, width=width)
    lines += _metrics(state)
    for lack in state.missing:
        lines += flow([Piece(f"missing  {visible(lack)}")], width=width)
    told = [Piece(visible(reason)) for reason in state.reasons]
    lines += flow([Piece(f"levels   {state.verdict}", VERDICT_STYLES[state.verdict]), *told], width=width)
    lines += _ladder(state, width)
    for one in [one for one in state.segments_variance if one.message is not None][:_MOST]:
        lines += flow([Piece(f"advice   {one.advice}: {visible(one.name)}, {one.message}")], width=width)
    for note in state.notes:
        lines += flow([Piece(f"note     {visible(note)}", "dim")], width=width)
    last = f"last run {visible(state.runs[-1].run_id)}" if state.runs else "no run yet"
    return Group(*lines, *flow([Piece(visible(state.config), "dim"), Piece(last, "dim")], width=width))


def _ladder(state: VarianceState, width: int) -> Iterator[Text]:
    ladder = state.ladder
    following = f"next {ladder.next_mode}" if ladder.next_mode else "the last mode"
    yield from flow([Piece(f"mode     {ladder.mode}", "bold"), Piece(following)], width=width)
    for lack in ladder.missing:
        yield from flow([Piece(f"missing  {visible(lack)}")], width=width)
    for trial in ladder.trials[-_STEPS:]:
        spent = [] if trial.counts else [Piece("speaks for nothing any more")]
        head = Piece(f"trial    {trial.kind} {trial.outcome.replace('_', ' ')}")
        yield from flow([head, *spent, Piece(visible(trial.reason), "dim")], width=width)
    for step in ladder.steps[-_STEPS:]:
        told = f"step     {step.at[:10]} {step.before} → {step.after}"
        yield from flow([Piece(told), Piece(visible(step.reason), "dim")], width=width)


def _metrics(state: VarianceState) -> Iterator[Text]:
    latest = state.runs[-1].metrics if state.runs else {}
    for name, made in state.decisions.items():
        text = Text(f"{name.removesuffix('_ms'):<19}")
        spread = latest.get(name)
        if spread is None or spread.mean_ms is None or spread.stddev_ms is None or spread.rsd is None:
            text.append(f"{'unknown':>24}", UNKNOWN)
        else:
            text.append(f"{spread.mean_ms:>9.2f} ±{spread.stddev_ms:>7.2f}{spread.rsd:>7.2%}")
        text.append(f"  {made.decision:<12}", _STYLES[made.decision]).append(visible(made.reason))
        yield text
