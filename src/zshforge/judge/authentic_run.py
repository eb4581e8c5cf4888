"""Judging our own records: every claim of a run is held against its samples, every sample against its stamps."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from zshforge.judge.authentic_perf import column_signs
from zshforge.judge.authentic_signs import Sign, identical
from zshforge.model.markers import Provenance
from zshforge.model.run import Run, RunSet
from zshforge.model.sample import LATENCY_NAMES, LIFECYCLE_METRICS
from zshforge.stats.describe import mad, mean, median, nearest_rank, sample_stddev

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zshforge.judge.formats import Document
    from zshforge.model.sample import Sample
    from zshforge.model.summary import Summary

#: Moments that follow each other by their nature. What the terminal shows and what the shell does are two chains:
#: an early prompt is on the screen before the configuration has ended.
_CHAINS = (
    (
        "spawn",
        "rc_start",
        "pre_plugin_start",
        "pre_plugin_end",
        "plugins_end",
        "post_plugin_end",
        "prompt_ready",
    ),
    ("spawn", "first_prompt_seen", "first_command_seen", "idle"),
)

#: Each total: its provenance, the moments that it may start from, and the one that it ends with.
_SPANS = {
    "pre_plugin_total_ms": ("pre", ("pre_plugin_start", "rc_start"), "pre_plugin_end"),
    "post_plugin_total_ms": ("post", ("pre_plugin_end",), "post_plugin_end"),
    "prompt_ready_ms": ("prompt", ("pre_plugin_end",), "prompt_ready"),
}

#: Stamps are whole microseconds, so their difference in milliseconds is exact but for binary rounding.
_EXACT_MS = 0.0011

_RELATIVE = 1e-6

_FEWEST_TO_COMPARE = 2


def judge_run(document: Document) -> Iterator[Sign]:
    """One run, ``perf-multi.v2``."""
    try:
        run = msgspec.convert(document.content, Run)
    except msgspec.ValidationError as error:
        yield Sign("doubt", f"calls itself perf-multi.v2 and is not: {error}")
        return
    yield from run_signs(run)


def judge_run_set(document: Document) -> Iterator[Sign]:
    """Several runs, ``perf-set.v1``: each is judged, and told with its configuration."""
    try:
        runs = msgspec.convert(document.content, RunSet).runs
    except msgspec.ValidationError as error:
        yield Sign("doubt", f"calls itself perf-set.v1 and is not: {error}")
        return
    if not runs:
        yield Sign("doubt", "no run in it")
    for run in runs:
        for sign in run_signs(run):
            yield Sign(sign.weight, f"{run.config}: {sign.text}")


def run_signs(run: Run) -> Iterator[Sign]:
    """What speaks for and against a run being real measurements."""
    counted = [sample for sample in run.per_run if sample.authentic]
    if len(counted) != run.authentic_samples:
        yield Sign("made_up", f"it counts {run.authentic_samples} authentic samples and holds {len(counted)}")
    if not run.per_run:
        yield Sign("doubt", "no sample in it: nothing was measured, or the samples were left out")
    elif not counted:
        yield Sign("doubt", f"none of its {len(run.per_run)} samples is authentic")
    yield from samples_signs(counted, run.per_run, run.latencies, run.lifecycle)
    if counted:
        yield Sign("proof", _proof(run, counted))


def samples_signs(
    counted: Sequence[Sample],
    every: Sequence[Sample],
    latencies: Mapping[str, Summary],
    lifecycle: Mapping[str, Summary],
) -> Iterator[Sign]:
    """What speaks against samples and against the summaries that are said to be theirs.

    Args:
        counted: The samples that are counted as authentic.
        every: These and the others, in the order in which they were taken.
        latencies: Summaries by metric, of the counted samples or of all.
        lifecycle: Summaries by metric, of the counted samples.
    """
    for sample in counted:
        yield from sample_signs(sample)
    yield from _pattern_signs(counted)
    for metric, summary in lifecycle.items():
        if metric in LIFECYCLE_METRICS:
            yield from _values_signs(metric, summary, _observed(counted, "lifecycle", metric))
        yield from statistics_signs(metric, summary)
    for metric, summary in latencies.items():
        if metric in LATENCY_NAMES:
            # A latency was seen on the terminal whether or not the lifecycle was; salvage has no field here.
            sources = (counted, every)
            yield from _values_signs(metric, summary, *(_observed(source, "latencies", metric) for source in sources))
        yield from statistics_signs(metric, summary)


def _proof(run: Run, counted: Sequence[Sample]) -> str:
    words = sorted({sample.provenance.prompt.value for sample in counted})
    return (
        f"{len(counted)} of {run.requested_samples} samples are authentic (prompt {', '.join(words)}): stamps in "
        "order, totals equal to their differences, statistics that follow from the values, no pattern in them"
    )


def sample_signs(sample: Sample) -> Iterator[Sign]:
    """What speaks against one sample that is counted as authentic."""
    where = f"sample {sample.index}"
    for marker in sample.markers:
        if marker.stamp_us is not None and marker.provenance is Provenance.MISSING:
            yield Sign("made_up", f"{where}: the marker {marker.name} has a stamp that nobody saw")
    for chain in _CHAINS:
        yield from _order(sample, chain)
    for metric in LIFECYCLE_METRICS:
        yield from _span(sample, metric)
    if sample.latencies.first_prompt_ms is None and sample.lifecycle.prompt_ready_ms is None:
        yield Sign("doubt", f"{where}: counted as authentic without any time to a prompt")
    yield from _first_prompt(sample)


def _order(sample: Sample, chain: Sequence[str]) -> Iterator[Sign]:
    seen = [(stamp, name) for name in chain if (stamp := sample.stamp(name)) is not None]
    for (before, first), (after, second) in pairwise(seen):
        if after < before:
            yield Sign("made_up", f"sample {sample.index}: {second} is stamped {before - after} us before {first}")


def _span(sample: Sample, metric: str) -> Iterator[Sign]:
    total: float | None = getattr(sample.lifecycle, metric)
    role, starts, end = _SPANS[metric]
    if total is None:
        return
    provenance: Provenance = getattr(sample.provenance, role)
    if not provenance.authentic:
        yield Sign("made_up", f"sample {sample.index}: {metric} is {provenance.value} and counted as authentic")
        return
    if any(m.name == end and not m.provenance.authentic for m in sample.markers):
        yield Sign("made_up", f"sample {sample.index}: {metric} ends at {end}, which nobody saw")
        return
    ended = sample.stamp(end)
    spans = [(ended - s) / 1000 for name in starts if ended is not None and (s := sample.stamp(name)) is not None]
    if not spans:
        yield Sign("made_up", f"sample {sample.index}: {metric} is {total:g} ms without the stamps that it needs")
    elif min(abs(total - span) for span in spans) > _EXACT_MS:
        yield Sign("made_up", f"sample {sample.index}: {metric} is {total:g} ms, its stamps say {spans[0]:g} ms")


def _first_prompt(sample: Sample) -> Iterator[Sign]:
    told, apart = sample.latencies.first_prompt_ms, sample.undisturbed
    spawn, seen = sample.stamp("spawn"), sample.stamp("first_prompt_seen")
    if apart is not None:
        spawn, seen = apart.spawn_us, apart.first_prompt_us
    if told is None or spawn is None or seen is None:
        return
    if abs(told - (seen - spawn) / 1000) > _EXACT_MS:
        yield Sign(
            "made_up",
            f"sample {sample.index}: first_prompt_ms is {told:g}, its stamps say {(seen - spawn) / 1000:g}",
        )


def _observed(samples: Sequence[Sample], group: str, metric: str) -> list[float]:
    values = (getattr(getattr(sample, group), metric) for sample in samples)
    return [value for value in values if value is not None]


def _pattern_signs(counted: Sequence[Sample]) -> Iterator[Sign]:
    whole = [s for s in counted if None not in (getattr(s.lifecycle, metric) for metric in LIFECYCLE_METRICS)]
    if len(whole) >= _FEWEST_TO_COMPARE:
        columns = {_SPANS[metric][0]: _observed(whole, "lifecycle", metric) for metric in LIFECYCLE_METRICS}
        yield from column_signs(columns)
    for metric in LATENCY_NAMES:
        values = _observed(counted, "latencies", metric)
        if identical(values):
            yield Sign("made_up", f"all {len(values)} values of {metric} are identical ({values[0]:g} ms)")
        if len(values) >= _FEWEST_TO_COMPARE and not any(values):
            yield Sign("made_up", f"all {len(values)} values of {metric} are zero")


def _values_signs(metric: str, summary: Summary, *observed: Sequence[float]) -> Iterator[Sign]:
    if list(summary.values) not in [list(values) for values in observed]:
        yield Sign("made_up", f"the {len(summary.values)} values of {metric} are not those of its authentic samples")


def statistics_signs(metric: str, summary: Summary) -> Iterator[Sign]:
    """Whether a summary's statistics follow from its own values."""
    values = summary.values
    truths = {
        "median": median(values),
        "mean": mean(values),
        "stddev": sample_stddev(values),
        "min": min(values, default=None),
        "max": max(values, default=None),
        "p90": nearest_rank(values, 90),
        "p95": nearest_rank(values, 95),
        "mad": mad(values),
    }
    for name, truth in truths.items():
        told: float | None = getattr(summary, name)
        if told is not None and (truth is None or abs(told - truth) > max(_RELATIVE * abs(truth), 1e-9)):
            given = "nothing" if truth is None else f"{truth:.6g}"
            yield Sign("made_up", f"{metric} {name} is recorded as {told:g}, its own values give {given}")
