"""From runs to what a comparison is judged on: values by round, of authentic sessions alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from zshforge.judge.rules import METRICS
from zshforge.model.comparison import Series, Stage, Values
from zshforge.model.sample import CAPABILITY_NAMES, LATENCY_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.run import Run
    from zshforge.model.sample import Sample


def stage_of(purpose: Literal["first", "confirmation"], seed: int, before: Run, after: Run) -> Stage:
    """Two runs of one interleaved capture as one stage; their sessions are paired by their place in the plan."""
    rounds = max((s.index for run in (before, after) for s in run.per_run), default=0)
    return Stage(
        purpose=purpose,
        seed=seed,
        rounds=rounds,
        before=_series(before, rounds),
        after=_series(after, rounds),
    )


def values_of(samples: Sequence[Sample], rounds: int) -> Values:
    """What so many rounds showed."""
    by_round: list[Sample | None] = [None] * rounds
    for sample in samples:
        if sample.authentic and sample.index <= rounds:
            by_round[sample.index - 1] = sample
    counters = dict.fromkeys(name for sample in by_round if sample for name in sample.counters)
    return Values(
        metrics={name: tuple(None if s is None else _metric(s, name) for s in by_round) for name in METRICS},
        reasons=_reasons(samples, counters),
        counters={name: tuple(None if s is None else _count(s, name) for s in by_round) for name in counters},
        capabilities={
            name: tuple(None if s is None else getattr(s.capabilities, name) for s in by_round)
            for name in CAPABILITY_NAMES
        },
        segments=_segments(by_round),
    )


def _series(run: Run, rounds: int) -> Series:
    return Series(
        config=run.config,
        framework=run.framework,
        observer=run.overhead.method,
        run_id=run.run_id,
        fingerprint=run.fingerprint,
        values=values_of(run.per_run, rounds),
        failures=tuple(f"session {f.index}, attempt {f.attempt}: {f.what}" for f in run.failures),
    )


def _metric(sample: Sample, name: str) -> float | None:
    holder = sample.latencies if name in LATENCY_NAMES else sample.lifecycle
    found: float | None = getattr(holder, name)
    return found


def _count(sample: Sample, name: str) -> int | None:
    return sample.counters[name].value if name in sample.counters else None


def _reasons(samples: Sequence[Sample], counters: dict[str, None]) -> dict[str, str]:
    """The commonest reason for each thing that a session lacks."""
    told: dict[str, Counter[str]] = {}
    for sample in samples:
        lacks = dict(sample.reasons)
        lacks |= {name: c.reason for name, c in sample.counters.items() if c.reason is not None}
        if not sample.authentic:
            why = ", ".join(sample.flags) or "a moment was not seen"
            lacks |= dict.fromkeys((*METRICS, *counters), f"the session is not authentic: {why}")
        for name, reason in lacks.items():
            told.setdefault(name, Counter())[reason] += 1
    return {name: reasons.most_common(1)[0][0] for name, reasons in told.items()}


def _segments(by_round: Sequence[Sample | None]) -> dict[str, tuple[float | None, ...]]:
    costs = [
        None if sample is None else {s.name: s.ms if s.self_us is None else s.self_us / 1000 for s in sample.segments}
        for sample in by_round
    ]
    names = dict.fromkeys(name for cost in costs if cost for name in cost)
    return {name: tuple(None if cost is None else cost.get(name, 0.0) for cost in costs) for name in names}
