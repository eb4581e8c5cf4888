"""Which mode is earned, by what, and every step on the way; part of ``variance-state.v2``."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.comparison import Mode, Verdict

#: The guide's words (section 1.3).
Decision = Literal["pending", "hold", "observe", "candidate", "enable_warn", "enable_fail"]

TrialKind = Literal["same", "injected", "change"]
TrialOutcome = Literal[
    "quiet",  # the same against itself, and no alarm
    "false_alarm",  # the same against itself, and an alarm
    "detected",  # a known slowdown, confirmed
    "missed",  # a known slowdown that was not
    "clean",  # a change that made nothing slower
    "cleared_alarm",  # an alarm that the fresh run cleared
    "regressed",  # a change that did
    "inconclusive",
]
LevelStatus = Literal["ok", "over", "improved", "unknown"]


class Trial(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One recorded comparison that was taken as evidence."""

    identity: str
    """SHA-256 of what was measured: the same comparison counts once."""
    kind: TrialKind
    """The same configuration on both sides, a known slowdown on the second, or any change."""
    outcome: TrialOutcome
    """What the comparison made of it, judged again from its values."""
    before: str
    """The first configuration."""
    after: str
    """The second one."""
    reason: str
    """Why, in words."""
    injected_ms: float | None = None
    """The known slowdown."""
    counts: bool = True
    """Whether it still speaks for a step up; an alarm that was none takes that away."""


class LadderStep(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One change of the mode, or of the level that is held against."""

    at: str
    """The time of the run that led to it, or of the command: UTC, ISO 8601."""
    before: Mode
    """The mode until then."""
    after: Mode
    """The mode since."""
    reason: str
    """Why."""
    evidence: str
    """The run or the comparison."""


class LevelCheck(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One metric of the latest run against the rolling baseline and the best sustained level; milliseconds."""

    metric: str
    """Which one."""
    current_ms: float | None
    """Median of the run."""
    rolling_ms: float | None
    """Median of the medians of the runs before it that passed; ``None`` while there are too few."""
    delta_pct: float | None
    """Now as percent above that."""
    allowed_pct: float
    """How much is allowed: +10, then +7, then +5, tightened on evidence and never loosened."""
    status: LevelStatus
    """``improved`` is beyond the same share downwards, at the tightest step's width."""
    best_ms: float | None
    """The lowest level that stable runs in a row kept."""
    creep_pct: float | None
    """Now as percent above that."""
    creep: LevelStatus
    """Whether small rises have added up to more than drift.fail_pct."""
    reason: str
    """Why, in words."""


class LadderFacts(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run says, as far as the ladder asks."""

    at: str
    """When it began."""
    evidence: str
    """Its name."""
    verdict: Verdict
    """What its levels come to."""
    decision: Decision
    """What the spreads allow."""
    unsteady: str
    """Why low spread can no longer be claimed; empty when it can."""
    baseline_lack: str
    """Why the baseline does not count as refreshed; empty when it does."""
    uncovered: tuple[str, ...]
    """Required segments that nobody saw."""
    hit_interim: bool
    """Whether the post-plugin total came below its interim target."""
    over_budget: tuple[str, ...]
    """Totals and segments beyond the budget that holds."""


class Ladder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The mode that is earned, what for, and what the next one needs."""

    mode: Mode = "observe"
    """What verdicts do to exit codes."""
    next_mode: Mode | None = "warn"
    """The next rung; ``None`` on the last one."""
    missing: tuple[str, ...] = ()
    """What that needs."""
    steps: tuple[LadderStep, ...] = ()
    """Every step, oldest first; none is ever removed."""
    trials: tuple[Trial, ...] = ()
    """Comparisons that were taken as evidence, oldest first."""
    cycles: tuple[str, ...] = ()
    """Runs and comparisons in a row that passed since the last step, from ``gate`` on."""
    tightened: int = 0
    """0, 1 or 2: how often the allowance was tightened."""
    greens: tuple[str, ...] = ()
    """Runs in a row that were stable and within the allowance, since the last tightening."""
    best_ms: dict[str, float] = {}
    """The best sustained level of each metric."""
    level_since: str | None = None
    """The run from which on levels count; an accepted rise moves it."""
    facts: LadderFacts | None = None
    """What the latest run said."""
