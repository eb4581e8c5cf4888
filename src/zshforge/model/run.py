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
    """Host name."""
    system: str
    """Name of the operating system."""
    kernel: str
    """Its release."""
    cpu: str
    """Model of the processor."""
    cpu_count: int
    """Processors that the system has."""
    zsh: str
    """Version of the shell."""
    zsh_path: str
    """The measured program."""
    columns: int
    """Width of the terminal."""
    rows: int
    """Height of the terminal."""
    term: str
    """TERM."""
    locale: str
    """LANG."""
    login: bool
    """Whether the shells were login shells."""
    state: str
    """State of the caches: ``warm`` or ``cold``."""
    config_digest: str
    """SHA-256 of the configuration's files."""
    tool: str
    """Version of zf."""
    load: float | None = None
    """Load average of the last minute, at the start of the run."""


class Failure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One session that yielded no sample: which, why, and whether it was tried again."""

    index: int
    """Which session of the plan, from 1."""
    attempt: int
    """Which try of it, from 1."""
    phase: str
    """The phase that it reached."""
    what: str
    """What happened, in one sentence."""
    retried: bool
    """Whether it was tried again."""
    screen: tuple[str, ...] = ()
    """The last lines that the terminal showed."""
    processes: tuple[str, ...] = ()
    """One line for each process that was alive at its end."""


class Stability(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the spread of the run allows a conclusion: each reason in words, each with what to do about it."""

    verdict: Literal["stable", "unstable", "unknown"]
    """``unknown`` when there are too few samples to tell."""
    reasons: tuple[str, ...] = ()
    """What speaks against it, in words."""
    advice: tuple[str, ...] = ()
    """What to do about each reason."""


class SegmentSummary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One segment over the sessions that showed it; milliseconds."""

    name: str
    """A module, a function, or a file with as many folders as tell it from others."""
    phase: str
    """The phase that it began in."""
    kind: str
    """``module``, ``file`` or ``function``."""
    file: str | None
    """The whole path of a sourced file."""
    samples: int
    """How many sessions showed it."""
    ms: Summary
    """With everything inside it."""
    self_ms: Summary
    """Without the segments inside it."""


class ProvenanceCounts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many samples had each total from which source (keys are provenance words)."""

    pre: dict[str, int] = field(default_factory=dict)
    """Of ``pre_plugin_total_ms``."""
    post: dict[str, int] = field(default_factory=dict)
    """Of ``post_plugin_total_ms``."""
    prompt: dict[str, int] = field(default_factory=dict)
    """Of ``prompt_ready_ms``."""
    summary: str = "none"
    """``all_native``, ``all_observed``, ``mixed`` or ``none`` (over the prompt totals)."""


class Overhead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What observing cost, measured in pairs with and without; ``None`` with a reason when it was not measured."""

    method: str
    """What observed: ``native markers`` or ``looks at the call stack``."""
    pairs: int = 0
    """How many pairs there were."""
    first_prompt_ms: float | None = None
    """Median difference of the first prompt, in milliseconds."""
    first_prompt_share: float | None = None
    """That as a fraction of the first prompt."""
    in_latencies: bool = True
    """Whether the latencies include it; not where they are of sessions without observation."""
    reason: str | None = None
    """Why it was not measured."""


class Isolation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the sessions lived, so that nothing of the user's changed."""

    method: str
    """What the sessions had as HOME and ZDOTDIR."""
    linked: tuple[str, ...] = ()
    """Entries that were linked instead of copied, because they are large."""
    note: str | None = None
    """Where the isolation has its limits."""


class CounterSummary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A counter over the samples, or the reason why there is none."""

    median: float | None = None
    """The middle count."""
    values: tuple[int, ...] = ()
    """Every count, in the order in which the sessions ran."""
    reason: str | None = None
    """Why there is none."""


class Run(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The samples of one configuration under one plan."""

    schema: Literal["perf-multi.v2"] = "perf-multi.v2"
    run_id: str
    """Its name, which sorts by time; ``zf replay`` takes it."""
    timestamp: str
    """When it began: UTC, ISO 8601."""
    config: str
    """The measured configuration, as it was named."""
    framework: str
    """The framework that was recognised."""
    state: str
    """State of the caches: ``warm`` or ``cold``."""
    seed: int
    """What the order of the sessions was drawn from."""
    requested_samples: int
    """How many sessions were wanted."""
    samples: int
    """How many yielded a sample."""
    authentic_samples: int
    """How many of these are authentic."""
    auth_shortfall: int
    """``requested_samples`` - ``authentic_samples``, at least 0."""
    partial: bool
    """Whether samples, or too many post-plugin totals, are missing."""
    markers_native: bool
    """Whether the shell itself reported all three totals in every sample."""
    sample_flags: tuple[str, ...]
    """Every flag that a sample has."""
    stability: Stability
    """Whether the spread allows a conclusion."""
    latencies: dict[str, Summary]
    """By metric, in milliseconds, over all samples."""
    lifecycle: dict[str, Summary]
    """The three totals, in milliseconds, over authentic samples."""
    provenance: ProvenanceCounts
    """Where the totals came from."""
    capabilities: Capabilities
    """What worked in every session."""
    segments: tuple[SegmentSummary, ...]
    """Every segment, the most expensive first."""
    unattributed_ms: Summary
    """Part of ``start_ms`` that no segment accounts for."""
    counters: dict[str, CounterSummary]
    """Deterministic work, by name."""
    overhead: Overhead
    """What observing cost."""
    fingerprint: Fingerprint
    """The machine and the conditions."""
    isolation: Isolation
    """Where the sessions lived."""
    start_ms: Summary = Summary()
    """Time until the prompt stood and keys were read; segments' own times and the unattributed add up to it."""
    guidelines_checksum: str | None = None
    """SHA-256 of the configuration's policy, when it has one."""
    warmups: tuple[Sample, ...] = ()
    """Sessions before the counted ones; never in a statistic."""
    per_run: tuple[Sample, ...] = ()
    """The samples, in the order in which they were taken."""
    failures: tuple[Failure, ...] = ()
    """Attempts that yielded no sample, each with its reason."""
    notes: tuple[str, ...] = ()
    """What else must be known to read the numbers."""


class RunSet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several configurations, interleaved in one session."""

    schema: Literal["perf-set.v1"] = "perf-set.v1"
    seed: int
    """What the order of the sessions was drawn from."""
    order: tuple[str, ...]
    """The configurations, in the order of the runs."""
    runs: tuple[Run, ...]
    """One run for each configuration and state."""
