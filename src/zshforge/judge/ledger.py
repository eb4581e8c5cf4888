"""The cost ledger of a recorded run: cost, share and class of each module, budgets, their trend, the largest rise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.difference import Floors, all_costs, changes_between, conditions_apart, drift_of, floors_of
from zshforge.judge.modes import EXIT_CODES
from zshforge.judge.own_cost import attributed
from zshforge.model.errors import UsageError
from zshforge.model.ledger import (
    BudgetEval,
    CostClass,
    Ledger,
    LedgerBudget,
    LedgerRow,
    LedgerThresholds,
    Trend,
    TrendPoint,
)
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zshforge.judge.held import Held
    from zshforge.judge.own_cost import Cost
    from zshforge.model.comparison import Mode, Verdict
    from zshforge.model.ledger import Direction
    from zshforge.model.sample import Sample
    from zshforge.model.settings import Settings


class LedgerRules(NamedTuple):
    """What the settings say.

    Attributes:
        heavy_ms: Heavy from this own cost on.
        moderate_ms: Moderate from this own cost on.
        heavy_pct: Heavy from this share of the start on.
        moderate_pct: Moderate from this share on.
        min_ms: A cheaper module is light.
        trend_runs: How many snapshots the trend looks back.
        fail_on_over: Whether an exceeded budget gates.
        floors: What a rise must reach to be told.
    """

    heavy_ms: float
    moderate_ms: float
    heavy_pct: float
    moderate_pct: float
    min_ms: float
    trend_runs: int
    fail_on_over: bool
    floors: Floors


class Start(NamedTuple):
    """One session's start.

    Attributes:
        ms: How long it took.
        costs: What each name cost in it.
    """

    ms: float
    costs: dict[str, Cost]


class _Rise(NamedTuple):
    pct: float | None
    segment: str | None
    against: str | None
    reason: str | None


def ledger_rules(settings: Settings) -> LedgerRules:
    """The rules that hold."""
    return LedgerRules(
        heavy_ms=settings.number("ledger.heavy_ms"),
        moderate_ms=settings.number("ledger.moderate_ms"),
        heavy_pct=settings.number("ledger.heavy_pct"),
        moderate_pct=settings.number("ledger.moderate_pct"),
        min_ms=settings.number("ledger.min_ms"),
        trend_runs=settings.integer("ledger.trend_runs"),
        fail_on_over=settings.flag("ledger.fail_on_over"),
        floors=floors_of(settings),
    )


def added_limits(words: Sequence[str]) -> dict[str, float]:
    """Budgets from the command line: ``NAME:MS``, several with commas.

    Raises:
        UsageError: A word is none.
    """
    found = {}
    for word in (part for each in words for part in each.split(",")):
        name, _, text = word.rpartition(":")
        try:
            ms = float(text)
        except ValueError:
            ms = math.nan
        if not name or not math.isfinite(ms) or ms < 0:
            raise UsageError(f"{word!r} is no budget", where="--budget", hint="NAME:MS, as in compinit:250")
        found[name] = ms
    return found


def class_of(own_ms: float, pct: float | None, rules: LedgerRules) -> CostClass:
    """The class of an own cost, by itself or by its share of the start; ``None`` for an unknown share."""
    share = pct if pct is not None and own_ms >= rules.min_ms else 0.0
    if own_ms >= rules.heavy_ms or share >= rules.heavy_pct:
        return "heavy"
    return "moderate" if own_ms >= rules.moderate_ms or share >= rules.moderate_pct else "light"


def ledger(
    held: Held, limits: Mapping[str, float], rules: LedgerRules, earlier: Sequence[Ledger], baseline: Held | None
) -> Ledger:
    """Write the ledger of a run.

    Args:
        held: The run.
        limits: Budgets in milliseconds, by segment or total.
        rules: What makes a class, and a finding.
        earlier: Snapshots, oldest first; the run's own is passed over.
        baseline: What the largest rise is held against; the last comparable snapshot when there is none.
    """
    starts = [start for sample in held.samples if (start := start_of(sample)) is not None]
    total = median([start.ms for start in starts])
    sums = [math.fsum(cost.own_ms for cost in start.costs.values()) for start in starts]
    rows = _rows(starts, total, limits, rules)
    evaluated = _evaluated(limits, {row.name: row.ms for row in rows} | held.totals)
    verdict, reasons = _verdict(held, evaluated, len(rows))
    mode: Mode = "budget" if rules.fail_on_over else "observe"
    before = [one for one in earlier if comparable(one, held)]
    rise = _rise(held, rows, before, baseline, rules)
    return Ledger(
        verdict=verdict,
        mode=mode,
        exit_code=EXIT_CODES[mode][verdict],
        reasons=reasons,
        source=held.source,
        fingerprint=held.fingerprint,
        total_ms=total,
        attributed_ms=median(sums),
        unattributed_ms=median([start.ms - own for start, own in zip(starts, sums, strict=True)]),
        totals=held.totals,
        segments=rows,
        thresholds=LedgerThresholds(
            heavy_ms=rules.heavy_ms,
            moderate_ms=rules.moderate_ms,
            heavy_pct=rules.heavy_pct,
            moderate_pct=rules.moderate_pct,
            min_ms=rules.min_ms,
        ),
        budget_eval=evaluated,
        over_trend=_trend(held, evaluated.over_count, before, rules),
        max_positive_regression_pct=rise.pct,
        regression_segment=rise.segment,
        regression_against=rise.against,
        regression_reason=rise.reason,
        recommendation=_recommendation(verdict, evaluated, rows),
    )


def comparable(snapshot: Ledger, held: Held) -> bool:
    """Whether a snapshot is an earlier one of the same configuration under the same conditions."""
    return (
        snapshot.source.run_id != held.source.run_id
        and snapshot.source.timestamp <= held.source.timestamp
        and snapshot.source.config == held.source.config
        and not conditions_apart(snapshot.fingerprint, held.fingerprint)
    )


def start_of(sample: Sample) -> Start | None:
    """The start of a session, from the exec until the prompt stands and the configuration is done."""
    spawn, prompt = sample.stamp("spawn"), sample.stamp("first_prompt_seen")
    if spawn is None or prompt is None:
        return None
    end = max(prompt, sample.stamp("prompt_ready") or prompt)
    return Start((end - spawn) / 1000, attributed(sample.segments, spawn, end))


def _rows(
    starts: Sequence[Start], total: float | None, limits: Mapping[str, float], rules: LedgerRules
) -> tuple[LedgerRow, ...]:
    by_name: dict[str, list[Cost]] = {}
    for start in starts:
        for name, cost in start.costs.items():
            by_name.setdefault(name, []).append(cost)
    rows = (_row(name, each, total, limits.get(name), rules) for name, each in by_name.items())
    return tuple(sorted(rows, key=lambda row: (-row.own_ms, row.name)))


def _row(name: str, each: Sequence[Cost], total: float | None, limit: float | None, rules: LedgerRules) -> LedgerRow:
    ms, own = median([cost.ms for cost in each]) or 0.0, median([cost.own_ms for cost in each]) or 0.0
    pct = 100 * own / total if total else None
    return LedgerRow(
        name=name,
        ms=ms,
        own_ms=own,
        pct_total=pct,
        cost_class=class_of(own, pct, rules),
        sessions=len(each),
        limit_ms=limit,
        budget=None if limit is None else "over" if ms > limit else "ok",
    )


def _evaluated(limits: Mapping[str, float], actual: Mapping[str, float]) -> BudgetEval:
    budgets = {name: _budget(limit, actual.get(name)) for name, limit in limits.items()}
    return BudgetEval(
        checked=sum(one.status != "missing" for one in budgets.values()),
        over_count=sum(one.status == "over" for one in budgets.values()),
        budgets=budgets,
    )


def _budget(limit: float, actual: float | None) -> LedgerBudget:
    status: str = "missing" if actual is None else "over" if actual > limit else "ok"
    return LedgerBudget(limit_ms=limit, actual_ms=actual, status=status)  # type: ignore[arg-type]  # one of the three


def _verdict(held: Held, evaluated: BudgetEval, modules: int) -> tuple[Verdict, tuple[str, ...]]:
    if held.doubts:
        return "unknown", held.doubts
    over = {name: one for name, one in evaluated.budgets.items() if one.status == "over"}
    if over:
        told = (f"{name} costs {one.actual_ms:.1f} ms, its budget is {one.limit_ms:g} ms" for name, one in over.items())
        return "fail", tuple(told)
    if not modules:
        return "unknown", ("no session showed a segment",)
    return "pass", (f"{modules} modules, {evaluated.checked} budgets checked, none exceeded",)


def _trend(held: Held, over: int, before: Sequence[Ledger], rules: LedgerRules) -> Trend:
    if held.doubts:
        return Trend(direction="unknown", zero_in_a_row=0, points=())
    points = [
        TrendPoint(run_id=one.source.run_id, timestamp=one.source.timestamp, over_count=one.budget_eval.over_count)
        for one in before
    ]
    points.append(TrendPoint(run_id=held.source.run_id, timestamp=held.source.timestamp, over_count=over))
    points = points[-rules.trend_runs :]
    zeros = next((i for i, point in enumerate(reversed(points)) if point.over_count), len(points))
    return Trend(direction=_direction(points), zero_in_a_row=zeros, points=tuple(points))


def _direction(points: Sequence[TrendPoint]) -> Direction:
    if len(points) <= 1:
        return "unknown"
    step = points[-1].over_count - points[-2].over_count
    return "rising" if step > 0 else "falling" if step < 0 else "level"


def _rise(
    held: Held, rows: Sequence[LedgerRow], before: Sequence[Ledger], baseline: Held | None, rules: LedgerRules
) -> _Rise:
    """The largest rise against the baseline; against the snapshot before where there is no baseline."""
    if held.doubts:
        return _Rise(None, None, None, held.doubts[0])
    if baseline is not None:
        odd = conditions_apart(baseline.fingerprint, held.fingerprint)
        if doubts := (*baseline.doubts, *((f"the baseline differs in {', '.join(odd)}",) if odd else ())):
            return _Rise(None, None, None, doubts[0])
        return _largest(all_costs(baseline), all_costs(held), f"baseline {baseline.source.name}", rules)
    if not before:
        return _Rise(None, None, None, "there is no baseline and no earlier snapshot")
    then, now = costs_of(before[-1]), {row.name: row.ms for row in rows} | held.totals
    return _largest(then, now, f"snapshot {before[-1].source.run_id}", rules)


def costs_of(snapshot: Ledger) -> dict[str, float]:
    """Every segment and total of a snapshot, in milliseconds."""
    return {row.name: row.ms for row in snapshot.segments} | snapshot.totals


def _largest(then: Mapping[str, float], now: Mapping[str, float], against: str, rules: LedgerRules) -> _Rise:
    changes = [change for _, change in changes_between(then, now, rules.floors)]
    drift = drift_of(changes, rules.floors, known=True)
    return _Rise(drift.max_positive_regression_pct, drift.segment, against, None)


def _recommendation(verdict: Verdict, evaluated: BudgetEval, rows: Sequence[LedgerRow]) -> str:
    if verdict == "unknown":
        return "zf capture again: nothing follows from this run"
    if evaluated.over_count:
        worst = max(
            (one.actual_ms - one.limit_ms, name)
            for name, one in evaluated.budgets.items()
            if one.status == "over" and one.actual_ms is not None
        )
        return f"zf explain blame: {worst[1]} is {worst[0]:.1f} ms over its budget"
    heavy = [row for row in rows if row.cost_class == "heavy"]
    if heavy:
        return f"zf explain blame: {heavy[0].name} is heavy with {heavy[0].own_ms:.1f} ms of its own"
    return "nothing is heavy and no budget is exceeded"
