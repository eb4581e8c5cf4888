"""Costs against their budgets as terminal lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, bar, flow, visible
from zshforge.report.difference import VERDICT_STYLES

if TYPE_CHECKING:
    from zshforge.model.budget import Budget, BudgetLine

_STYLES = {"ok": "green", "over": "bold red", "missing": UNKNOWN, "allowed_missing": "dim"}
_BAR = 20


def render_budget(made: Budget, *, width: int) -> Group:
    """The answer first, then a line for each budget, and the ratchet."""
    head = [Piece(made.verdict, VERDICT_STYLES[made.verdict]), *(Piece(visible(reason)) for reason in made.reasons)]
    lines = [*flow(head, width=width), *map(_line, made.lines)]
    if made.ratchet is not None:
        lines += flow([Piece(f"ratchet  {made.ratchet.status}, {visible(made.ratchet.reason)}")], width=width)
    told = "enforced" if made.enforce else "dry run: nothing fails (--enforce)"
    lines += flow(
        [Piece(f"{made.phase} budgets, {told}", "dim"), Piece(f"run {made.source.run_id}", "dim")], width=width
    )
    return Group(*lines)


def _line(line: BudgetLine) -> Text:
    text = Text(f"{line.name:<18}")
    if line.actual_ms is None:
        return text.append(f"{line.status.replace('_', ' '):>10} of {line.limit_ms:>6g} ms", _STYLES[line.status])
    text.append(f"{line.actual_ms:>10.1f} of {line.limit_ms:>6g} ms  ")
    share = line.actual_ms / line.limit_ms if line.limit_ms > 0 else 1.0
    return text.append(bar(share, _BAR), _STYLES[line.status]).append("" if line.status == "ok" else f" {line.status}")
