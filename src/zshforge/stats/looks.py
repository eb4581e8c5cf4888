"""How the chance of a false alarm is spent: over looks at growing data, and over several questions at once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def alpha_of_looks(alpha: float, looks: Sequence[int]) -> tuple[float, ...]:
    """What may be spent at each look, so that all together spend ``alpha`` at most (weighted Bonferroni).

    The weight of a look is that of the standard error there, 1 / sqrt(pairs): where the pairs are many, a smaller
    chance costs little, and an answer after few of them saves the rest (``benchmarks/detection.py``).

    Args:
        alpha: The chance of a false alarm, over all looks.
        looks: After how many pairs each of them comes, all above zero.
    """
    weights = [1 / math.sqrt(pairs) for pairs in looks]
    return tuple(alpha * weight / sum(weights) for weight in weights)


def holm(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Probabilities adjusted for being the smallest of several (Holm 1979), by name, the smallest first."""
    adjusted: dict[str, float] = {}
    largest = 0.0
    for place, (name, p) in enumerate(sorted(probabilities.items(), key=lambda item: (item[1], item[0]))):
        largest = max(largest, min(1.0, p * (len(probabilities) - place)))
        adjusted[name] = largest
    return adjusted
