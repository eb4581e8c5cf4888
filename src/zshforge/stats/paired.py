"""What interleaved pairs tell: how much slower, between which bounds, how surely, and what was visible.

Two tests at once, both exact because a coin drew the order inside each pair. The shift of the fast side sees small
changes through a noisy machine; the signed-rank test of the pairs' ratios sees what hits most sessions and leaves the
fastest alone. The probability of a false alarm is divided between them.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from zshforge.stats.describe import median, usable
from zshforge.stats.fast_side import Shift, fast_side
from zshforge.stats.signed_rank import signed_rank_p, smallest_p

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDEST = 300.0  # of logarithms; a shift that large and its bounds are still numbers


class Design(NamedTuple):
    """How pairs are looked at.

    Attributes:
        alpha: Up to which probability a difference is significant.
        power: How sure the minimum detectable effect is found.
        floor: The smallest relative effect that counts, as a fraction.
        confidence: How sure each bound is.
        pairs_share: How much of ``alpha`` the signed-rank test of the pairs gets.
    """

    alpha: float
    power: float
    floor: float
    confidence: float
    pairs_share: float


class PairedEffect(NamedTuple):
    """What pairs came to; ``None`` with a reason where they tell nothing.

    Attributes:
        pairs: How many there are.
        effect: The shift of the fast side as a fraction: 0.05 is five percent more.
        lower: One-sided lower bound of the effect.
        upper: One-sided upper bound of the effect.
        difference: The shift of the fast side in the values' unit.
        lower_difference: One-sided lower bound of that.
        upper_difference: One-sided upper bound of that.
        p: How likely chance looks this much like *more*, by either test.
        p_faster: How likely chance looks this much like *less*.
        mde: The smallest effect that these pairs would have shown with the wanted power.
        share: Which share of the values the effect rests on.
        median_effect: exp(median of the log ratios) - 1.
        median_difference: Median of the differences.
        median_p: The signed-rank test alone.
        reason: Why there is no answer.
    """

    pairs: int
    effect: float | None = None
    lower: float | None = None
    upper: float | None = None
    difference: float | None = None
    lower_difference: float | None = None
    upper_difference: float | None = None
    p: float | None = None
    p_faster: float | None = None
    mde: float | None = None
    share: float | None = None
    median_effect: float | None = None
    median_difference: float | None = None
    median_p: float | None = None
    reason: str | None = None


def paired_effect(before: Sequence[float], after: Sequence[float], design: Design) -> PairedEffect:
    """Compares two equally long lists, value by value.

    A value that is no finite number, or a ratio that does not exist, leaves the whole question open: to drop the
    pair would hide the side that made it.
    """
    reason = _why_not(before, after)
    if reason is not None:
        return PairedEffect(pairs=min(len(before), len(after)), reason=reason)
    shift, difference = _shifts(before, after, design)
    if shift is None or difference is None:
        return PairedEffect(pairs=len(before), reason="the values are too large")
    ratios = log_ratios(before, after)
    ranked, ranked_faster = signed_rank_p(ratios), signed_rank_p([-ratio for ratio in ratios])
    middle = median(ratios)
    return PairedEffect(
        pairs=len(ratios),
        effect=math.expm1(shift.shift),
        lower=math.expm1(shift.lower),
        upper=math.expm1(shift.upper),
        difference=difference.shift,
        lower_difference=difference.lower,
        upper_difference=difference.upper,
        p=_either(shift.p, ranked, design),
        p_faster=_either(shift.p_faster, ranked_faster, design),
        mde=_detectable(shift, len(ratios), design),
        share=shift.share,
        median_effect=None if middle is None else math.expm1(middle),
        median_difference=median([b - a for a, b in zip(before, after, strict=True)]),
        median_p=ranked,
    )


def log_ratios(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """The logarithm of each pair's ratio; two zeros are equal."""
    return [math.log(b) - math.log(a) if a and b else 0.0 for a, b in zip(before, after, strict=True)]


def _shifts(before: Sequence[float], after: Sequence[float], design: Design) -> tuple[Shift | None, Shift | None]:
    """Of the logarithms, and of the values themselves: by the same share of them."""
    logs = [[math.log(value) if value else 0.0 for value in values] for values in (before, after)]
    shift = fast_side(logs[0], logs[1], confidence=design.confidence)
    share = shift.share if shift else None
    return shift, fast_side(before, after, confidence=design.confidence, share=share)


def _either(shifted: float, ranked: float | None, design: Design) -> float:
    """The smaller of both, each paid for by its part of alpha."""
    parts = [(shifted, 1 - design.pairs_share), (ranked, design.pairs_share)]
    return min(1.0, *(p / part for p, part in parts if p is not None and part > 0))


def _why_not(before: Sequence[float], after: Sequence[float]) -> str | None:
    if len(before) != len(after):
        return f"{len(before)} values cannot be paired with {len(after)}"
    if not before:
        return "there is no pair"
    if not all(map(usable, (*before, *after))):
        return "a value is not finite"
    if min(*before, *after) < 0:
        return "a value is negative"
    if any((a == 0) != (b == 0) for a, b in zip(before, after, strict=True)):
        return "0 has no ratio to another value"
    return _too_far_apart([value for value in (*before, *after) if value])


def _too_far_apart(values: Sequence[float]) -> str | None:
    if values and math.log(max(values)) - math.log(min(values)) > _WIDEST:
        return "the values are too far apart"
    return None


def _detectable(shift: Shift, pairs: int, design: Design) -> float | None:
    """The effect that passes the test and the floor with the wanted power, by the normal law."""
    alpha = design.alpha * (1 - design.pairs_share)
    if smallest_p(pairs) > alpha:
        return None
    normal = NormalDist()
    sure, wanted = normal.inv_cdf(1 - alpha), normal.inv_cdf(design.power)
    seen = max((sure + wanted) * shift.error, math.log1p(design.floor) + wanted * shift.error)
    return math.expm1(seen) if seen < _WIDEST else None
