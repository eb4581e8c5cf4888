"""Recorded runs that later ones are held against (``baseline.v1``, ``preplugin-baseline.v2``).

Format history:

* ``perf-baseline`` (the predecessor): whole starts in integer milliseconds, without machine or markers.
* ``baseline.v1``: an authentic run with its samples, on the machine that it names.
* ``preplugin-baseline`` (the predecessor): integer milliseconds, a truncated mean, no provenance.
* ``preplugin-baseline.v2``: every value with its source, raw and filtered statistics, the machine.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.run import CounterSummary, Fingerprint
from zshforge.model.sample import Capabilities, Sample
from zshforge.model.summary import Summary

#: ``current`` is the one named ``default``, ``legacy`` the one of that name: what was there before everything else.
BaselineKind = Literal["current", "legacy", "named"]


class SegmentMedian(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one segment cost in the middle, in milliseconds."""

    name: str
    """As in the run: a module, a function, or a file with as many folders as tell it from others."""
    phase: str
    """The phase that it began in."""
    kind: str
    """``module``, ``file`` or ``function``."""
    samples: int
    """How many sessions showed it."""
    ms: float | None
    """With everything inside it."""
    self_ms: float | None
    """Without the segments inside it."""


class Baseline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One whole, authentic run under a name; a comparison with it holds on the machine of its fingerprint alone."""

    schema: Literal["baseline.v1"] = "baseline.v1"
    name: str
    """What it was saved as."""
    kind: BaselineKind
    """``current`` (the name ``default``), ``legacy`` (that name) or ``named``."""
    recorded_at: str
    """When it was saved: UTC, ISO 8601."""
    run_id: str
    """The run that it was made from."""
    timestamp: str
    """When that run began: UTC, ISO 8601."""
    config: str
    """The measured configuration, as it was named."""
    config_digest: str
    """SHA-256 of what was measured."""
    framework: str
    """The framework that was recognised."""
    fingerprint: Fingerprint
    """The machine and the conditions."""
    latencies: dict[str, Summary]
    """By metric, in milliseconds."""
    lifecycle: dict[str, Summary]
    """The guide's trio, in milliseconds."""
    counters: dict[str, CounterSummary]
    """Deterministic work, by name."""
    capabilities: Capabilities
    """What worked at the first command."""
    segments: tuple[SegmentMedian, ...]
    """Every segment, the most expensive first."""
    guidelines_checksum: str | None = None
    """SHA-256 of the configuration's policy, when it has one."""
    samples: tuple[Sample, ...]
    """The sessions behind the numbers, in the order in which they ran."""


class PrepluginBaseline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the pre-plugin phase cost, with the guide's field names; all numbers are milliseconds.

    The ``*_ms`` statistics are those of ``samples_ms``; ``filtered`` has those of ``filtered_ms``.
    """

    schema: Literal["preplugin-baseline.v2"] = "preplugin-baseline.v2"
    segment: Literal["pre_plugin_total"] = "pre_plugin_total"
    """Always the pre-plugin total."""
    samples_ms: tuple[float, ...]
    """Raw: one value for each authentic session, in the order in which they ran."""
    filtered_ms: tuple[float, ...]
    """Those between the fences (baseline.iqr_factor), in the same order."""
    discarded: tuple[float, ...]
    """Those outside, in the same order."""
    sample_count: int
    """How many raw values there are."""
    mean_ms: float
    """Arithmetic mean of the raw values."""
    stdev_ms: float | None
    """Their sample standard deviation (n - 1)."""
    min_ms: float
    """The smallest one."""
    max_ms: float
    """The largest one."""
    p50_ms: float
    """Their median."""
    p90_ms: float
    """Nearest-rank, so that it is a value that was measured."""
    p95_ms: float
    """The same for 95 of 100."""
    filtered: Summary
    """The same statistics of the filtered values."""
    provenance: dict[str, int]
    """How many of the raw values came from which source."""
    captured_at: str
    """When the run began: UTC, ISO 8601."""
    tag: str
    """The name of the baseline that it was saved with."""
    run_id: str
    """The run that it was made from."""
    config: str
    """The measured configuration, as it was named."""
    config_digest: str
    """SHA-256 of what was measured."""
    fingerprint: Fingerprint
    """The machine and the conditions."""
    guidelines_checksum: str | None
    """SHA-256 of the configuration's policy, when it has one."""
