"""Several traces as one: which share of the time was spent where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.explain.trace import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.explain.trace import Piece, Trace, Unsure
    from zshforge.model.explanation import Place


class Folded(Struct, frozen=True, kw_only=True):
    """Shares of the time to the prompt; each sum is 1 unless a trace is empty."""

    shares: dict[Key, float]
    """The mean over the traces."""
    unsure: dict[Key, float]
    """How far it may be off, because looks came late where something began or ended."""
    each: tuple[dict[Key, float], ...]
    """Of each trace."""


def fold(traces: Sequence[Trace]) -> Folded:
    """Add up each trace, and take the mean: a session that was slowed down counts no more than another.

    Where a look came late, the sessions in which it did not tell how the time around the change is to be divided.
    """
    each = tuple(_shares(one.pieces, one.us) for one in traces)
    known = _surely(traces, each)
    mean: dict[Key, float] = {}
    unsure: dict[Key, float] = {}
    for one, shares in zip(traces, each, strict=True):
        for late in one.unsure:
            most = late.us / max(one.us, 1)
            _divide(shares, late, most, known)
            for key in (late.before, late.behind):
                unsure[key] = unsure.get(key, 0.0) + most / len(each)
        for key, share in shares.items():
            mean[key] = mean.get(key, 0.0) + share / len(each)
    return Folded(shares=mean, unsure=unsure, each=each)


def _surely(traces: Sequence[Trace], each: Sequence[dict[Key, float]]) -> dict[Key, float]:
    """The mean share of each key over the traces that saw it begin and end in time; absent where there is none."""
    late = [{key for one in trace.unsure for key in (one.before, one.behind)} for trace in traces]
    found = {}
    for key in {key for shares in each for key in shares}:
        sure = [shares.get(key, 0.0) for shares, keys in zip(each, late, strict=True) if key not in keys]
        if sure:
            found[key] = sum(sure) / len(sure)
    return found


def _divide(shares: dict[Key, float], late: Unsure, most: float, known: dict[Key, float]) -> None:
    """Move what belongs behind a change there: as others divide it, and no more than nobody saw."""
    if late.before == late.behind or late.before not in known or late.behind not in known:
        return
    both = known[late.before] + known[late.behind]
    if both <= 0:
        return
    before, behind = shares[late.before], shares[late.behind]
    wanted = (before + behind) * known[late.before] / both
    shares[late.before] = min(before, max(wanted, before - most))
    shares[late.behind] = before + behind - shares[late.before]


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
