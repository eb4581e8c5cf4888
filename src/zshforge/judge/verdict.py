"""From recorded pairs to the comparison's record: pure, so that the same record gives the same verdict again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from zshforge.judge.culprits import culprits
from zshforge.judge.look import Findings, look, looks, schedule
from zshforge.judge.metric_verdict import Question
from zshforge.judge.modes import EXIT_CODES
from zshforge.judge.rules import margin_ms
from zshforge.model.comparison import Comparison, Look
from zshforge.stats.bootstrap import median_bounds
from zshforge.stats.paired import log_ratios

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.comparison import MetricVerdict, Mode, Rules, Stage, Verdict


class _Outcome(NamedTuple):
    verdict: Verdict
    evidence: tuple[str, ...]
    reasons: tuple[str, ...]
    looks: tuple[Look, ...] = ()


def compare_stages(stages: Sequence[Stage], rules: Rules, *, mode: Mode, seed: int) -> Comparison:
    """Judge what was measured.

    Args:
        stages: The first run, and the one that confirms it when there was need for it.
        rules: What it is judged by.
        mode: What the verdict does to the exit code.
        seed: What the bounds are drawn from.
    """
    first = stages[0]
    taken = list(looks(first.before.values, first.after.values, first.rounds, question_of(rules, seed)))
    found = taken[-1]
    outcome = _outcome(found, stages, rules, seed)
    moved = any(metric.change == "slower" for metric in found.metrics.values())
    return Comparison(
        before=first.before.config,
        after=first.after.config,
        verdict=outcome.verdict,
        mode=mode,
        exit_code=int(EXIT_CODES[mode][outcome.verdict]),
        reasons=outcome.reasons,
        evidence=outcome.evidence,
        metrics=_with_bounds(found, first),
        counters=found.counters,
        capabilities_lost=found.lost,
        capabilities_gained=found.gained,
        culprits=culprits(first, rules) if moved else (),
        looks=(*map(_told, taken), *outcome.looks),
        seed=seed,
        rules=rules,
        stages=tuple(stages),
        notes=_notes(first),
    )


def question_of(rules: Rules, seed: int) -> Question:
    """What every look asks; pairs and alpha are the schedule's."""
    return Question(rules=rules, pairs=0, alpha=rules.alpha, seed=seed, gates=rules.gate_metrics)


def needs_confirmation(stage: Stage, rules: Rules, seed: int) -> bool:
    """Whether a fresh run must agree with this one before it fails."""
    if not rules.confirm:
        return False
    *_, found = looks(stage.before.values, stage.after.values, stage.rounds, question_of(rules, seed))
    return bool(found.slower) and not found.lost


def _with_bounds(found: Findings, stage: Stage) -> dict[str, MetricVerdict]:
    """The metrics with what the bootstrap says of their medians; drawn once, because no look decides by it."""
    rules, pairs = found.question.rules, found.question.pairs
    made = {}
    for name, metric in found.metrics.items():
        sides = [side.values.metrics.get(name, ())[:pairs] for side in (stage.before, stage.after)]
        both = [(a, b) for a, b in zip(*sides, strict=False) if a is not None and b is not None]
        bounds = None
        if metric.median_effect is not None:
            ratios = log_ratios([a for a, _ in both], [b for _, b in both])
            bounds = median_bounds(
                ratios, confidence=rules.confidence, resamples=rules.resamples, seed=found.question.seed
            )
        made[name] = metric if bounds is None else _bounded(metric, bounds)
    return made


def _bounded(metric: MetricVerdict, bounds: tuple[float, float]) -> MetricVerdict:
    """Few resamples of few values may all lie on one side of the median itself."""
    lower, upper = map(math.expm1, bounds)
    middle = metric.median_effect or 0.0
    return replace(metric, median_lower=min(lower, middle), median_upper=max(upper, middle))


