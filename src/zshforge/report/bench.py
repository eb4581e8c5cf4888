"""What calls of functions cost, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, visible

if TYPE_CHECKING:
    from zshforge.model.bench import BenchFunction, BenchRun

_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red", "unknown": UNKNOWN}
_WHOLE_FROM_US = 100.0
_HEADS = ("per call", "", "trimmed", "largest", "calls", "rc", "")


def render_bench(run: BenchRun) -> Group:
    """The table, then what the baseline says.

    Args:
        run: The calls; its judgement, when it has one, is shown below.
    """
    rows = [("call", *_HEADS), *(_cells(one, run) for one in run.functions)]
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_line(row, widths, head=index == 0) for index, row in enumerate(rows)]
    empty = min(one.empty_loop_us for one in run.functions)
    lines.append(
        Text(f"µs per call, median of {run.repeat} rounds ± MAD; the loop's own {empty:.3f} µs is subtracted", "dim")
    )
    return Group(*lines, *_judged(run))


def microseconds(value: float) -> str:
    """A time in microseconds with about three digits."""
    return f"{value:,.0f}" if abs(value) >= _WHOLE_FROM_US else f"{value:.2f}"


def _cells(one: BenchFunction, run: BenchRun) -> tuple[str, ...]:
    changes = {change.name: change for change in run.judgement.changes} if run.judgement else {}
    change = changes.get(one.call)
    told = f"stand-in: {one.shim_reason}" if one.shimmed else ""
    if change is not None:
        ratio = f"{change.ratio:.2f} x baseline" if change.ratio is not None else ""
        told = " ".join(
            word for word in (change.verdict, ratio, "" if change.state == "same body" else change.state) if word
        )
    return (
        visible(one.call),
        microseconds(one.median_per_call_us),
        f"±{microseconds(one.mad_us)}",
        microseconds(one.median_trimmed_us),
        microseconds(one.max_us),
        f"{one.rounds} x {one.iterations:,}",
        str(one.rc),
        told,
    )


def _line(row: tuple[str, ...], widths: list[int], *, head: bool) -> Text:
    first, *numbers, last = row
    line = Text(first + " " * (widths[0] - cell_len(first)))
    for cell, width in zip(numbers, widths[1:-1], strict=True):
        line.append("  " + " " * (width - cell_len(cell)) + cell)
    line.append(f"  {last}" if last else "", _STYLES.get(last.partition(" ")[0], UNKNOWN))
    if head:
        line.stylize("dim")
    return line


def _judged(run: BenchRun) -> list[Text]:
    if run.judgement is None:
        return []
    found = run.judgement
    lines = [Text.assemble((f"{found.verdict:<9}", _STYLES.get(found.verdict, "")), r) for r in found.reasons]
    return [*lines, *([Text(f"next     {found.suggestion}")] if found.suggestion else [])]
