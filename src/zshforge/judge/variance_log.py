"""The guide's variance stability log: a row for each metric of a run, appended once, whatever else stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zshforge.model.variance import Spread, VarianceState

_TITLE = """\
# Variance stability log

Written by `zf variance`, a row for each metric of a run; what others write here stays. The spread is the population's.
Decisions: observe (collect only), candidate (stable, awaits confirmation), enable_warn, enable_fail, hold (varies too
much), pending (too little data).
"""
_HEAD = """\
| Date (UTC) | Samples (N) | Metric | Mean (ms) | Stddev (ms) | RSD | Decision | Notes |
|------------|-------------|--------|-----------|-------------|-----|----------|-------|
"""


def with_rows(text: str, state: VarianceState) -> str:
    """The log with the rows of the latest run; the same text when they stand there already.

    Args:
        text: The log so far; empty when there is none.
        state: The state after that run.
    """
    if not state.runs:
        return text
    run = state.runs[-1]
    mark = f"run {_cell(run.run_id)} |"
    if mark in text:
        return text
    rows = [_row(state, name, spread, mark) for name, spread in run.metrics.items()]
    return f"{_ready(text)}{''.join(rows)}"


def _ready(text: str) -> str:
    """The text, so that rows can follow: they belong to a table."""
    if not text.strip():
        return f"{_TITLE}\n{_HEAD}"
    ended = text if text.endswith("\n") else f"{text}\n"
    return ended if ended.splitlines()[-1].startswith("|") else f"{ended}\n{_HEAD}"


def _row(state: VarianceState, name: str, spread: Spread, mark: str) -> str:
    run, made = state.runs[-1], state.decisions[name]
    cells = (
        run.timestamp[:10],
        f"{spread.n} ({'not ' if spread.doubtful else ''}authentic)",
        name,
        _number(spread.mean_ms, 2),
        _number(spread.stddev_ms, 2),
        _number(spread.rsd, 4),
        made.decision,
    )
    return f"| {' | '.join(map(_cell, cells))} | {_cell(made.reason)}; {mark}\n"


def _number(value: float | None, decimals: int) -> str:
    return "n/a" if value is None else f"{value:.{decimals}f}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
