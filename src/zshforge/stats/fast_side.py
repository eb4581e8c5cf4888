"""The shift between paired values, judged by their fast side.

What slows a session on a shared machine only ever adds: the fast side of the values is sharp and the slow one long.
So every value above a limit counts as the limit (a score as Huber's, 1964, on one side), and the shift is that which
makes the mean scores of both sides equal (Hodges and Lehmann 1963). The limit is a quantile of both sides together;
which one is chosen by how exact it makes the answer. For the test that choice does not know which value is whose, so
the sign-flip test of the scores is exact, whatever the noise. For the estimate it is made after the median difference
has been taken away, so that a larger shift of the same values is never estimated smaller.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from zshforge.stats.describe import median, usable
from zshforge.stats.sign_flip import Tails, sign_flip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Which shares of all values may lie below the limit; 1 is the plain mean.
_SHARES = (1.0, 0.75, 0.5, 0.25, 0.1)
_FEWEST = 12  # values below the limit; of fewer nobody can say how exact they are
_BETTER = 1 - 1e-6
_STEPS = 60
_FINE = 1e-9  # of a logarithm, or of a millisecond


class Shift(NamedTuple):
    """How much larger the second values are, in their own unit.

    Attributes:
        share: How many of the values lie below the limit, as a fraction.
        shift: The estimate.
        error: Its standard error.
        lower: One-sided lower bound, from the test in its normal form.
        upper: One-sided upper bound.
        p: How likely chance looks this much like *more*: exact.
        p_faster: How likely chance looks this much like *less*: exact.
    """

    share: float
    shift: float
    error: float
    lower: float
    upper: float
    p: float
    p_faster: float


def fast_side(
    before: Sequence[float], after: Sequence[float], *, confidence: float, share: float | None = None
) -> Shift | None:
    """Compares two equally long lists, value by value.

    Args:
        before: The first value of each pair.
        after: The second one.
        confidence: How sure each bound is.
        share: Fixes the share of the values below the limit.

    Returns:
        The shift; ``None`` without a pair, or with a value that is no finite number.
    """
    if not before or len(before) != len(after) or not all(map(usable, (*before, *after))):
        return None
    pilot = median([b - a for a, b in zip(before, after, strict=True)]) or 0.0
    kept = share or _best_share(before, [value - pilot for value in after])

    def scores(shift: float) -> list[float]:
        return _scores(before, [value - shift for value in after], kept)

    low, high = min(after) - max(before), max(after) - min(before)
    middle = _crossing(lambda shift: math.fsum(scores(shift)), 0.0, low, high)
    sure = NormalDist().inv_cdf(confidence)
    lower = _crossing(lambda shift: _z(scores(shift)), sure, low, middle)
    upper = _crossing(lambda shift: _z(scores(shift)), -sure, middle, high)
    tails = sign_flip(_scores(before, after, share or _best_share(before, after))) or Tails(1.0, 1.0)
    return Shift(
        share=kept,
        shift=middle,
        error=_error(scores(middle), kept),
        lower=lower,
        upper=upper,
        p=tails.more,
        p_faster=tails.less,
    )


def _best_share(before: Sequence[float], after: Sequence[float]) -> float:
    """The most exact one; a larger share where a smaller one is no better beyond what rounding does."""
    best, least = 1.0, math.inf
    for share in _SHARES:
        error = _error(_scores(before, after, share), share)
        enough = share * 2 * len(before) >= _FEWEST and error > 0  # equal values would seem exact
        if error < least * _BETTER and (share == 1.0 or enough):
            best, least = share, error
    return best


def _scores(before: Sequence[float], after: Sequence[float], share: float) -> list[float]:
    """The difference of each pair when what is above the limit counts as the limit."""
    together = sorted((*before, *after))
    limit = together[math.ceil(share * len(together)) - 1]
    return [min(b, limit) - min(a, limit) for a, b in zip(before, after, strict=True)]


def _error(scores: Sequence[float], share: float) -> float:
    """By chance alone the scores' sum spreads by the root of their squares; a shift moves those below the limit."""
    return math.sqrt(math.fsum(value * value for value in scores)) / (share * len(scores))


def _z(scores: Sequence[float]) -> float:
    spread = math.sqrt(math.fsum(value * value for value in scores))
    return math.fsum(scores) / spread if spread else 0.0


def _crossing(falling: Callable[[float], float], level: float, low: float, high: float) -> float:
    """Where a falling function reaches a level, by the Illinois rule (Dowell and Jarratt 1971); else an end."""
    above, below = falling(low) - level, falling(high) - level
    if above <= 0 or below >= 0:
        return low if above <= 0 else high
    side = 0
    for step in range(_STEPS):
        middle = (low + high) / 2 if step % 4 == 3 else (low * below - high * above) / (below - above)  # noqa: PLR2004  each fourth step halves, so that none creeps
        if not low < middle < high:
            return min(max(middle, low), high)
        there = falling(middle) - level
        if there == 0 or high - low < _FINE:
            return middle
        if there > 0:
            low, above, below, side = middle, there, below / 2 if side > 0 else below, 1
        else:
            high, below, above, side = middle, there, above / 2 if side < 0 else above, -1
    return (low + high) / 2
