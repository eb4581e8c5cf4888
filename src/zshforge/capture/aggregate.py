"""From samples to a run: summaries over what was observed, counts of what was not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.model.markers import Provenance
from zshforge.model.run import (
    CounterSummary,
    Failure,
    Fingerprint,
    Isolation,
    Overhead,
    ProvenanceCounts,
    Run,
    SegmentSummary,
)
from zshforge.model.sample import CAPABILITY_NAMES, LATENCY_NAMES, LIFECYCLE_METRICS, Capabilities, Sample
from zshforge.model.summary import Summary
from zshforge.stats.describe import median, summarise
from zshforge.stats.stability import StabilityLimits, check

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.markers import Segment
    from zshforge.model.settings import Settings


_ALIKE = 0.9  # a file that holds the culprit grew as much as the culprit did


class Frame(Struct, frozen=True, kw_only=True):
    """What is known of a run besides its samples."""

    run_id: str
    timestamp: str
    config: str
    framework: str
    state: str
    seed: int
    requested: int
    fingerprint: Fingerprint
    isolation: Isolation
    overhead: Overhead
    checksum: str | None = None
    warmups: tuple[Sample, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


def aggregate(frame: Frame, samples: Sequence[Sample], settings: Settings) -> Run:
    """Make the record of one run.

    Latencies are summarised over all samples that have them, the lifecycle over authentic samples alone; values keep
    the order in which they were taken.
    """
    authentic = [sample for sample in samples if sample.authentic]
    latencies = {name: _latency(name, samples, settings) for name in LATENCY_NAMES}
    shortfall = max(0, frame.requested - len(authentic))
    prompts = [summary for name, summary in latencies.items() if name != "exit_ms"]
    return Run(
        run_id=frame.run_id,
        timestamp=frame.timestamp,
        config=frame.config,
        framework=frame.framework,
        state=frame.state,
        seed=frame.seed,
        requested_samples=frame.requested,
        samples=len(samples),
        authentic_samples=len(authentic),
        auth_shortfall=shortfall,
        partial=shortfall > 0 or _missing_post_share(samples) >= settings.number("authenticity.missing_post_share"),
        markers_native=bool(samples) and all(_all_native(sample) for sample in samples),
        sample_flags=tuple(sorted({flag for sample in samples for flag in sample.flags})),
        stability=check(
            dict(zip([n for n in LATENCY_NAMES if n != "exit_ms"], prompts, strict=True)),
            limits=stability_limits(settings),
            load_per_cpu=_load_per_cpu(frame.fingerprint),
        ),
        latencies=latencies,
        lifecycle={name: _lifecycle(name, samples, authentic, settings) for name in LIFECYCLE_METRICS},
        provenance=_provenance(samples),
        capabilities=_capabilities(samples),
        segments=_segments(authentic or samples, settings),
        start_ms=_summary([s.start_ms for s in samples], ["the first prompt was not seen"] * len(samples), settings),
        unattributed_ms=_summary(
            [s.unattributed_ms for s in samples], [s.reasons.get("pre_plugin_total_ms", "") for s in samples], settings
        ),
        counters={name: _counter(name, samples) for name in sorted({n for s in samples for n in s.counters})},
        overhead=frame.overhead,
        fingerprint=frame.fingerprint,
        isolation=frame.isolation,
        guidelines_checksum=frame.checksum,
        warmups=frame.warmups,
        per_run=tuple(samples),
        failures=frame.failures,
        notes=frame.notes,
    )


def stability_limits(settings: Settings) -> StabilityLimits:
    """The lines of the stability verdict, from the settings table."""
    return StabilityLimits(
        min_samples=settings.integer("stability.min_samples"),
        max_rsd=settings.number("stability.rsd_check"),
        max_robust_rsd=settings.number("stability.robust_rsd_max"),
        max_drift=settings.number("stability.half_drift_max"),
        max_outlier_share=settings.number("stability.outlier_share_max"),
        max_load_per_cpu=settings.number("stability.load_per_cpu_max"),
        max_distance=settings.number("stability.distance_max"),
        min_useful_ms=settings.number("stability.min_useful_ms"),
        wanted_precision=settings.number("stability.wanted_precision"),
        surplus=settings.number("stability.surplus"),
    )


def _all_native(sample: Sample) -> bool:
    trio = sample.provenance
    return (trio.pre, trio.post, trio.prompt) == (Provenance.NATIVE,) * 3


def _missing_post_share(samples: Sequence[Sample]) -> float:
    """Of the samples that have phases at all."""
    apply = [s for s in samples if not (s.authentic and s.provenance.post is Provenance.MISSING)]
    return sum(s.provenance.post is Provenance.MISSING for s in apply) / len(apply) if apply else 0.0


def _load_per_cpu(fingerprint: Fingerprint) -> float | None:
    return None if fingerprint.load is None else fingerprint.load / fingerprint.cpu_count


def _summary(
    values: Sequence[float | None],
    reasons: Sequence[str],
    settings: Settings,
    *,
    provenances: Sequence[str] = (),
    causes: Sequence[str | None] = (),
) -> Summary:
    """Over what is there; without a value the commonest reason."""
    there = [index for index, value in enumerate(values) if value is not None]
    if not there:
        common = Counter(reason for reason in reasons if reason).most_common(1)
        return Summary.unknown(common[0][0] if common else "no session yielded it")
    return summarise(
        [value for value in values if value is not None],
        outlier_factor=settings.number("outlier.factor"),
        mad_z=settings.number("outlier.mad_z"),
        provenances=[provenances[i] for i in there] if provenances else None,
        causes=[causes[i] for i in there] if causes else None,
    )


def _latency(name: str, samples: Sequence[Sample], settings: Settings) -> Summary:
    felt = name in ("first_prompt_ms", "first_command_ms")
    return _summary(
        [getattr(sample.latencies, name) for sample in samples],
        [sample.reasons.get(name, "") for sample in samples],
        settings,
        provenances=["observed" if felt else "native"] * len(samples),
        causes=_causes(samples) if felt else (),
    )


def _lifecycle(name: str, samples: Sequence[Sample], authentic: Sequence[Sample], settings: Settings) -> Summary:
    word = {"pre_plugin_total_ms": "pre", "post_plugin_total_ms": "post", "prompt_ready_ms": "prompt"}[name]
    return _summary(
        [getattr(sample.lifecycle, name) for sample in authentic],
        [sample.reasons.get(name, "") for sample in samples],
        settings,
        provenances=[str(getattr(sample.provenance, word)) for sample in authentic],
        causes=_causes(authentic),
    )


def _own_ms(sample: Sample) -> dict[str, float]:
    """What each segment cost by itself, in milliseconds; a native segment's own cost is all of it."""
    return {s.name: (s.self_us if s.self_us is not None else s.end_us - s.start_us) / 1000 for s in sample.segments}


