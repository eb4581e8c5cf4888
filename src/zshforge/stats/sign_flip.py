"""The sign-flip test of paired differences (Fisher 1935), one-sided and exact.

When the order inside each pair is drawn by a coin and nothing changed, every difference is as likely to be positive
as negative, whatever the machine did meanwhile. The signed-rank test asks how the ranks of the positive ones add up;
this one lets every difference count as much as its size.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from zshforge.stats.describe import usable
from zshforge.stats.subset_sums import SubsetSums

if TYPE_CHECKING:
    from collections.abc import Sequence

_GRID = 30240  # steps into which the sum of all sizes is divided
_FEW = 24  # so few differences have few sums, and equal ones must stay equal on the grid


class Tails(NamedTuple):
    """How likely signs by chance give a sum as large as the one seen, or larger; and as small, or smaller."""

    more: float
    less: float


def sign_flip(differences: Sequence[float]) -> Tails | None:
    """Counts all signs.

    The sizes are rounded to a grid first, the same for every sign, so the test stays exact.

    Returns:
        Both probabilities, ``None`` without a difference or with one that is no finite number; 1 when all are zero.
    """
    if not differences or not all(map(usable, differences)):
        return None
    total = math.fsum(map(abs, differences))
    steps = [round(value / total * _GRID) for value in differences] if total else []
    there = [step for step in steps if step]
    seen, rounding = sum(step for step in there if step > 0), len(there) if len(there) <= _FEW else 0
    sums = SubsetSums([abs(step) for step in there])
    return Tails(sums.at_least(seen - rounding), sums.at_most(seen + rounding))
