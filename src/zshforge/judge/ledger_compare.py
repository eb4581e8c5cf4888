"""Two snapshots of the ledger: what became of each module, its class and its budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.judge.difference import changes_between, conditions_apart, details_of, drift_of, grown
from zshforge.judge.ledger import costs_of
from zshforge.model.ledger import ClassMove, LedgerDiff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.judge.difference import Details, Floors
    from zshforge.model.comparison import Verdict
    from zshforge.model.ledger import Ledger


def compare_ledgers(before: Ledger, after: Ledger, floors: Floors) -> LedgerDiff:
    """Hold one snapshot against another; those of different conditions are shown, and nothing follows."""
    changes = list(changes_between(costs_of(before), costs_of(after), floors))
    details = details_of(changes)
    odd = conditions_apart(before.fingerprint, after.fingerprint)
    if before.source.config != after.source.config:
        odd = (*odd, "config")
    then, now = _over(before), _over(after)
    newly = tuple(name for name in now if name not in then)
    verdict, reasons = _verdict(details, odd, newly)
    return LedgerDiff(
        verdict=verdict,
        reasons=reasons,
        before=before.source,
        after=after.source,
        differing=odd,
        total_before_ms=before.total_ms,
        total_after_ms=after.total_ms,
        counts={kind: len(found) for kind, found in details.items()},
        details=details,
        max_positive_regression_pct=drift_of(
            [change for _, change in changes], floors, known=not odd
        ).max_positive_regression_pct,
        classes=_moves(before, after),
        over_before=len(then),
        over_after=len(now),
        newly_over=newly,
        no_longer_over=tuple(name for name in then if name not in now),
    )


def _over(snapshot: Ledger) -> tuple[str, ...]:
    return tuple(name for name, one in snapshot.budget_eval.budgets.items() if one.status == "over")


def _moves(before: Ledger, after: Ledger) -> tuple[ClassMove, ...]:
    then = {row.name: row.cost_class for row in before.segments}
    now = {row.name: row.cost_class for row in after.segments}
    return tuple(
        ClassMove(name=name, before=then.get(name), after=now.get(name))
        for name in sorted(then.keys() | now.keys())
        if then.get(name) != now.get(name)
    )


def _verdict(details: Details, odd: Sequence[str], newly: Sequence[str]) -> tuple[Verdict, tuple[str, ...]]:
    if odd:
        return "unknown", (f"the snapshots differ in {', '.join(odd)}, so nothing follows from their difference",)
    told = [grown(change) for change in details["regressions"]]
    told += [f"{change.name} is new and costs {change.current_ms:.0f} ms" for change in details["new"] if change.over]
    told += [f"{name} is over its budget now" for name in newly]
    return ("fail", tuple(told)) if told else ("pass", ("no module rose beyond the floors",))