def _outcome(found: Findings, stages: Sequence[Stage], rules: Rules, seed: int) -> _Outcome:
    if found.lost:
        lost = ", ".join(found.lost)
        return _Outcome("fail", found.evidence, (f"worked before and does not any more: {lost}",))
    if not found.slower:
        return _Outcome(found.verdict, found.evidence, _reasons(found))
    if not rules.confirm:
        return _Outcome("fail", found.slower, _reasons(found))
    if len(stages) == 1:
        return _Outcome("inconclusive", found.slower, (*_reasons(found), "no fresh run has confirmed it"))
    return _confirmed(found, stages[1], rules, seed)


def _confirmed(first: Findings, stage: Stage, rules: Rules, seed: int) -> _Outcome:
    """What a fresh run says of the metrics that failed, by the same schedule."""
    taken = []
    agreed: tuple[str, ...] = ()
    cleared = False
    for pairs, alpha in schedule(rules, stage.rounds):
        question = question_of(rules, seed)._replace(pairs=pairs, alpha=alpha, gates=first.slower)
        again = look(stage.before.values, stage.after.values, question)
        agreed = tuple(name for name in first.slower if _agrees(first.metrics[name], again.metrics[name], rules))
        cleared = all(again.metrics[name].verdict == "pass" for name in first.slower)
        verdict: Verdict = "fail" if agreed else "pass" if cleared else "inconclusive"
        taken.append(Look(purpose="confirmation", pairs=pairs, alpha=alpha, verdict=verdict))
        if agreed or cleared:
            break
    if agreed:
        return _Outcome("fail", agreed, (*_reasons(first), "a fresh run confirmed it"), tuple(taken))
    if cleared:
        return _Outcome("warn", first.slower, (*_reasons(first), "a fresh run cleared it"), tuple(taken))
    reasons = (*_reasons(first), "a fresh run neither confirmed nor cleared it")
    return _Outcome("inconclusive", first.slower, reasons, tuple(taken))


def _agrees(first: MetricVerdict, again: MetricVerdict, rules: Rules) -> bool:
    if again.verdict != "fail" or again.effect is None or first.lower is None:
        return False
    return again.effect >= rules.confirm_share * first.lower


def _reasons(found: Findings) -> tuple[str, ...]:
    """Why, one sentence for each piece of evidence."""
    told = []
    for name in found.evidence:
        if name in found.metrics:
            told.append(f"{name}: {_metric(name, found.metrics[name], found.question)}")
        elif name in found.counters:
            told.append(f"{name}: {found.counters[name].reason}")
    return tuple(told)


def _metric(name: str, metric: MetricVerdict, question: Question) -> str:
    if metric.verdict == "inconclusive" and metric.effect is not None:
        finest = "no effect at all" if metric.mde is None else f"{metric.mde:.1%} or more"
        wanted = f"{question.rules.effect:.1%} or {margin_ms(name, question.rules):g} ms"
        return f"{metric.reason}; {metric.pairs} pairs would show {finest}, wanted is {wanted}"
    if metric.effect is None or metric.difference_ms is None or metric.lower is None:
        return metric.reason or metric.verdict
    middle = metric.median_effect or 0.0
    by_median = metric.lower <= 0 < middle and metric.change == "slower"
    told = f", its median {middle:+.1%}" if by_median else ""
    return f"{metric.effect:+.1%} ({metric.difference_ms:+.2f} ms){told}, {metric.reason}"


def _told(found: Findings) -> Look:
    question = found.question
    return Look(purpose="first", pairs=question.pairs, alpha=question.alpha, verdict=found.verdict)


def _notes(first: Stage) -> tuple[str, ...]:
    """What makes the two sides less alike than their labels."""
    before, after = first.before, first.after
    notes = []
    if before.observer != after.observer:
        notes.append(f"observed in different ways, at different costs: {before.observer}, and {after.observer}")
    if before.fingerprint.config_digest == after.fingerprint.config_digest:
        notes.append("both configurations hold the same files")
    notes += [
        f"{side.config}: {len(side.failures)} attempts yielded no sample; {side.failures[0]}"
        for side in (before, after)
        if side.failures
    ]
    return tuple(notes)