def _causes(samples: Sequence[Sample]) -> list[str | None]:
    """For each sample the segment that grew most beyond its median, innermost where several grew alike."""
    costs = [_own_ms(sample) for sample in samples]
    typical = {name: median([c[name] for c in costs if name in c]) or 0.0 for name in {n for c in costs for n in c}}
    found: list[str | None] = []
    for sample, cost in zip(samples, costs, strict=True):
        growth = {name: cost[name] - typical[name] for name in cost}
        most = max(growth.values(), default=0.0)
        near = [name for name in growth if most > 0 and growth[name] >= _ALIKE * most]
        length = {s.name: s.end_us - s.start_us for s in sample.segments}
        found.append(min(near, key=lambda name: (length[name], name), default=None))
    return found


def _provenance(samples: Sequence[Sample]) -> ProvenanceCounts:
    counts = {
        word: dict(Counter(str(getattr(sample.provenance, word)) for sample in samples))
        for word in ("pre", "post", "prompt")
    }
    kinds = set(counts["prompt"])
    summary = "none" if kinds <= {"missing"} else f"all_{kinds.pop()}" if len(kinds) == 1 else "mixed"
    return ProvenanceCounts(pre=counts["pre"], post=counts["post"], prompt=counts["prompt"], summary=summary)


def _capabilities(samples: Sequence[Sample]) -> Capabilities:
    """What held in every session that got far enough to tell."""

    def held(name: str) -> bool | None:
        told = [value for s in samples if (value := getattr(s.capabilities, name)) is not None]
        return all(told) if told else None

    return Capabilities(**{name: held(name) for name in CAPABILITY_NAMES})


def _segments(samples: Sequence[Sample], settings: Settings) -> tuple[SegmentSummary, ...]:
    by_name: dict[str, list[tuple[float, float | None]]] = {}
    first: dict[str, Segment] = {}
    for sample in samples:
        for segment in sample.segments:
            own = segment.self_us / 1000 if segment.self_us is not None else None
            by_name.setdefault(segment.name, []).append((segment.ms, own))
            first.setdefault(segment.name, segment)
    found = [
        SegmentSummary(
            name=name,
            phase=first[name].phase,
            kind=first[name].kind,
            file=first[name].file,
            samples=len(costs),
            ms=_summary([ms for ms, _ in costs], (), settings),
            self_ms=_summary([own for _, own in costs], ["native segments have no self time"], settings),
        )
        for name, costs in by_name.items()
    ]
    return tuple(sorted(found, key=lambda s: -(s.ms.median or 0)))


def _counter(name: str, samples: Sequence[Sample]) -> CounterSummary:
    counters = [sample.counters[name] for sample in samples if name in sample.counters]
    values = [counter.value for counter in counters if counter.value is not None]
    if not values:
        reason = next((counter.reason for counter in counters if counter.reason), "no session counted it")
        return CounterSummary(reason=reason)
    return CounterSummary(median=median(values), values=tuple(values))
