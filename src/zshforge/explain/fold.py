"""Several traces as one: which share of the time was spent where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.explain.trace import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.explain.trace import Piece, Trace
    from zshforge.model.explanation import Place


class Folded(Struct, frozen=True, kw_only=True):
    """Shares of the time to the prompt; each sum is 1 unless a trace is empty."""

    shares: dict[Key, float]
    """The mean over the traces that were seen in time there, else over all."""
    unsure: dict[Key, float]
    """How far a share may be off, because no trace was seen in time there."""
    each: tuple[dict[Key, float], ...]
    """Of each trace."""


def fold(traces: Sequence[Trace]) -> Folded:
    """Add up each trace, and take the mean: a session that was slowed down counts no more than another.

    Where a look came late, what ended and what began there is told by the sessions in which it did not.
    """
    each = tuple(_shares(one.pieces, one.us) for one in traces)
    mean: dict[Key, float] = {}
    unsure: dict[Key, float] = {}
    for key in dict.fromkeys(key for shares in each for key in shares):
        sure = [shares.get(key, 0.0) for one, shares in zip(traces, each, strict=True) if key not in one.unsure]
        known = sure or [shares.get(key, 0.0) for shares in each]
        mean[key] = sum(known) / len(known)
        if not sure:
            unsure[key] = sum(one.unsure[key] / max(one.us, 1) for one in traces) / len(traces)
    whole, real = sum(mean.values()), sum(sum(shares.values()) for shares in each) / len(each)
    scale = real / whole if whole else 1.0
    return Folded(shares={key: share * scale for key, share in mean.items()}, unsure=unsure, each=each)


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
