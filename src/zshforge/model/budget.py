"""The costs of a recorded run, held against their budgets (``perf-budget.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.comparison import Mode, Verdict
from zshforge.model.difference import Source

Phase = Literal["interim", "final"]
LineStatus = Literal["ok", "over", "missing", "allowed_missing"]


class BudgetLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One segment or total, and what it may cost."""

    name: str
    """The segment, or one of the three totals."""
    actual_ms: float | None
    """Median over authentic sessions; ``None`` when nobody saw it."""
    limit_ms: float
    """What it may cost."""
    set_by: str
    """Who set the limit: ``default``, a file, ``environment NAME``."""
    status: LineStatus
    """``missing`` is no pass; ``allowed_missing`` was spared by name."""


class Ratchet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much above its baseline the pre-plugin phase may lie; tightened on evidence, never loosened."""

    baseline_run: str
    """The run of the baseline; a fresh baseline begins anew."""
    baseline_ms: float
    """Its median pre-plugin total."""
    step: int
    """0, 1 or 2: how often it was tightened."""
    allowed_pct: float
    """What holds for this run, in percent of the baseline."""
    limit_ms: float
    """The same in milliseconds."""
    actual_ms: float | None
    """What this run cost."""
    status: Literal["ok", "over", "unknown"]
    """``unknown`` when nobody saw it, or the machine is another."""
    judged_run: str
    """The run that was judged last; it counts once."""
    greens: tuple[str, ...]
    """Runs in a row that were green and stable, since the last tightening."""
    reason: str
    """Why it stands where it stands, and what is missing for the next step."""


class Budget(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether a recorded run keeps its budgets."""

    schema: Literal["perf-budget.v1"] = "perf-budget.v1"
    verdict: Verdict
    """``fail`` when something is over, ``unknown`` when something is missing or the run is not authentic."""
    mode: Mode
    """``budget`` when enforced, else ``observe``."""
    exit_code: int
    """What both come to."""
    reasons: tuple[str, ...]
    """Why, in words."""
    phase: Phase
    """Which column of the guide's table holds."""
    enforce: bool
    """Whether it is more than a dry run."""
    source: Source
    """The run that is judged."""
    violations: int
    """How many are over."""
    missing_required: int
    """How many nobody saw and nobody spared."""
    lines: tuple[BudgetLine, ...]
    """Each budget, in the guide's order."""
    ratchet: Ratchet | None = None
    """The pre-plugin phase against its own baseline; ``None`` without one."""
