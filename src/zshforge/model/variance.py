"""How much the totals of recorded runs spread, run after run, and what may be decided from it (``variance-state.v2``).

Format history:

* ``variance-state.v1`` (the predecessor): a streak that no run was named for, statistics that were null.
* ``variance-state.v2``: each run once, by its identity; decisions with reasons, the next step and what it lacks.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from zshforge.model.comparison import Mode, Verdict
from zshforge.model.ladder import Decision, Ladder, LevelCheck
from zshforge.model.run import Fingerprint

#: What may be done about a segment that swings.
AdviceCode = Literal["defer", "lazy_load"]


class Spread(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric in one run, over its authentic sessions; ``None`` where nothing follows from them."""

    n: int
    """How many values there are."""
    mean_ms: float | None = None
    """Arithmetic mean."""
    stddev_ms: float | None = None
    """Population standard deviation, as in the guide's log."""
    rsd: float | None = None
    """``stddev_ms`` / ``mean_ms``, as a fraction."""
    median_ms: float | None = None
    """The middle value."""
    mad_ms: float | None = None
    """Median of the absolute deviations from the median, unscaled."""
    outliers: tuple[int, ...] = ()
    """Positions of values that stand out, from 0; they are in every number."""
    outlier_values: tuple[float, ...] = ()
    """Their values, in the same order."""
    provenance: dict[str, int] = field(default_factory=dict)
    """How many of the values came from which source."""
    doubtful: bool = False
    """Whether the run is no evidence at all."""
    reason: str | None = None
    """Why numbers are missing."""


class VarianceRun(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One run that was counted."""

    run_id: str
    """Its name."""
    identity: str
    """SHA-256 of its stamps: the same run under another name is the same run."""
    timestamp: str
    """When it began: UTC, ISO 8601."""
    config_digest: str
    """What was measured."""
    metrics: dict[str, Spread]
    """The spread of each metric."""
    decisions: dict[str, Decision]
    """What was decided when it was the latest."""
    verdict: Verdict | None = None
    """What its levels came to."""


class MetricDecision(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the runs so far allow for one metric."""

    decision: Decision
    """The guide's word."""
    streak: int
    """Stable runs in a row, up to the latest."""
    reason: str
    """Why."""
    missing: str | None = None
    """What the next step still needs; ``None`` at the last one."""


class Rsd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mean and spread of the latest run, with the guide's field names."""

    mean: float | None
    """Milliseconds."""
    stddev: float | None
    """Milliseconds, population."""
    rsd: float | None
    """A fraction."""


class VarianceThresholds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the decisions were made by."""

    rsd_warn_max: float
    """A run is stable up to this spread."""
    hold_rsd: float
    """From this one on it is held."""
    min_samples: int
    """Fewer samples speak for nothing."""
    streak_required: int
    """Stable runs in a row that enable warnings."""
    streak_fail: int
    """Those that enable failures."""
    window: int
    """How many runs the two thirds are taken of."""
    window_share: float
    """That share."""


class SegmentSpread(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One segment of the latest run: its own cost over the authentic sessions, in milliseconds, and what to do."""

    name: str
    """The segment."""
    samples: int
    """How many sessions showed it."""
    mean_ms: float
    """Arithmetic mean."""
    stddev_ms: float
    """Population standard deviation."""
    rsd: float | None
    """Both as a fraction; ``None`` when the mean is 0."""
    median_ms: float
    """The middle value."""
    mad_ms: float
    """Median of the absolute deviations from it."""
    advice: AdviceCode | None = None
    """What the guide proposes for it; ``None`` when it is steady or cheap."""
    message: str | None = None
    """Why, and how."""


class VarianceState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the runs of one configuration on one machine allow."""

    schema: Literal["variance-state.v2"] = "variance-state.v2"
    verdict: Verdict = "unknown"
    """What the levels of the latest run come to; ``unknown`` while there are too few runs."""
    mode: Mode = "observe"
    """What is earned."""
    previous_mode: Mode = "observe"
    """What was in force when the latest evidence came."""
    exit_code: int = 0
    """What the verdict and the mode in force come to."""
    reasons: tuple[str, ...] = ()
    """Why, in words."""
    config: str
    """The measured configuration, as it was named."""
    fingerprint: Fingerprint
    """The machine and the conditions of the latest run."""
    decision: Decision
    """The most cautious one of all metrics."""
    decisions: dict[str, MetricDecision]
    """By metric."""
    stable_run_count: int
    """Runs in a row in which every metric was stable."""
    next_step: Decision | None
    """What comes next; ``None`` when there is nothing more to earn."""
    missing: tuple[str, ...]
    """What that still needs, a sentence for each metric that lacks something."""
    rsd: dict[str, Rsd]
    """``pre``, ``post``, ``prompt``: the latest run, with the guide's names."""
    thresholds: VarianceThresholds
    """What the decisions were made by."""
    requested_samples: int
    """Sessions that the latest run asked for."""
    authentic_samples: int
    """How many of them are authentic."""
    auth_shortfall: int
    """How many are missing."""
    partial: bool
    """Whether that makes it partial."""
    markers_native: bool
    """Whether the shell itself stamped every total."""
    segments_variance: tuple[SegmentSpread, ...]
    """Segments of the latest run, the one that swings by most milliseconds first."""
    checks: tuple[LevelCheck, ...] = ()
    """The latest run against the levels before it."""
    ladder: Ladder = Ladder()
    """The mode, what it was earned by, and what the next one needs."""
    runs: tuple[VarianceRun, ...]
    """The runs that were counted, oldest first, each once."""
    notes: tuple[str, ...] = ()
    """What else must be known to read it."""
