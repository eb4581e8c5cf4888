"""The latest run against the runs before it: a rolling baseline with a ratchet, and the best level ever sustained."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.spread import weigh
from zshforge.model.ladder import LevelCheck
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.judge.spread import VarianceRules
    from zshforge.model.comparison import Verdict
    from zshforge.model.ladder import Ladder, LevelStatus
    from zshforge.model.settings import Settings
    from zshforge.model.variance import Spread, VarianceRun


class LevelRules(NamedTuple):
    """What the settings say.

    Attributes:
        steps_pct: The allowances above the rolling baseline, one after the other.
        tighten_runs: Green runs in a row that tighten it.
        rolling_runs: How many runs make the rolling baseline.
        rolling_min: Fewer make none.
        sustained_runs: How many stable runs in a row sustain a level.
        creep_pct: How much above the best sustained level is allowed.
        min_ms: A smaller rise is none, whatever its share.
    """

    steps_pct: tuple[float, ...]
    tighten_runs: int
    rolling_runs: int
    rolling_min: int
    sustained_runs: int
    creep_pct: float
    min_ms: float


class _Seen(NamedTuple):
    """One metric of the latest run, the medians before it, and the best level that was sustained."""

    metric: str
    spread: Spread
    before: list[float]
    best: float | None


def level_rules(settings: Settings) -> LevelRules:
    """The rules that hold."""
    return LevelRules(
        steps_pct=tuple(settings.number(f"ratchet.{word}_pct") for word in ("first", "second", "third")),
        tighten_runs=settings.integer("ratchet.runs"),
        rolling_runs=settings.integer("rolling.runs"),
        rolling_min=settings.integer("rolling.min_runs"),
        sustained_runs=settings.integer("rolling.sustained_runs"),
        creep_pct=settings.number("drift.fail_pct"),
        min_ms=settings.number("drift.min_ms"),
    )


def rolling_level(medians: Sequence[float], rules: LevelRules) -> float | None:
    """The median of the last medians; ``None`` when they are too few."""
    return median(medians[-rules.rolling_runs :]) if len(medians) >= rules.rolling_min else None


def sustained_level(medians: Sequence[float], rules: LevelRules) -> float | None:
    """The lowest level that as many medians in a row kept; ``None`` when they are too few."""
    size = rules.sustained_runs
    kept = [max(medians[at : at + size]) for at in range(len(medians) - size + 1)]
    return min(kept, default=None)


def tightened(ladder: Ladder, run_id: str, rules: LevelRules, *, green: bool) -> tuple[int, tuple[str, ...]]:
    """The ratchet after a run: how often it was tightened, and the green runs since then; it is never loosened."""
    step, greens = ladder.tightened, ladder.greens
    if len(greens) >= rules.tighten_runs and step + 1 < len(rules.steps_pct):
        step, greens = step + 1, ()
    return step, (*greens, run_id)[-rules.tighten_runs :] if green else ()


def check_levels(
    ladder: Ladder, runs: Sequence[VarianceRun], rules: LevelRules, variance: VarianceRules
) -> tuple[LevelCheck, ...]:
    """Hold the latest run against those before it.

    Args:
        ladder: Where the ratchet and the best levels stand before this run.
        runs: The runs that were counted, the latest last; those before ``level_since`` are of another level.
        rules: The allowances.
        variance: What makes a run stable.
    """
    step, _ = tightened(ladder, "", rules, green=True)
    seen = (_seen(name, ladder, _since(ladder, runs), rules, variance) for name in variance.metrics)
    return tuple(_check(one, rules.steps_pct[step], rules) for one in seen)


def best_levels(
    ladder: Ladder, runs: Sequence[VarianceRun], rules: LevelRules, variance: VarianceRules
) -> dict[str, float]:
    """The best sustained level of each metric with the latest run; it never rises."""
    found: dict[str, float] = {}
    for name in variance.metrics:
        known = (
            ladder.best_ms.get(name),
            sustained_level(_medians(name, ladder, _since(ladder, runs), variance), rules),
        )
        if levels := [level for level in known if level is not None]:
            found[name] = min(levels)
    return found


def verdict_of_levels(
    checks: Sequence[LevelCheck], latest: VarianceRun, variance: VarianceRules
) -> tuple[Verdict, tuple[str, ...]]:
    """What the checks come to: a rise of a run that is not stable proves nothing, and what is unknown is no pass."""
    doubts = tuple(dict.fromkeys(s.reason or "not authentic" for s in latest.metrics.values() if s.doubtful))
    if doubts:
        return "unknown", doubts
    rises = [one for one in checks if "over" in (one.status, one.creep)]
    told = tuple(f"{one.metric}: {one.reason}" for one in rises)
    if any(weigh(latest.metrics[one.metric], variance) == "for" for one in rises):
        return "fail", told
    if rises:
        return "inconclusive", (*told, "the run is not stable, so nothing follows")
    unknown = tuple(f"{one.metric}: {one.reason}" for one in checks if one.status == "unknown")
    if unknown:
        return "unknown", unknown
    return "pass", ("no total rose beyond what is allowed",)


def _since(ladder: Ladder, runs: Sequence[VarianceRun]) -> Sequence[VarianceRun]:
    place = next((at for at, run in enumerate(runs) if run.run_id == ladder.level_since), 0)
    return runs[place:]


def _seen(name: str, ladder: Ladder, runs: Sequence[VarianceRun], rules: LevelRules, variance: VarianceRules) -> _Seen:
    before = _medians(name, ladder, runs[:-1], variance)
    known = (ladder.best_ms.get(name), sustained_level(before, rules))
    best = min((level for level in known if level is not None), default=None)
    return _Seen(name, runs[-1].metrics[name], before, best)


def _medians(name: str, ladder: Ladder, runs: Sequence[VarianceRun], variance: VarianceRules) -> list[float]:
    """Medians of stable runs that did not fail, or whose level was accepted."""
    spreads = (run.metrics.get(name) for run in runs if run.verdict != "fail" or run.run_id == ladder.level_since)
    return [s.median_ms for s in spreads if s is not None and s.median_ms is not None and weigh(s, variance) == "for"]


def _check(seen: _Seen, allowed: float, rules: LevelRules) -> LevelCheck:
    current = seen.spread.median_ms
    rolling = rolling_level(seen.before, rules)
    status, delta, told = _against(current, rolling, allowed, rules)
    creep, crept, creeping = _against(current, seen.best, rules.creep_pct, rules)
    needed = f"stable runs before it: {len(seen.before)}, a level needs {rules.rolling_min}"
    reason = seen.spread.reason or needed if status == "unknown" else f"{told} the rolling baseline"
    return LevelCheck(
        metric=seen.metric,
        current_ms=current,
        rolling_ms=rolling,
        delta_pct=delta,
        allowed_pct=allowed,
        status=status,
        best_ms=seen.best,
        creep_pct=crept,
        creep=creep,
        reason=f"{reason}; {creeping} the best sustained level" if creep == "over" else reason,
    )


def _against(
    current: float | None, level: float | None, allowed: float, rules: LevelRules
) -> tuple[LevelStatus, float | None, str]:
    if current is None or not level:
        return "unknown", None, ""
    delta = 100 * (current - level) / level
    told = f"{current:.2f} ms is {delta:+.1f} % ({allowed:g} % are allowed) from {level:.2f} ms,"
    if abs(current - level) < rules.min_ms:
        return "ok", delta, told
    if delta > allowed:
        return "over", delta, told
    return ("improved" if delta < -rules.steps_pct[-1] else "ok"), delta, told
