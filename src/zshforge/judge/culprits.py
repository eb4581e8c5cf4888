"""Which segments grew: a diagnosis, paid for as the many questions that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.model.comparison import Culprit
from zshforge.stats.describe import median
from zshforge.stats.looks import holm
from zshforge.stats.signed_rank import signed_rank_p

if TYPE_CHECKING:
    from zshforge.model.comparison import Rules, Stage


def culprits(stage: Stage, rules: Rules) -> tuple[Culprit, ...]:
    """Segments whose own time grew beyond chance and beyond what counts, the most first.

    A segment that a session does not have costs it nothing.
    """
    before, after = stage.before.values.segments, stage.after.values.segments
    grown = {name: _differences(before.get(name), after.get(name)) for name in dict.fromkeys((*before, *after))}
    adjusted = holm({name: p for name, found in grown.items() if (p := signed_rank_p(found)) is not None})
    made = [
        Culprit(name=name, difference_ms=middle, p=p)
        for name, p in adjusted.items()
        if p <= rules.alpha
        and (middle := median(grown[name])) is not None
        and middle >= rules.floor_share * rules.lag_ms
    ]
    return tuple(sorted(made, key=lambda culprit: (-culprit.difference_ms, culprit.name)))


def _differences(before: tuple[float | None, ...] | None, after: tuple[float | None, ...] | None) -> list[float]:
    rounds = max(len(before or ()), len(after or ()))
    pairs = zip(before or (0.0,) * rounds, after or (0.0,) * rounds, strict=False)
    return [b - a for a, b in pairs if a is not None and b is not None]
