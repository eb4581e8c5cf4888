"""The samples of one configuration under one plan (``perf-multi.v2``), and several of them (``perf-set.v1``).

Format history:

* ``perf-multi.v1`` (the predecessor): integer milliseconds, population spread, synthesised values counted.
* ``perf-multi.v2``: one clock, provenance for every total, sample spread, latencies, counters with reasons.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from zshforge.model.sample import Capabilities, Sample
from zshforge.model.summary import Summary


class Fingerprint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The machine and the conditions; runs that differ in one of these are not comparable (``load`` is only told)."""

    host: str
    system: str
    kernel: str
    cpu: str
    cpu_count: int
    zsh: str
    zsh_path: str
    columns: int
    rows: int
    term: str
    locale: str
    login: bool
    state: str
    config_digest: str
    tool: str
    load: float | None = None


class Failure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One session that yielded no sample: which, why, and whether it was tried again."""

    index: int
    attempt: int
    phase: str
    what: str
    retried: bool
    screen: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()


class Stability(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the spread of the run allows a conclusion: each reason in words, each with what to do about it."""

    verdict: Literal["stable", "unstable", "unknown"]
    reasons: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


class SegmentSummary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One segment over the sessions that showed it; milliseconds."""

    name: str
    phase: str
    kind: str
    file: str | None
    samples: int
    ms: Summary
    self_ms: Summary


class ProvenanceCounts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many samples had each total from which source (keys are provenance words)."""

    pre: dict[str, int] = field(default_factory=dict)
    post: dict[str, int] = field(default_factory=dict)
    prompt: dict[str, int] = field(default_factory=dict)
    summary: str = "none"
    """``all_native``, ``all_observed``, ``mixed`` or ``none`` (over the prompt totals)."""


class Overhead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What observing cost, measured in pairs with and without; ``None`` with a reason when it was not measured."""

    method: str
    pairs: int = 0
    first_prompt_ms: float | None = None
    first_prompt_share: float | None = None
    reason: str | None = None


class Isolation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the sessions lived, so that nothing of the user's changed."""

    method: str
    linked: tuple[str, ...] = ()
    """Entries that were linked instead of copied, because they are large."""
    note: str | None = None


class CounterSummary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A counter over the samples, or the reason why there is none."""

    median: float | None = None
    values: tuple[int, ...] = ()
    reason: str | None = None


class Run(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The samples of one configuration under one plan."""

    schema: Literal["perf-multi.v2"] = "perf-multi.v2"
    run_id: str
    timestamp: str
    config: str
    framework: str
    state: str
    seed: int
    requested_samples: int
    samples: int
    authentic_samples: int
    auth_shortfall: int
    partial: bool
    markers_native: bool
    sample_flags: tuple[str, ...]
    stability: Stability
    latencies: dict[str, Summary]
    lifecycle: dict[str, Summary]
    provenance: ProvenanceCounts
    capabilities: Capabilities
    segments: tuple[SegmentSummary, ...]
    unattributed_ms: Summary
    counters: dict[str, CounterSummary]
    overhead: Overhead
    fingerprint: Fingerprint
    isolation: Isolation
    guidelines_checksum: str | None = None
    warmups: tuple[Sample, ...] = ()
    per_run: tuple[Sample, ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = ()


class RunSet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several configurations, interleaved in one session."""

    schema: Literal["perf-set.v1"] = "perf-set.v1"
    seed: int
    order: tuple[str, ...]
    runs: tuple[Run, ...]
