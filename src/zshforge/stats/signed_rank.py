"""Wilcoxon's signed-rank test of paired differences, one-sided and exact, also with ties and zeros.

When the order inside each pair is drawn by a coin and nothing changed, every difference is as likely to be positive
as negative, whatever the machine did meanwhile: drift, bursts and long tails included. The test counts these signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.stats.describe import usable
from zshforge.stats.subset_sums import SubsetSums

if TYPE_CHECKING:
    from collections.abc import Sequence


def signed_rank_p(differences: Sequence[float]) -> float | None:
    """How likely signs by chance give a rank sum of the positive differences as large as this one, or larger.

    Zeros take part in the ranking and then count for neither side (Pratt 1959); equal sizes share their mean rank.

    Returns:
        The probability, ``None`` without a difference or with one that is no finite number; 1 when all are zero.
    """
    if not differences or not all(map(usable, differences)):
        return None
    ranks = doubled_ranks([abs(value) for value in differences])
    there = [rank for rank, value in zip(ranks, differences, strict=True) if value]
    seen = sum(rank for rank, value in zip(ranks, differences, strict=True) if value > 0)
    return SubsetSums(there).at_least(seen)


def smallest_p(pairs: int) -> float:
    """The smallest probability that so many pairs can yield."""
    return 0.5**pairs


def doubled_ranks(values: Sequence[float]) -> list[int]:
    """Twice the rank of each value, from 2; equal values share the mean of theirs, which twice is whole."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranks = [0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = start + 1 + end
        start = end
    return ranks
