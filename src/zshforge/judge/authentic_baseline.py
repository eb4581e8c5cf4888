"""Judging our baselines: each number is held against the samples or values beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from zshforge.judge.authentic_run import samples_signs, statistics_signs
from zshforge.judge.authentic_signs import Sign, follows, identical
from zshforge.model.baseline import Baseline, PrepluginBaseline
from zshforge.model.markers import Provenance
from zshforge.stats.describe import mean, median, nearest_rank, sample_stddev

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.judge.formats import Document


def judge_baseline_record(document: Document) -> Iterator[Sign]:
    """A recorded run, ``baseline.v1``."""
    try:
        baseline = msgspec.convert(document.content, Baseline)
    except msgspec.ValidationError as error:
        yield Sign("doubt", f"calls itself baseline.v1 and is not: {error}")
        return
    if not baseline.samples:
        yield Sign("doubt", "no sample in it: nothing was measured, or the samples were left out")
        return
    strangers = sum(not sample.authentic for sample in baseline.samples)
    if strangers:
        yield Sign("made_up", f"{strangers} of its {len(baseline.samples)} samples are not authentic")
    yield from samples_signs(baseline.samples, baseline.samples, baseline.latencies, baseline.lifecycle)
    yield Sign("proof", f"{len(baseline.samples)} authentic samples with stamps in order; every number is theirs")


def judge_preplugin_record(document: Document) -> Iterator[Sign]:
    """The baseline of the pre-plugin phase, ``preplugin-baseline.v2``."""
    try:
        told = msgspec.convert(document.content, PrepluginBaseline)
    except msgspec.ValidationError as error:
        yield Sign("doubt", f"calls itself preplugin-baseline.v2 and is not: {error}")
        return
    raw = told.samples_ms
    if not raw:
        yield Sign("doubt", "no value in it")
    elif not any(raw):
        yield Sign("made_up", f"all {len(raw)} values are zero")
    if identical(raw):
        yield Sign("made_up", f"all {len(raw)} values are identical")
    yield from _raw_signs(told)
    yield from _filter_signs(told)
    yield from _source_signs(told)


def _raw_signs(told: PrepluginBaseline) -> Iterator[Sign]:
    raw = told.samples_ms
    if told.sample_count != len(raw):
        yield Sign("made_up", f"it counts {told.sample_count} samples and holds {len(raw)}")
    truths = {
        "mean_ms": mean(raw),
        "stdev_ms": sample_stddev(raw),
        "min_ms": min(raw, default=None),
        "max_ms": max(raw, default=None),
        "p50_ms": median(raw),
        "p90_ms": nearest_rank(raw, 90),
        "p95_ms": nearest_rank(raw, 95),
    }
    for name, truth in truths.items():
        if sign := follows(name, getattr(told, name), truth):
            yield sign


def _filter_signs(told: PrepluginBaseline) -> Iterator[Sign]:
    if sorted((*told.filtered_ms, *told.discarded)) != sorted(told.samples_ms):
        yield Sign("made_up", "the filtered and the discarded values are not, together, the raw ones")
    if told.filtered.values != told.filtered_ms:
        yield Sign("made_up", "the filtered statistics have other values than the filtered ones")
    yield from statistics_signs("filtered", told.filtered)


def _source_signs(told: PrepluginBaseline) -> Iterator[Sign]:
    good = {word.value for word in Provenance if word.authentic}
    if odd := sorted(told.provenance.keys() - good):
        yield Sign("made_up", f"values that are {', '.join(odd)} are counted")
    if sum(told.provenance.values()) != len(told.samples_ms):
        yield Sign("doubt", f"{sum(told.provenance.values())} of {len(told.samples_ms)} values have a provenance")
    elif told.samples_ms and not odd:
        words = ", ".join(f"{count} {word}" for word, count in told.provenance.items())
        yield Sign("proof", f"all values have a source ({words}), and every statistic follows from them")
