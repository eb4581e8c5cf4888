"""The ladder observe, warn, gate, budget, adaptive: earned and lost by evidence, every step with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from msgspec.structs import replace

from zshforge.model.comparison import Mode
from zshforge.model.ladder import LadderStep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.comparison import Verdict
    from zshforge.model.ladder import Ladder, LadderFacts, Trial, TrialKind, TrialOutcome
    from zshforge.model.settings import Settings

RUNGS: tuple[Mode, ...] = get_args(Mode)

#: Outcomes that take a rung away, and why.
_AGAINST: dict[TrialOutcome, str] = {
    "false_alarm": "a configuration against itself raised an alarm",
    "cleared_alarm": "an alarm was cleared by a fresh run",
    "missed": "a known slowdown was not detected",
}


class LadderRules(NamedTuple):
    """What the settings say.

    Attributes:
        same_trials: Quiet comparisons of a configuration with itself that a gate needs.
        injected_trials: Detected slowdowns that it needs.
        cycles: Passes in a row that the rungs above it need.
        adaptive: Whether the last rung may be reached at all.
        detected_share: How much of a known slowdown an alarm must see, to have seen it.
    """

    same_trials: int
    injected_trials: int
    cycles: int
    adaptive: bool
    detected_share: float


def ladder_rules(settings: Settings) -> LadderRules:
    """The rules that hold."""
    return LadderRules(
        same_trials=settings.integer("ladder.same_trials"),
        injected_trials=settings.integer("ladder.injected_trials"),
        cycles=settings.integer("ladder.cycles"),
        adaptive=settings.flag("ladder.adaptive"),
        detected_share=settings.number("ladder.detected_share"),
    )


def after_run(ladder: Ladder, facts: LadderFacts, rules: LadderRules) -> Ladder:
    """The ladder after a run: at most one rung up, or down to ``observe`` when low spread is lost."""
    if facts.unsteady and ladder.mode != "observe":
        return _told(_step(ladder, "observe", facts.at, facts.unsteady, facts.evidence), facts, rules)
    ladder = replace(ladder, cycles=_cycles(ladder, facts.evidence, facts.verdict))
    return _told(_climbed(ladder, facts, rules), facts, rules)


def after_trial(ladder: Ladder, trial: Trial, at: str, rules: LadderRules) -> Ladder:
    """The ladder after a comparison: one rung down when it is evidence against the gate; a step up waits for a run.

    Args:
        ladder: Where it stands.
        trial: The comparison; one that was taken before changes nothing.
        at: When it is taken: UTC, ISO 8601.
        rules: What the rungs need.
    """
    if any(trial.identity == known.identity for known in ladder.trials):
        return ladder
    made = _lost(ladder, trial, at) if trial.outcome in _AGAINST else _taken(ladder, trial)
    return made if made.facts is None else _told(made, made.facts, rules)


def _lost(ladder: Ladder, trial: Trial, at: str) -> Ladder:
    """What was tried before speaks for nothing any more."""
    kept = tuple(replace(one, counts=False) for one in ladder.trials)
    ladder = replace(ladder, trials=(*kept, replace(trial, counts=False)), cycles=())
    if ladder.mode == "observe":
        return ladder
    lower = RUNGS[RUNGS.index(ladder.mode) - 1]
    return _step(ladder, lower, at, f"{_AGAINST[trial.outcome]}: {trial.reason}", trial.identity)


def _taken(ladder: Ladder, trial: Trial) -> Ladder:
    verdicts: dict[TrialOutcome, Verdict] = {"clean": "pass", "regressed": "fail"}
    cycles = _cycles(ladder, trial.identity, verdicts.get(trial.outcome, "inconclusive"))
    return replace(ladder, trials=(*ladder.trials, trial), cycles=cycles)


def lacks(rung: Mode, ladder: Ladder, facts: LadderFacts, rules: LadderRules) -> tuple[str, ...]:
    """What a rung still needs; empty when it is earned."""
    if rung == "warn":
        earned = facts.decision in ("enable_warn", "enable_fail")
        return () if earned else (f"the spreads say {facts.decision}, enable_warn is needed",)
    if rung == "gate":
        return tuple(_gate_lacks(ladder, facts, rules))
    lack = f"{len(ladder.cycles)} of {rules.cycles} passes in a row"
    if rung == "budget":
        return () if facts.hit_interim or len(ladder.cycles) >= rules.cycles else (lack,)
    told = [] if rules.adaptive else ["ladder.adaptive is false"]
    told += [] if len(ladder.cycles) >= rules.cycles else [lack]
    return (*told, *(f"{name} is over its budget" for name in facts.over_budget))


def _gate_lacks(ladder: Ladder, facts: LadderFacts, rules: LadderRules) -> Sequence[str]:
    told = []
    if facts.decision != "enable_fail":
        told.append(f"the spreads say {facts.decision}, enable_fail is needed")
    if facts.baseline_lack:
        told.append(facts.baseline_lack)
    told += [f"the segment {name} was not seen" for name in facts.uncovered]
    told += _trial_lack(ladder, "same", "quiet", rules.same_trials, "comparisons of a configuration with itself")
    told += _trial_lack(ladder, "injected", "detected", rules.injected_trials, "known slowdowns that were detected")
    return told


def _trial_lack(ladder: Ladder, kind: TrialKind, outcome: TrialOutcome, wanted: int, what: str) -> list[str]:
    found = sum(one.counts and (one.kind, one.outcome) == (kind, outcome) for one in ladder.trials)
    return [f"{found} of {wanted} {what} (zf variance try)"] if found < wanted else []


def _cycles(ladder: Ladder, evidence: str, verdict: Verdict) -> tuple[str, ...]:
    """Passes in a row; only a gate can be passed, and what cannot be told neither extends nor ends the row."""
    if verdict == "fail":
        return ()
    if verdict != "pass" or RUNGS.index(ladder.mode) < RUNGS.index("gate") or evidence in ladder.cycles:
        return ladder.cycles
    return (*ladder.cycles, evidence)


def _climbed(ladder: Ladder, facts: LadderFacts, rules: LadderRules) -> Ladder:
    following = _above(ladder.mode)
    if following is None or facts.unsteady or facts.verdict == "fail" or lacks(following, ladder, facts, rules):
        return ladder
    return _step(ladder, following, facts.at, _earned(following, ladder, facts, rules), facts.evidence)


def _earned(rung: Mode, ladder: Ladder, facts: LadderFacts, rules: LadderRules) -> str:
    if rung == "warn":
        return f"the spreads say {facts.decision}"
    if rung == "gate":
        return (
            f"the spreads say {facts.decision}, the baseline is fresh, every required segment was seen, no alarm in "
            f"{rules.same_trials} comparisons with itself, {rules.injected_trials} known slowdown detected"
        )
    if rung == "budget" and len(ladder.cycles) < rules.cycles:
        return "the post-plugin total came below its interim target"
    return f"{len(ladder.cycles)} passes in a row"


def _step(ladder: Ladder, to: Mode, at: str, reason: str, evidence: str) -> Ladder:
    step = LadderStep(at=at, before=ladder.mode, after=to, reason=reason, evidence=evidence)
    return replace(ladder, mode=to, next_mode=_above(to), steps=(*ladder.steps, step), cycles=())


def _told(ladder: Ladder, facts: LadderFacts, rules: LadderRules) -> Ladder:
    following = _above(ladder.mode)
    missing = lacks(following, ladder, facts, rules) if following is not None else ()
    return replace(ladder, next_mode=following, missing=missing, facts=facts)


def _above(mode: Mode) -> Mode | None:
    place = RUNGS.index(mode) + 1
    return RUNGS[place] if place < len(RUNGS) else None
