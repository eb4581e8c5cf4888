"""Segments of two recorded runs, held against each other (``perf-diff.v1``).

Format history:

* the predecessor's: no schema, colon strings, integer percent, every fall an improvement.
* ``perf-diff.v1``: a record for each segment, floors in both directions, drift beside it, a verdict with reasons.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.comparison import Mode, Verdict

Tier = Literal["none", "low", "warn", "fail", "unknown"]


class Source(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recorded run that numbers were taken from."""

    name: str
    """The baseline's name, or the file."""
    run_id: str
    """The run itself."""
    timestamp: str
    """When it began: UTC, ISO 8601."""
    config: str
    """The measured configuration, as it was named."""
    config_digest: str
    """SHA-256 of what was measured."""
    samples: int
    """How many authentic sessions are behind its numbers."""


class SegmentChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One segment or total in two runs; milliseconds, medians over authentic sessions."""

    name: str
    """The segment, or one of the three totals."""
    baseline_ms: float | None = None
    """Before; ``None`` when it was not there."""
    current_ms: float | None = None
    """Now; ``None`` when it is not there."""
    delta_ms: float | None = None
    """Now minus before."""
    pct: float | None = None
    """That as percent of before; ``None`` where before is nothing."""
    over: bool = False
    """Whether it is beyond what the settings allow."""


class Drift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Small rises, below what a regression is, by the guide's tiers."""

    tier: Tier
    """The highest tier that a rise reaches; ``unknown`` without comparable runs."""
    message: str
    """In the guide's words: how many, and the largest rise."""
    warn: int
    """Rises of at least drift.warn_pct and below the next tier."""
    fail: int
    """Rises of at least drift.fail_pct."""
    max_positive_regression_pct: float | None
    """The largest rise in percent; 0 without any, ``None`` when nothing can be compared."""
    segment: str | None = None
    """Whose rise it is."""


class PerfDiff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of each segment between two recorded runs."""

    schema: Literal["perf-diff.v1"] = "perf-diff.v1"
    verdict: Verdict
    """``unknown`` when one of both is not authentic, or they are not comparable."""
    mode: Mode
    """``gate`` with --fail, else ``observe``."""
    exit_code: int
    """What both come to."""
    reasons: tuple[str, ...]
    """Why, in words."""
    baseline: Source
    """What it is held against."""
    current: Source
    """What is judged."""
    differing: tuple[str, ...]
    """Conditions in which both runs differ, so that they cannot be compared."""
    markers_fell_back: bool
    """The shell itself stamped every total of the baseline, and does not any more."""
    threshold_abs_ms: float
    """The absolute floor of a regression and of an improvement."""
    threshold_pct: float
    """The relative one."""
    new_allow_ms: float
    """What a new segment may cost."""
    counts: dict[str, int]
    """How many there are of each kind of ``details``."""
    details: dict[str, tuple[SegmentChange, ...]]
    """``regressions``, ``new``, ``removed``, ``improvements``, ``unchanged``; the largest change first."""
    drift: Drift
    """Rises that are no regression."""
    notes: tuple[str, ...] = ()
    """What else must be known to read the numbers."""
