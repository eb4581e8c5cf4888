"""The spread of a metric over a run, and what spreads of several runs allow: pure, so that it can be tried on any."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal, NamedTuple

from zshforge.model.errors import UsageError
from zshforge.model.sample import LATENCY_NAMES, LIFECYCLE_METRICS
from zshforge.model.variance import MetricDecision, Spread
from zshforge.stats.describe import mad, mean, median, outlier_rule, population_stddev, relative, usable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zshforge.model.ladder import Decision
    from zshforge.model.run import Run
    from zshforge.model.settings import Settings

#: What a run says of a metric: nothing when it has too few samples and is not wild.
Weight = Literal["for", "against", "nothing"]

#: From the most cautious to the boldest.
ORDER: tuple[Decision, ...] = ("pending", "hold", "observe", "candidate", "enable_warn", "enable_fail")


class VarianceRules(NamedTuple):
    """What the settings say.

    Attributes:
        metrics: Which metrics must be steady.
        rsd_max: A run is stable up to this spread.
        hold_rsd: From this one on it is held.
        min_samples: Fewer speak for nothing.
        some_samples: Fewer say nothing at all.
        window: Of how many runs the share is taken.
        window_share: The share that must be stable.
        streak_warn: Stable runs in a row that enable warnings.
        streak_fail: Those that enable failures.
        keep_runs: How many runs the state keeps.
        segment_min_ms: A cheaper segment gets no advice.
        outlier_factor: What marks an outlier by its size.
        mad_z: What marks one by its distance.
    """

    metrics: tuple[str, ...]
    rsd_max: float
    hold_rsd: float
    min_samples: int
    some_samples: int
    window: int
    window_share: float
    streak_warn: int
    streak_fail: int
    keep_runs: int
    segment_min_ms: float
    outlier_factor: float
    mad_z: float


def variance_rules(settings: Settings) -> VarianceRules:
    """The rules that hold.

    Raises:
        UsageError: A metric that shall be steady does not exist.
    """
    return VarianceRules(
        metrics=_metrics(settings.text("variance.metrics")),
        rsd_max=settings.number("stability.rsd_max"),
        hold_rsd=settings.number("stability.rsd_check"),
        min_samples=settings.integer("stability.min_samples"),
        some_samples=settings.integer("variance.some_samples"),
        window=settings.integer("variance.window"),
        window_share=settings.number("variance.window_share"),
        streak_warn=settings.integer("variance.streak_warn"),
        streak_fail=settings.integer("variance.streak_fail"),
        keep_runs=settings.integer("variance.keep_runs"),
        segment_min_ms=settings.number("ledger.min_ms"),
        outlier_factor=settings.number("outlier.factor"),
        mad_z=settings.number("outlier.mad_z"),
    )


def _metrics(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    known = (*LIFECYCLE_METRICS, *LATENCY_NAMES)
    if odd := [name for name in names if name not in known]:
        raise UsageError(f"there is no metric {odd[0]!r}", where="variance.metrics", hint=", ".join(known))
    return names


def identity_of(run: Run) -> str:
    """What makes a run itself: its stamps, or its name when it has none."""
    stamps = [f"{m.name}={m.stamp_us}" for s in run.per_run for m in s.markers if m.stamp_us is not None]
    return hashlib.sha256("\n".join(stamps or [run.run_id]).encode()).hexdigest()


def spread_of(values: Sequence[float], provenance: Mapping[str, int], rules: VarianceRules) -> Spread:
    """The spread of the values of authentic sessions, by the guide's arithmetic."""
    count = len(values)
    if reason := _refusal(values, rules):
        return Spread(n=count, provenance=dict(provenance), reason=reason)
    location, deviation = mean(values), population_stddev(values)
    middle, around = median(values), mad(values)
    outliers = [
        index
        for index, value in enumerate(values)
        if outlier_rule(
            value,
            middle=middle or 0.0,
            deviation=around or 0.0,
            outlier_factor=rules.outlier_factor,
            mad_z=rules.mad_z,
        )
        == "factor"
    ]
    return Spread(
        n=count,
        mean_ms=location,
        stddev_ms=deviation,
        rsd=relative(deviation, location),
        median_ms=middle,
        mad_ms=around,
        outliers=tuple(outliers),
        outlier_values=tuple(values[index] for index in outliers),
        provenance=dict(provenance),
    )


