"""What observing costs: the same configuration with and without the probe, in pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.capture.session import observe
from zshforge.model.errors import SessionFailed
from zshforge.model.run import Overhead
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.capture.subject import Subject
    from zshforge.model.sample import Sample
    from zshforge.model.settings import Settings

_SESSION_MS = 150.0  # what a light session takes besides the start itself


def measure_overhead(subject: Subject, samples: Sequence[Sample], settings: Settings) -> Overhead:
    """Median difference of the first prompt between sessions with and without the probe.

    Samples of two sessions are such pairs; else pairs are measured, their order alternating.

    Args:
        subject: The configuration.
        samples: What was measured before; tells how many pairs the time allows.
        settings: ``capture.overhead_pairs`` and ``capture.overhead_budget_s``.
    """
    method = "native markers" if subject.native else "looks at the call stack"
    apart = [cost for cost in map(_apart_ms, samples) if cost is not None]
    start = median([s.latencies.first_prompt_ms for s in samples if s.latencies.first_prompt_ms is not None])
    if start is None:
        return Overhead(method=method, reason="no session reached the prompt")
    if apart:
        return _told(method, apart, start, in_latencies=False)
    room = settings.number("capture.overhead_budget_s") * 1000 / (2 * (start + _SESSION_MS))
    pairs = min(settings.integer("capture.overhead_pairs"), int(room))
    if pairs < 1:
        return Overhead(method=method, reason="a start takes too long for pairs (capture.overhead_budget_s)")
    differences = []
    for pair in range(pairs):
        try:
            first, second = (_start_ms(subject, probe=bool((pair + turn) % 2)) for turn in (0, 1))
        except SessionFailed as failed:
            return Overhead(method=method, reason=f"a session without the probe failed: {failed.what}")
        if first is not None and second is not None:
            differences.append((second - first) if pair % 2 == 0 else (first - second))
    if not differences:
        return Overhead(method=method, reason="the prompt cannot be seen without the probe")
    return _told(method, differences, start, in_latencies=True)


def _apart_ms(sample: Sample) -> float | None:
    """What looking cost one sample of two sessions."""
    spawn, prompt, without = sample.stamp("spawn"), sample.stamp("first_prompt_seen"), sample.latencies.first_prompt_ms
    if sample.undisturbed is None or spawn is None or prompt is None or without is None:
        return None
    return (prompt - spawn) / 1000 - without


def _told(method: str, differences: Sequence[float], start: float, *, in_latencies: bool) -> Overhead:
    cost = median(differences)
    return Overhead(
        method=method,
        pairs=len(differences),
        first_prompt_ms=cost,
        first_prompt_share=None if cost is None else cost / start,
        in_latencies=in_latencies,
    )


def _start_ms(subject: Subject, *, probe: bool) -> float | None:
    seen = observe(subject.plan(light=True, probe=probe))
    if seen.spawn_us is None or seen.prompt_us is None:
        return None
    return (seen.prompt_us - seen.spawn_us) / 1000
