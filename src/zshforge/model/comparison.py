"""Two configurations, measured in interleaved pairs, and what follows (``comparison.v1``).

The record holds the values and the rules that it was judged by, so that the same verdict follows from it again.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from zshforge.model.run import Fingerprint

Verdict = Literal["pass", "warn", "fail", "inconclusive", "unknown"]
Mode = Literal["observe", "warn", "gate", "budget", "adaptive"]
Change = Literal["slower", "faster", "same", "unclear"]


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every threshold of a comparison, as the settings had it."""

    looks: tuple[int, ...]
    """After how many pairs the data are looked at; declared before the first one."""
    alpha: float
    """How likely the first run may raise a false alarm, over all looks and all metrics that gate."""
    pairs_share: float
    """How much of that the test of the pairs' ranks gets, beside the one of the fast side."""
    budget_s: float
    """How long it may measure, in seconds; half of that is left for a fresh run, however late an alarm comes."""
    effect: float
    """The relative change that matters, as a fraction."""
    start_ms: float
    """The absolute change that matters at the start, in milliseconds."""
    lag_ms: float
    """The absolute change that matters while typing, in milliseconds."""
    floor_share: float
    """How much of both an estimate must reach."""
    confidence: float
    """How sure each bound is, over all looks."""
    power: float
    """How sure the minimum detectable effect would be found."""
    resamples: int
    """How many resamples make the bounds of a median."""
    min_pairs: int
    """Fewer pairs conclude nothing."""
    missing_share_max: float
    """From this share of pairs without a value on, the others conclude nothing."""
    gate_metrics: tuple[str, ...]
    """The metrics that may fail a comparison; all others are shown."""
    confirm: bool
    """Whether a fresh run must agree before anything fails."""
    confirm_share: float
    """How much of the first lower bound the second effect must reach."""
    counter_samples: int
    """Fewer counts on a side conclude nothing."""
    instructions_warn: float
    """More instructions than this are told, as a fraction."""
    instructions_fail: float
    """More than this fail where the time cannot tell."""
    processes_warn: int
    """More forks or execs than this many are told."""
    processes_fail: int
    """As many more of them fail where the time cannot tell."""
    capability_share: float
    """A capability that fewer sessions have than this share is lost."""


class Values(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the authentic sessions of one configuration showed; a round without such a session has ``None``."""

    metrics: dict[str, tuple[float | None, ...]]
    """Milliseconds by metric, one for each round."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why values are missing, by metric or counter."""
    counters: dict[str, tuple[int | None, ...]] = field(default_factory=dict)
    """Counts by counter, one for each round."""
    capabilities: dict[str, tuple[bool | None, ...]] = field(default_factory=dict)
    """What worked, one for each round."""
    segments: dict[str, tuple[float | None, ...]] = field(default_factory=dict)
    """Milliseconds of each segment without those inside it, one for each round."""


class Series(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One configuration over the rounds of one run."""

    config: str
    """The configuration, as it was named."""
    framework: str
    """The framework that was recognised."""
    observer: str
    """What observed its phases."""
    run_id: str
    """The run that it comes from."""
    fingerprint: Fingerprint
    """The machine and the conditions."""
    values: Values
    """What its sessions showed."""
    failures: tuple[str, ...] = ()
    """Attempts that yielded no sample, each with its reason."""


class Stage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run of interleaved pairs."""

    purpose: Literal["first", "confirmation"]
    """Whether it asks, or confirms."""
    seed: int
    """What the order inside each pair was drawn from."""
    rounds: int
    """How many pairs were measured."""
    before: Series
    """The first configuration."""
    after: Series
    """The second one."""


class MetricVerdict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric at the last look of the first run."""

    effect: float | None
    """How much slower, by the fast side of the sessions: 0.05 is five percent."""
    lower: float | None
    """One-sided lower bound of the effect."""
    upper: float | None
    """One-sided upper bound of the effect."""
    p: float | None
    """How likely chance looks this much slower: sign-flip and signed-rank test, adjusted for all metrics that gate."""
    mde: float | None
    """The smallest effect that these pairs would have shown; ``None`` when they could show none."""
    verdict: Verdict
    """What the metric says."""
    change: Change
    """In which direction it moved, whether that matters or not."""
    gates: bool
    """Whether it may fail the comparison."""
    pairs: int
    """Pairs that have a value on both sides."""
    difference_ms: float | None = None
    """The effect in milliseconds."""
    upper_ms: float | None = None
    """One-sided upper bound of that."""
    before_ms: float | None = None
    """Median of the first configuration."""
    after_ms: float | None = None
    """Median of the second one."""
    fast_share: float | None = None
    """Which share of the sessions, the fastest, the effect rests on; chosen without looking at the labels."""
    median_effect: float | None = None
    """exp(median of the pairs' log ratios) - 1."""
    median_lower: float | None = None
    """One-sided lower bound of that, by the bootstrap."""
    median_upper: float | None = None
    """One-sided upper bound of that."""
    reason: str | None = None
    """Why the verdict is what it is."""


class CounterVerdict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One counter of deterministic work."""

    verdict: Verdict
    """What the counter says; ``unknown`` when nothing was counted."""
    before: float | None = None
    """Median of the first configuration."""
    after: float | None = None
    """Median of the second one."""
    p: float | None = None
    """How likely chance looks this much like more: the rank-sum test."""
    reason: str | None = None
    """Why the verdict is what it is."""


class Look(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One look at the data, as it was declared."""

    purpose: Literal["first", "confirmation"]
    """In which run."""
    pairs: int
    """After how many pairs."""
    alpha: float
    """The chance of a false alarm that it was given."""
    verdict: Verdict
    """What it said."""


class Culprit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A segment that grew."""

    name: str
    """The segment."""
    difference_ms: float
    """Median of the pairs' differences of its own time."""
    p: float
    """The signed-rank test, adjusted for all segments (Holm)."""


class Comparison(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the second configuration is slower than the first, and what shows it."""

    schema: Literal["comparison.v1"] = "comparison.v1"
    before: str
    """The configuration that is held against."""
    after: str
    """The configuration that is judged."""
    verdict: Verdict
    """What follows."""
    mode: Mode
    """Maps the verdict to the exit code."""
    exit_code: int
    """That code, before ``--exit-zero``."""
    reasons: tuple[str, ...]
    """Why, in words."""
    evidence: tuple[str, ...]
    """What carried the verdict: metrics, counters, ``capabilities``, ``sessions``."""
    metrics: dict[str, MetricVerdict]
    """By name; the first ones gate."""
    counters: dict[str, CounterVerdict]
    """By name."""
    capabilities_lost: tuple[str, ...]
    """What worked before and does not any more."""
    capabilities_gained: tuple[str, ...]
    """What works now and did not before."""
    culprits: tuple[Culprit, ...]
    """Segments that grew, the most first."""
    looks: tuple[Look, ...]
    """Every look that was taken."""
    seed: int
    """What the orders and the bounds are drawn from."""
    rules: Rules
    """What it was judged by."""
    stages: tuple[Stage, ...]
    """What it was judged on: the first run, and the one that confirms it if there was need."""
    notes: tuple[str, ...] = ()
    """What else must be known to read the numbers."""