def _refusal(values: Sequence[float], rules: VarianceRules) -> str | None:
    if not values:
        return "no authentic session has it"
    if not all(map(usable, values)):
        return "a value is no usable number"
    if len(values) < rules.some_samples:
        return f"{len(values)} authentic samples, {rules.some_samples} are the least"
    if not mean(values):
        return "the mean is 0, so there is no relative spread"
    if min(values) == max(values):
        return f"all {len(values)} values are {values[0]:g} ms, as no clock gives them"
    return None


def weigh(spread: Spread, rules: VarianceRules) -> Weight:
    """What a run says of a metric: too few samples may speak against it, when they are wild, and never for it."""
    if spread.doubtful:
        return "against"
    if spread.rsd is None:
        return "nothing"
    if spread.rsd >= rules.hold_rsd:
        return "against"
    if spread.n < rules.min_samples:
        return "nothing"
    return "for" if spread.rsd <= rules.rsd_max else "against"


def decide(history: Mapping[str, Sequence[Spread]], rules: VarianceRules) -> dict[str, MetricDecision]:
    """What may be decided for each metric.

    Args:
        history: For each metric its spreads, oldest first; the latest run is the last one.
        rules: The thresholds.
    """
    weights = {name: [weigh(spread, rules) for spread in spreads] for name, spreads in history.items()}
    streaks = {name: _streak(each) for name, each in weights.items()}
    seen = all(spreads and spreads[-1].rsd is not None for spreads in history.values())
    fail = seen and min(streaks.values(), default=0) >= rules.streak_fail
    return {
        name: _decision(spreads, weights[name], streaks[name], rules, seen=seen, fail=fail)
        for name, spreads in history.items()
    }


def two_thirds(weights: Sequence[Weight], rules: VarianceRules) -> bool:
    """Whether enough of the last runs were stable, and the latest of them was; those that say nothing are left out."""
    told = _told(weights)
    return bool(told) and told[-1] == "for" and share_kept(weights, rules)


def share_kept(weights: Sequence[Weight], rules: VarianceRules) -> bool:
    """Whether enough of the last runs were stable, be the latest among them or not."""
    told = _told(weights)[-rules.window :]
    return told.count("for") >= rules.window_share * len(told)


def _told(weights: Sequence[Weight]) -> list[Weight]:
    return [weight for weight in weights if weight != "nothing"]


def _streak(weights: Sequence[Weight]) -> int:
    told = _told(weights)
    return next((place for place, weight in enumerate(reversed(told)) if weight == "against"), len(told))


def _decision(
    spreads: Sequence[Spread], weights: Sequence[Weight], streak: int, rules: VarianceRules, *, seen: bool, fail: bool
) -> MetricDecision:
    latest = spreads[-1] if spreads else Spread(n=0, reason="no run was counted yet")
    decision, reason, missing = _plain(latest, weights, rules)
    if decision == "candidate" and streak >= rules.streak_warn and seen:
        decision, reason = "enable_warn", f"{reason}; {streak} stable runs in a row"
        missing = f"{_runs(max(rules.streak_fail - streak, 1))} of every metric"
    elif decision == "candidate":
        missing = f"{_runs(max(rules.streak_warn - streak, 1))}" if seen else "a run that shows every metric"
    if decision == "enable_warn" and fail:
        decision, missing = "enable_fail", None
    return MetricDecision(decision=decision, streak=streak, reason=reason, missing=missing)


def _plain(latest: Spread, weights: Sequence[Weight], rules: VarianceRules) -> tuple[Decision, str, str | None]:
    """What the latest run and the two thirds allow, before streaks are looked at."""
    stable = f"a spread of at most {rules.rsd_max:.1%} over {rules.min_samples} samples"
    if latest.rsd is None:
        return "pending", latest.reason or "nothing was observed", f"a run with {rules.min_samples} authentic samples"
    told = f"spread {latest.rsd:.2%} over {latest.n} samples"
    if latest.rsd >= rules.hold_rsd:
        wild = ", ".join(f"{value:g}" for value in latest.outlier_values)
        return "hold", f"{told}" + (f", stands out: {wild} ms" if wild else ""), stable
    if latest.rsd > rules.rsd_max or latest.n < rules.min_samples:
        return "observe", told, stable
    if not two_thirds(weights, rules):
        return "observe", f"{told}, but fewer than two thirds of the last runs were stable", _runs(1)
    return "candidate", told, None


def _runs(count: int) -> str:
    return f"{count} more stable run" if count == 1 else f"{count} more stable runs"
