"""What each metric of interleaved pairs says at one look: three floors at once, or a bound, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.rules import METRICS, margin_ms
from zshforge.model.comparison import MetricVerdict
from zshforge.stats.describe import median
from zshforge.stats.looks import holm
from zshforge.stats.paired import Design, PairedEffect, paired_effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.comparison import Change, Rules, Values, Verdict


class Question(NamedTuple):
    """What is asked at a look.

    Attributes:
        rules: The thresholds.
        pairs: How many rounds are looked at.
        alpha: The chance of a false alarm that this look may spend.
        seed: What the bounds are drawn from.
        gates: The metrics that may fail; asked together, and paid for together.
    """

    rules: Rules
    pairs: int
    alpha: float
    seed: int
    gates: tuple[str, ...]


class _Seen(NamedTuple):
    """One metric: its pairs, and what they came to."""

    before: list[float]
    after: list[float]
    found: PairedEffect


def judge_metrics(before: Values, after: Values, question: Question) -> dict[str, MetricVerdict]:
    """The verdict of every metric, those that gate first."""
    others = tuple(name for name in METRICS if name not in question.gates)
    verdicts: dict[str, MetricVerdict] = {}
    for family in (question.gates, others):
        seen = {name: _look(before, after, name, question, len(family)) for name in family}
        adjusted = holm({name: s.found.p for name, s in seen.items() if s.found.p is not None})
        for name in family:
            lacks = after.reasons.get(name) or before.reasons.get(name)
            verdicts[name] = _verdict(name, seen[name], adjusted.get(name), question, lacks)
    return verdicts


def _look(before: Values, after: Values, name: str, question: Question, family: int) -> _Seen:
    both = [
        (a, b)
        for a, b in zip(_first(before, name, question), _first(after, name, question), strict=False)
        if a is not None and b is not None
    ]
    one, other = [a for a, _ in both], [b for _, b in both]
    rules = question.rules
    design = Design(
        alpha=question.alpha / family,
        power=rules.power,
        floor=rules.floor_share * rules.effect,
        confidence=1 - (1 - rules.confidence) / len(rules.looks),  # a run may pass at each of them
        pairs_share=rules.pairs_share,
    )
    return _Seen(one, other, paired_effect(one, other, design))


def _first(values: Values, name: str, question: Question) -> Sequence[float | None]:
    return values.metrics.get(name, ())[: question.pairs]


def _verdict(name: str, seen: _Seen, p: float | None, question: Question, lacks: str | None) -> MetricVerdict:
    found, gates = seen.found, name in question.gates
    change = _change(name, found, p, question)
    verdict, reason = _decide(name, found, change, question, lacks)
    if verdict == "pass" and change == "unclear":
        change = "same"
    return MetricVerdict(
        effect=found.effect,
        lower=found.lower,
        upper=found.upper,
        p=p,
        mde=found.mde,
        verdict=verdict,
        change=change,
        gates=gates,
        pairs=found.pairs,
        difference_ms=found.difference,
        upper_ms=found.upper_difference,
        before_ms=median(seen.before),
        after_ms=median(seen.after),
        fast_share=found.share,
        median_effect=found.median_effect,
        reason=reason,
    )


def _change(name: str, found: PairedEffect, p: float | None, question: Question) -> Change:
    if p is None or found.lower is None or found.upper is None or found.p_faster is None:
        return "unclear"
    if p <= question.alpha and (found.lower > 0 or _median_slower(found, question.rules)):
        return "slower"
    if found.p_faster <= question.alpha and found.upper < 0 and _large_gain(name, found, question.rules):
        return "faster"
    return "unclear"


def _large_gain(name: str, found: PairedEffect, rules: Rules) -> bool:
    """Whether the fast side is faster by enough, as a share and in milliseconds."""
    share, ms = rules.floor_share * rules.effect, rules.floor_share * margin_ms(name, rules)
    return (found.effect or 0.0) <= -share and (found.difference or 0.0) <= -ms


def _median_slower(found: PairedEffect, rules: Rules) -> bool:
    """Whether most sessions are slower, also where the fastest are not."""
    return (found.median_effect or 0.0) > 0 and found.median_p is not None and found.median_p <= 1 - rules.confidence


def _large(name: str, found: PairedEffect, rules: Rules) -> bool:
    """Whether the fast side, or else the median, is slower by enough, as a share and in milliseconds."""
    share, ms = rules.floor_share * rules.effect, rules.floor_share * margin_ms(name, rules)
    if (found.lower or 0.0) > 0 and (found.effect or 0.0) >= share and (found.difference or 0.0) >= ms:
        return True
    middle = (found.median_effect or 0.0) >= share and (found.median_difference or 0.0) >= ms
    return middle and _median_slower(found, rules)


def _decide(
    name: str, found: PairedEffect, change: Change, question: Question, lacks: str | None
) -> tuple[Verdict, str]:
    rules = question.rules
    doubt = _doubt(found, question, lacks)
    if doubt is not None:
        return doubt
    large = _large(name, found, rules)
    if change == "slower" and large:
        few = found.pairs < rules.min_pairs
        return ("warn", f"slower, by {found.pairs} pairs alone") if few else ("fail", "slower, by all three floors")
    if found.pairs < rules.min_pairs:
        return "inconclusive", f"{found.pairs} pairs conclude nothing (compare.min_pairs {rules.min_pairs})"
    return _not_slower(found, rules, margin_ms(name, rules), large=large)


def _not_slower(found: PairedEffect, rules: Rules, margin: float, *, large: bool) -> tuple[Verdict, str]:
    """Whether more than what matters can be excluded."""
    upper = found.upper or 0.0
    if large and _median_slower(found, rules):
        return "inconclusive", f"the median is {found.median_effect:+.1%} slower, which may be chance"
    if upper < rules.effect:
        return "pass", f"at most {upper:+.1%}, less than the {rules.effect:.1%} that matter"
    if (found.upper_difference or 0.0) < margin:
        return "pass", f"at most {found.upper_difference:+.2f} ms, less than the {margin:g} ms that matter"
    return "inconclusive", f"may be {upper:+.1%} slower, and may be no slower at all"


def _doubt(found: PairedEffect, question: Question, lacks: str | None) -> tuple[Verdict, str] | None:
    """Why there is nothing to decide on: no value at all, too many missing, or values that are none."""
    if found.pairs == 0:
        return "unknown", lacks or "no pair of sessions yielded it"
    missing = question.pairs - found.pairs
    if missing > question.rules.missing_share_max * question.pairs:
        return "inconclusive", f"{missing} of {question.pairs} pairs have no value: {lacks or 'sessions failed'}"
    if found.reason is not None:
        return "inconclusive", found.reason
    return None
