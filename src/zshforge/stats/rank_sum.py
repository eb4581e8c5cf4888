"""The rank-sum test of Mann and Whitney (1947) for two groups that are not paired, one-sided."""

from __future__ import annotations

import math
from collections import Counter
from statistics import NormalDist
from typing import TYPE_CHECKING

from zshforge.stats.describe import usable
from zshforge.stats.signed_rank import doubled_ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

_LARGEST_EXACT = 256  # products of the groups' sizes; above, the normal law is exact to three digits


def rank_sum_p(before: Sequence[float], after: Sequence[float]) -> float | None:
    """How likely chance gives ``after`` ranks as high as these, or higher.

    Exact up to 16 values in each group, also with equal values; above that the normal law with a correction for ties
    and for continuity.

    Returns:
        The probability; ``None`` when a group is empty or holds what is no finite number.
    """
    if not before or not after or not all(map(usable, (*before, *after))):
        return None
    ranks = doubled_ranks([*before, *after])
    seen = sum(ranks[len(before) :])
    if len(before) * len(after) <= _LARGEST_EXACT:
        ways = _ways(ranks, len(after))
        return sum(count for total, count in ways.items() if total >= seen) / math.comb(len(ranks), len(after))
    return _normal(ranks, len(before), len(after), seen)


def _ways(ranks: Sequence[int], chosen: int) -> Counter[int]:
    """In how many ways so many of the ranks sum up to each total."""
    by_size: list[Counter[int]] = [Counter({0: 1})] + [Counter() for _ in range(chosen)]
    for rank in ranks:
        for size in range(chosen, 0, -1):
            for total, count in by_size[size - 1].items():
                by_size[size][total + rank] += count
    return by_size[chosen]


def _normal(ranks: Sequence[int], before: int, after: int, seen: int) -> float:
    size = before + after
    ties = sum(count**3 - count for count in Counter(ranks).values())
    variance = before * after / 12 * (size + 1 - ties / (size * (size - 1)))
    if variance <= 0:
        return 1.0
    above = seen / 2 - after * (size + 1) / 2 - 0.5
    return 1 - NormalDist().cdf(above / math.sqrt(variance))
