"""Bounds of a median by the percentile bootstrap (Efron 1979), the same for the same seed everywhere."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import TYPE_CHECKING

from zshforge.stats.describe import usable

if TYPE_CHECKING:
    from collections.abc import Sequence


def median_bounds(
    values: Sequence[float], *, confidence: float, resamples: int, seed: int
) -> tuple[float, float] | None:
    """The lower and the upper bound of the median, each of them one-sided.

    Args:
        values: What was measured; their order does not matter.
        confidence: How sure each bound is, as a fraction.
        resamples: How many resamples are drawn.
        seed: What they are drawn from.

    Returns:
        Both bounds; ``None`` without a value, or with one that is no finite number.
    """
    if not values or not all(map(usable, values)):
        return None
    ordered = sorted(values)
    medians = sorted((ordered[low] + ordered[high]) / 2 for low, high in _places(len(ordered), resamples, seed))
    cut = min(int((1 - confidence) * resamples), resamples - 1)
    return medians[cut], medians[-1 - cut]


@lru_cache(maxsize=128)
def _places(count: int, resamples: int, seed: int) -> tuple[tuple[int, int], ...]:
    """Where the two middle values of each resample stand among the sorted values: the same for all values."""
    draw = random.Random(seed)  # noqa: S311  resampling, not a secret
    half = count // 2
    places = []
    for _ in range(resamples):
        drawn = sorted(int(draw.random() * count) for _ in range(count))
        places.append((drawn[half], drawn[half]) if count % 2 else (drawn[half - 1], drawn[half]))
    return tuple(places)
