"""What each module of a start costs (``module-ledger.v2``), and two such ledgers side by side (``ledger-diff.v1``).

Format history:

* ``module-ledger.v1`` (the predecessor): integer milliseconds, a total that summed totals which overlap.
* ``module-ledger.v2``: own costs that add up to the start, totals apart, spread, trend, the run's conditions.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from zshforge.model.comparison import Mode, Verdict
from zshforge.model.difference import SegmentChange, Source
from zshforge.model.run import Fingerprint

CostClass = Literal["light", "moderate", "heavy"]
Direction = Literal["rising", "falling", "level", "unknown"]


class LedgerRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One module, file or function; milliseconds, medians over the authentic sessions that showed it."""

    name: str
    """The segment."""
    ms: float
    """With everything inside it; overlaps others and is never summed."""
    own_ms: float
    """Without the segments inside it; no moment is in two own costs of a session."""
    pct_total: float | None
    """The own cost as percent of the start."""
    cost_class: CostClass = field(name="class")
    """By the thresholds of the own cost or of its share."""
    sessions: int
    """How many authentic sessions showed it."""
    limit_ms: float | None = None
    """What it may cost with everything inside it; ``None`` when nobody set that."""
    budget: Literal["ok", "over"] | None = None
    """Whether it does."""


class LedgerThresholds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a class."""

    heavy_ms: float
    """Heavy from this own cost on …"""
    moderate_ms: float
    """Moderate from this own cost on …"""
    heavy_pct: float
    """… or from this share of the start on."""
    moderate_pct: float
    """… or from this share of the start on."""
    min_ms: float
    """A cheaper one is light, whatever its share."""


class LedgerBudget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One budget of the ledger."""

    limit_ms: float
    """What it may cost."""
    actual_ms: float | None
    """What it cost; ``None`` when nobody saw it."""
    status: Literal["ok", "over", "missing"]
    """``missing`` is told, and judged by ``zf budget``."""


class BudgetEval(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The budgets, and how many are over."""

    checked: int
    """How many have a cost to hold against them."""
    over_count: int
    """How many of these are over."""
    budgets: dict[str, LedgerBudget]
    """By segment or total."""


class TrendPoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One snapshot of the trend."""

    run_id: str
    """The run."""
    timestamp: str
    """When it began."""
    over_count: int
    """How many budgets it exceeded."""


class Trend(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the number of exceeded budgets goes, over comparable snapshots; each run once."""

    direction: Direction
    """Now against the snapshot before; ``unknown`` without one."""
    zero_in_a_row: int
    """Snapshots in a row, up to now, with none over."""
    points: tuple[TrendPoint, ...]
    """The snapshots, oldest first, this run last."""


class Ledger(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each module of a start costs."""

    schema: Literal["module-ledger.v2"] = "module-ledger.v2"
    verdict: Verdict
    """``fail`` when a budget is exceeded, ``unknown`` when the run is not authentic."""
    mode: Mode
    """``budget`` with --fail-on-over, else ``observe``."""
    exit_code: int
    """What both come to."""
    reasons: tuple[str, ...]
    """Why, in words."""
    source: Source
    """The run."""
    fingerprint: Fingerprint
    """The machine and the conditions."""
    total_ms: float | None
    """From the exec until the prompt stands and the start is over; ``None`` when nobody saw it."""
    attributed_ms: float | None
    """What all own costs of a session come to."""
    unattributed_ms: float | None
    """What no segment accounts for."""
    totals: dict[str, float]
    """The guide's totals; they overlap each other and the segments, so they stand apart and are never summed."""
    segments: tuple[LedgerRow, ...]
    """Every segment, the dearest first."""
    thresholds: LedgerThresholds
    """What made the classes."""
    budget_eval: BudgetEval
    """The budgets."""
    over_trend: Trend
    """How the number of exceeded ones goes."""
    max_positive_regression_pct: float | None
    """The largest rise of a segment or total in percent; 0 without any, ``None`` when nothing can be compared."""
    regression_segment: str | None
    """Whose rise that is."""
    regression_against: str | None
    """What it is held against."""
    regression_reason: str | None
    """Why there is none."""
    recommendation: str
    """What to look at next."""
    notes: tuple[str, ...] = ()
    """What else must be known to read the numbers."""


class ClassMove(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A module whose class is another one now; ``None`` where it is not there."""

    name: str
    """The module."""
    before: CostClass | None
    """Its class then."""
    after: CostClass | None
    """Its class now."""


class LedgerDiff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two snapshots of the ledger, module by module."""

    schema: Literal["ledger-diff.v1"] = "ledger-diff.v1"
    verdict: Verdict
    """``unknown`` when the snapshots are of different machines, conditions or configurations."""
    reasons: tuple[str, ...]
    """Why, in words."""
    before: Source
    """The run of the earlier one."""
    after: Source
    """The run of the later one."""
    differing: tuple[str, ...]
    """Conditions in which both differ."""
    total_before_ms: float | None
    """The whole start then."""
    total_after_ms: float | None
    """The whole start now."""
    counts: dict[str, int]
    """How many there are of each kind of ``details``."""
    details: dict[str, tuple[SegmentChange, ...]]
    """``regressions``, ``new``, ``removed``, ``improvements``, ``unchanged``; the largest change first."""
    max_positive_regression_pct: float | None
    """The largest rise in percent; ``None`` when nothing can be compared."""
    classes: tuple[ClassMove, ...]
    """Modules that moved to another class."""
    over_before: int
    """How many budgets were exceeded then."""
    over_after: int
    """How many are now."""
    newly_over: tuple[str, ...]
    """Over now, and not then."""
    no_longer_over: tuple[str, ...]
    """Over then, and not now."""


class Snapshot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ledger of the history, in short."""

    run_id: str
    """Its run."""
    timestamp: str
    """When that began."""
    config: str
    """What was measured."""
    total_ms: float | None
    """The whole start."""
    heaviest: str | None
    """The dearest module."""
    over_count: int
    """How many budgets were exceeded."""


class LedgerHistory(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The snapshots of a workspace (``ledger-history.v1``)."""

    schema: Literal["ledger-history.v1"] = "ledger-history.v1"
    snapshots: tuple[Snapshot, ...]
    """Oldest first."""
    notes: tuple[str, ...] = ()
    """Files that cannot be read, and why."""
