"""Several traces as one: which share of the time was spent where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.explain.trace import Piece, Spot, Trace
    from zshforge.model.explanation import Place

#: Who ran under whom, and at which lines.
Key = tuple[tuple["Place", ...], tuple["Spot", ...]]


class Folded(Struct, frozen=True, kw_only=True):
    """Shares of the time to the prompt; each sum is 1 unless a trace is empty."""

    shares: dict[Key, float]
    """The mean over the traces."""
    each: tuple[dict[Key, float], ...]
    """Of each trace."""


def fold(traces: Sequence[Trace]) -> Folded:
    """Add up each trace, and take the mean: a session that was slowed down counts no more than another."""
    each = tuple(_shares(one.pieces, one.us) for one in traces)
    mean: dict[Key, float] = {}
    for shares in each:
        for key, share in shares.items():
            mean[key] = mean.get(key, 0.0) + share / len(each)
    return Folded(shares=mean, each=each)


def by_callers(folded: Folded) -> dict[tuple[Place, ...], float]:
    """The mean shares without the lines."""
    found: dict[tuple[Place, ...], float] = {}
    for (places, _), share in folded.shares.items():
        found[places] = found.get(places, 0.0) + share
    return found


def largest(shares: dict[tuple[Place, ...], float], most: int) -> dict[tuple[Place, ...], float]:
    """At most so many stacks: the smallest count for their callers."""
    found = dict(shares)
    while len(found) > most:
        smallest = sorted(found, key=found.__getitem__)[: len(found) - most]
        for places in smallest:
            share = found.pop(places)
            if places[:-1]:
                found[places[:-1]] = found.get(places[:-1], 0.0) + share
            else:
                found[()] = found.get((), 0.0) + share
    return found


def _shares(pieces: Sequence[Piece], total_us: int) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for piece in pieces:
        key = (piece.places, piece.spots)
        found[key] = found.get(key, 0.0) + piece.us / max(total_us, 1)
    return found
