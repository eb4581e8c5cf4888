"""The cost ledger as terminal lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, bar, flow, milliseconds, visible
from zshforge.report.difference import VERDICT_STYLES, change_lines

if TYPE_CHECKING:
    from zshforge.model.ledger import Ledger, LedgerDiff, LedgerHistory, LedgerRow

_CLASSES = {"light": "green", "moderate": "yellow", "heavy": "red"}
_BAR = 16
_MOST = 20


def render_ledger(made: Ledger, *, width: int) -> Group:
    """The answer first, then a line for each module, then budgets, trend and the largest rise."""
    lines = flow(
        [Piece(made.verdict, VERDICT_STYLES[made.verdict]), *(Piece(visible(r)) for r in made.reasons)], width=width
    )
    lines += [_row(row) for row in made.segments[:_MOST]]
    if len(made.segments) > _MOST:
        rest = made.segments[_MOST:]
        lines.append(Text(f"{'':<10}{sum(row.own_ms for row in rest):>8.1f} ms  … {len(rest)} more", "dim"))
    if made.total_ms is not None and made.unattributed_ms is not None:
        lines.append(Text(f"{'':<10}{made.unattributed_ms:>8.1f} ms  not attributed, of {made.total_ms:.1f} ms"))
    totals = [Piece(f"{visible(name)} {ms:.1f}") for name, ms in made.totals.items()]
    lines += flow([Piece("totals, which overlap", "dim"), *totals], width=width)
    lines += flow([*_trend(made), _rise(made)], width=width)
    lines += flow([Piece(f"next     {visible(made.recommendation)}")], width=width)
    for note in made.notes:
        lines += flow([Piece(f"note     {visible(note)}", "dim")], width=width)
    return Group(*lines)


def render_ledger_history(found: LedgerHistory, *, width: int) -> Group:
    """One line for each snapshot."""
    lines = []
    for one in found.snapshots:
        total = "unknown" if one.total_ms is None else f"{one.total_ms:.1f} ms"
        pieces = [Piece(f"{one.timestamp[:10]}  {total}"), Piece(visible(one.config)), Piece(f"{one.over_count} over")]
        pieces += [Piece(f"most in {visible(one.heaviest)}")] if one.heaviest is not None else []
        lines += flow([*pieces, Piece(f"run {one.run_id}", "dim")], width=width)
    lines += [line for note in found.notes for line in flow([Piece(f"note     {visible(note)}", "dim")], width=width)]
    return Group(*lines)


def render_ledger_diff(made: LedgerDiff, *, width: int) -> Group:
    """The answer first, then what changed."""
    lines = flow(
        [Piece(made.verdict, VERDICT_STYLES[made.verdict]), *(Piece(visible(r)) for r in made.reasons)], width=width
    )
    lines += change_lines(made.details, width=width)
    moves = [
        Piece(f"{visible(move.name)} {move.before or 'absent'} → {move.after or 'absent'}") for move in made.classes
    ]
    lines += flow(moves, width=width)
    rise = made.max_positive_regression_pct
    lines += flow(
        [
            Piece(f"over {made.over_before} → {made.over_after}"),
            Piece("largest rise unknown", UNKNOWN) if rise is None else Piece(f"largest rise {rise:+.1f} %"),
            Piece(f"{made.before.run_id} → {made.after.run_id}", "dim"),
        ],
        width=width,
    )
    return Group(*lines)


def _row(row: LedgerRow) -> Text:
    text = Text(f"{row.cost_class:<10}", _CLASSES[row.cost_class])
    text.append(f"{milliseconds(row.own_ms):>8} ms  ", "")
    text.append(f"{bar((row.pct_total or 0.0) / 100, _BAR):<{_BAR}}", _CLASSES[row.cost_class])
    text.append(" unknown  " if row.pct_total is None else f"{row.pct_total:>6.1f} %  ", "")
    text.append(visible(row.name), "")
    if row.budget == "over":
        text.append(f"  over {row.limit_ms:g} ms", "bold red")
    return text


def _trend(made: Ledger) -> list[Piece]:
    counts = " ".join(str(point.over_count) for point in made.over_trend.points)
    style = UNKNOWN if made.over_trend.direction == "unknown" else ""
    told = f"trend {made.over_trend.direction} ({counts or 'no snapshot'})"
    return [Piece(f"over {made.budget_eval.over_count} of {made.budget_eval.checked}"), Piece(told, style)]


def _rise(made: Ledger) -> Piece:
    if made.max_positive_regression_pct is None:
        return Piece(f"largest rise unknown: {visible(made.regression_reason or '')}", UNKNOWN)
    whose = f" in {visible(made.regression_segment)}" if made.regression_segment else ""
    return Piece(f"largest rise {made.max_positive_regression_pct:+.1f} %{whose} against {made.regression_against}")
