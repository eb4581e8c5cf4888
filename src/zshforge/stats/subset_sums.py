"""In how many ways a subset of whole numbers sums up to a total: what exact tests of signs count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class SubsetSums:
    """All subsets of some sizes, counted by their sums: the digits of one long number, which is fast to add up.

    Args:
        sizes: Whole numbers above zero.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._digit = 8 * (len(sizes) // 8 + 1)  # bits; no count exceeds 2 ** len(sizes)
        self._every = 1 << len(sizes)
        self._number = 1
        for size in sorted(sizes):
            self._number += self._number << (self._digit * size)

    def at_least(self, total: int) -> float:
        """The share of subsets that sum up to so much or more."""
        return self._sum(self._number >> (self._digit * max(total, 0))) / self._every

    def at_most(self, total: int) -> float:
        """The share of subsets that sum up to so much or less."""
        return self._sum(self._number & ((1 << (self._digit * max(total + 1, 0))) - 1)) / self._every

    def _sum(self, number: int) -> int:
        """The sum of the digits, as one casts out nines."""
        return number % ((1 << self._digit) - 1)
