"""How the chance of a false alarm is spent: over looks at growing data, and over several questions at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def alpha_of_looks(alpha: float, looks: int) -> tuple[float, ...]:
    """What may be spent at each look, so that all together spend ``alpha`` at most (Bonferroni)."""
    return (alpha / looks,) * looks if looks > 0 else ()


def holm(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Probabilities adjusted for being the smallest of several (Holm 1979), by name, the smallest first."""
    adjusted: dict[str, float] = {}
    largest = 0.0
    for place, (name, p) in enumerate(sorted(probabilities.items(), key=lambda item: (item[1], item[0]))):
        largest = max(largest, min(1.0, p * (len(probabilities) - place)))
        adjusted[name] = largest
    return adjusted
