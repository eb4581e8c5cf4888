"""What a counted run does to the verdict and to the ladder; what accepting a level, or a comparison, does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from zshforge.judge.difference import conditions_apart
from zshforge.judge.ladder import after_run, after_trial, ladder_rules
from zshforge.judge.levels import best_levels, check_levels, level_rules, tightened, verdict_of_levels
from zshforge.judge.modes import EXIT_CODES
from zshforge.judge.spread import share_kept, variance_rules, weigh
from zshforge.judge.variance import begin
from zshforge.model.errors import NothingRecorded
from zshforge.model.ladder import Ladder, LadderFacts, LadderStep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zshforge.judge.held import Held
    from zshforge.judge.ladder import LadderRules
    from zshforge.judge.levels import LevelRules
    from zshforge.judge.spread import VarianceRules
    from zshforge.judge.variance import Counted
    from zshforge.model.comparison import Verdict
    from zshforge.model.ladder import LevelCheck, Trial
    from zshforge.model.run import Run
    from zshforge.model.settings import Settings
    from zshforge.model.variance import VarianceState

_POST = "post_plugin_total_ms"


class Rules(NamedTuple):
    """Every threshold of the variance state.

    Attributes:
        variance: Of spreads and decisions.
        levels: Of the rolling baseline and the creep guard.
        ladder: Of the rungs.
    """

    variance: VarianceRules
    levels: LevelRules
    ladder: LadderRules


class Around(NamedTuple):
    """What a run is held against, besides the runs before it.

    Attributes:
        baseline: The saved baseline; ``None`` without one.
        limits: Budgets in milliseconds by name, of the phase that holds.
        interim_ms: The interim target of the post-plugin total.
        required: Segments that a run must show.
    """

    baseline: Held | None
    limits: Mapping[str, float]
    interim_ms: float
    required: Sequence[str]


def standing_rules(settings: Settings) -> Rules:
    """The rules that hold."""
    return Rules(variance_rules(settings), level_rules(settings), ladder_rules(settings))


def stand(before: VarianceState, counted: Counted, held: Held, around: Around, rules: Rules) -> VarianceState:
    """Judge a run that was counted, and let the ladder take it as evidence.

    The verdict has the exit code of the mode that was in force when the run came.
    """
    state, ladder = counted.state, before.ladder
    moved = f"the conditions are others: {counted.note}" if len(state.runs) == 1 and before.runs else ""
    if moved:
        trials = tuple(replace(trial, counts=False) for trial in ladder.trials)
        ladder = replace(ladder, best_ms={}, level_since=None, tightened=0, greens=(), trials=trials)
    checks = check_levels(ladder, state.runs, rules.levels, rules.variance)
    latest = state.runs[-1]
    verdict, reasons = verdict_of_levels(checks, latest, rules.variance)
    runs = (*state.runs[:-1], replace(latest, verdict=verdict))
    green = verdict == "pass" and all(weigh(s, rules.variance) == "for" for s in latest.metrics.values())
    step, greens = tightened(ladder, latest.run_id, rules.levels, green=green)
    best = best_levels(ladder, runs, rules.levels, rules.variance)
    facts = _facts(replace(state, runs=runs), held, around, rules, moved)
    ladder = after_run(replace(ladder, tightened=step, greens=greens, best_ms=best), facts, rules.ladder)
    return _with(replace(state, runs=runs), ladder, before, checks, (verdict, reasons))


def begun_anew(known: VarianceState, run: Run, at: str, rules: Rules) -> VarianceState:
    """A state for the configuration of this run, in ``observe``; the steps so far stay, and this is one."""
    step = LadderStep(
        at=at,
        before=known.ladder.mode,
        after="observe",
        reason=f"begun anew by hand, for {run.config}",
        evidence=run.run_id,
    )
    return replace(begin(run, rules.variance), ladder=Ladder(steps=(*known.ladder.steps, step)))


def take_trial(state: VarianceState, trial: Trial, at: str, rules: Rules) -> VarianceState:
    """Let the ladder take a comparison as evidence."""
    ladder = after_trial(state.ladder, trial, at, rules.ladder)
    return replace(state, mode=ladder.mode, previous_mode=state.mode, ladder=ladder)


def lacking_trials(state: VarianceState, rules: Rules) -> int:
    """How many comparisons of a configuration with itself a gate still lacks; at least one is always worth a try."""
    found = sum(one.counts and (one.kind, one.outcome) == ("same", "quiet") for one in state.ladder.trials)
    return max(rules.ladder.same_trials - found, 1)


def accept_level(state: VarianceState, reason: str, at: str) -> VarianceState:
    """Take the level of the latest run as the one that later runs are held against; the allowance stays as tight.

    Raises:
        NothingRecorded: No run was counted yet.
    """
    if not state.runs:
        raise NothingRecorded("no run was counted yet, so there is no level to accept", hint="zf variance")
    run_id, mode = state.runs[-1].run_id, state.ladder.mode
    step = LadderStep(at=at, before=mode, after=mode, reason=f"level accepted: {reason}", evidence=run_id)
    ladder = replace(state.ladder, steps=(*state.ladder.steps, step), best_ms={}, level_since=run_id, greens=())
    return replace(state, ladder=ladder)


def _with(
    state: VarianceState,
    ladder: Ladder,
    before: VarianceState,
    checks: tuple[LevelCheck, ...],
    judged: tuple[Verdict, tuple[str, ...]],
) -> VarianceState:
    verdict, reasons = judged
    return replace(
        state,
        verdict=verdict,
        reasons=reasons,
        mode=ladder.mode,
        previous_mode=before.ladder.mode,
        exit_code=EXIT_CODES[before.ladder.mode][verdict],
        checks=checks,
        ladder=ladder,
    )


def _facts(state: VarianceState, held: Held, around: Around, rules: Rules, moved: str) -> LadderFacts:
    latest = state.runs[-1]
    costs = {name: cost.ms for name, cost in held.segments.items()} | held.totals
    return LadderFacts(
        at=latest.timestamp,
        evidence=latest.run_id,
        verdict=latest.verdict or "unknown",
        decision=state.decision,
        unsteady=moved or _unsteady(state, rules.variance),
        baseline_lack=_baseline_lack(state, held, around.baseline),
        uncovered=tuple(name for name in around.required if name not in held.segments),
        hit_interim=_hit_interim(state, around.interim_ms),
        over_budget=tuple(name for name, limit in around.limits.items() if costs.get(name, 0.0) > limit),
    )


def _unsteady(state: VarianceState, rules: VarianceRules) -> str:
    """Low spread is lost at once by a run that must be held, else when two thirds of the last runs are not stable."""
    for name, made in state.decisions.items():
        if made.decision == "hold":
            return f"{name}: {made.reason}"
        weights = [weigh(run.metrics[name], rules) for run in state.runs if name in run.metrics]
        if not share_kept(weights, rules):
            return f"{name}: fewer than two thirds of the last runs were stable"
    return ""


def _baseline_lack(state: VarianceState, held: Held, baseline: Held | None) -> str:
    if baseline is None:
        return "there is no baseline (zf baseline save)"
    odd = conditions_apart(baseline.fingerprint, held.fingerprint)
    if baseline.doubts or odd:
        return baseline.doubts[0] if baseline.doubts else f"the baseline differs in {', '.join(odd)}"
    since = next((step.at for step in reversed(state.ladder.steps) if step.after == "warn"), "")
    fresh = baseline.source.timestamp >= since
    return "" if fresh else "the baseline is older than the step to warn (zf baseline save)"


def _hit_interim(state: VarianceState, interim_ms: float) -> bool:
    """Whether the post-plugin total was above its interim target in a run, and is not any more."""
    medians = [ms for run in state.runs if _POST in run.metrics and (ms := run.metrics[_POST].median_ms) is not None]
    return bool(medians) and medians[-1] <= interim_ms < max(medians)
