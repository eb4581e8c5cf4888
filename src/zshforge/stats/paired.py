"""What interleaved pairs tell: the median of their log ratios, its bounds, its significance, and what was visible."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from zshforge.stats.bootstrap import median_bounds
from zshforge.stats.describe import MAD_TO_STDDEV, mad, median, sample_stddev, usable
from zshforge.stats.signed_rank import signed_rank_p, smallest_p
from zshforge.stats.stability import MEDIAN_OVER_MEAN

if TYPE_CHECKING:
    from collections.abc import Sequence

#: How many normal values the signed-rank test needs for what the t test learns from one (Hodges and Lehmann 1956).
_RANK_EFFICIENCY = 3 / math.pi


class Design(NamedTuple):
    """How pairs are looked at.

    Attributes:
        alpha: Up to which probability a difference is significant.
        power: How sure the minimum detectable effect is found.
        floor: The smallest relative effect that counts, as a fraction.
        confidence: How sure each bound is.
        resamples: How many resamples make the bounds.
        seed: What these are drawn from.
    """

    alpha: float
    power: float
    floor: float
    confidence: float
    resamples: int
    seed: int


class PairedEffect(NamedTuple):
    """What pairs came to; ``None`` with a reason where they tell nothing.

    Attributes:
        pairs: How many there are.
        effect: exp(median of the log ratios) - 1: 0.05 is five percent more.
        lower: One-sided lower bound of the effect.
        upper: One-sided upper bound of the effect.
        difference: Median of the differences, in the values' unit.
        lower_difference: One-sided lower bound of that.
        upper_difference: One-sided upper bound of that.
        p: How likely chance looks this much like *more*.
        p_faster: How likely chance looks this much like *less*.
        mde: The smallest effect that these pairs would have shown with the wanted power.
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
    reason: str | None = None


def paired_effect(before: Sequence[float], after: Sequence[float], design: Design) -> PairedEffect:
    """Compares two equally long lists, value by value.

    A value that is no finite number, or a ratio that does not exist, leaves the whole question open: to drop the
    pair would hide the side that made it.
    """
    reason = _why_not(before, after)
    if reason is not None:
        return PairedEffect(pairs=min(len(before), len(after)), reason=reason)
    ratios = [_log_ratio(a, b) for a, b in zip(before, after, strict=True)]
    differences = [b - a for a, b in zip(before, after, strict=True)]
    lower, upper = _bounds(ratios, design)
    lower_difference, upper_difference = _bounds(differences, design)
    middle = median(ratios)
    return PairedEffect(
        pairs=len(ratios),
        effect=None if middle is None else math.expm1(middle),
        lower=math.expm1(lower),
        upper=math.expm1(upper),
        difference=median(differences),
        lower_difference=lower_difference,
        upper_difference=upper_difference,
        p=signed_rank_p(ratios),
        p_faster=signed_rank_p([-ratio for ratio in ratios]),
        mde=_detectable(ratios, design),
    )


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
    return None


def _log_ratio(before: float, after: float) -> float:
    return math.log(after) - math.log(before) if before and after else 0.0


def _bounds(values: Sequence[float], design: Design) -> tuple[float, float]:
    found = median_bounds(values, confidence=design.confidence, resamples=design.resamples, seed=design.seed)
    middle = median(values) or 0.0
    # few resamples of few values may all lie on one side of the median itself
    return (min(found[0], middle), max(found[1], middle)) if found else (middle, middle)


def _detectable(ratios: Sequence[float], design: Design) -> float | None:
    """The effect that passes the test and the floor with the wanted power, by the normal law."""
    if smallest_p(len(ratios)) > design.alpha:
        return None
    spread = MAD_TO_STDDEV * (mad(ratios) or 0.0) or sample_stddev(ratios) or 0.0
    error = spread / math.sqrt(len(ratios))
    normal = NormalDist()
    sure, wanted = normal.inv_cdf(1 - design.alpha), normal.inv_cdf(design.power)
    by_test = (sure + wanted) * error / math.sqrt(_RANK_EFFICIENCY)
    by_floor = math.log1p(design.floor) + wanted * MEDIAN_OVER_MEAN * error
    return math.expm1(max(by_test, by_floor))
