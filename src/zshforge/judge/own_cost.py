"""What each segment of a session cost, with and without the segments inside it, from the stamps alone."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.markers import Segment


class Cost(NamedTuple):
    """One name over a session, in milliseconds.

    Attributes:
        ms: The time in which at least one segment of the name was open.
        own_ms: The part of it in which no other began later, so that the own costs of a session may be summed.
    """

    ms: float
    own_ms: float


def costs(segments: Sequence[Segment]) -> dict[str, Cost]:
    """The cost of each name; no microsecond is in two own costs."""
    ordered = sorted(segments, key=lambda s: (s.start_us, -s.end_us))
    whole, own = _whole(ordered), _own(ordered)
    return {name: Cost(whole[name] / 1000, own.get(name, 0) / 1000) for name in whole}


def attributed(segments: Sequence[Segment], start_us: int, end_us: int) -> dict[str, Cost]:
    """The cost of each name inside a window; its own costs come to no more than the window.

    Args:
        segments: The segments of a session.
        start_us: Where the window begins, absolute microseconds.
        end_us: Where it ends.
    """
    inside = (
        replace(s, start_us=max(s.start_us, start_us), end_us=min(s.end_us, end_us))
        for s in segments
        if s.start_us <= end_us and s.end_us >= start_us
    )
    return costs([s for s in inside if s.end_us >= s.start_us])


def _whole(ordered: Sequence[Segment]) -> dict[str, int]:
    total: dict[str, int] = {}
    reached: dict[str, int] = {}
    for segment in ordered:
        begin = max(segment.start_us, reached.get(segment.name, segment.start_us))
        total[segment.name] = total.get(segment.name, 0) + max(segment.end_us - begin, 0)
        reached[segment.name] = max(begin, segment.end_us)
    return total


def _own(ordered: Sequence[Segment]) -> dict[str, int]:
    """Each stretch between two stamps belongs to the open segment that began last."""
    total: dict[str, int] = {}
    opened: list[tuple[int, int, str]] = []
    waiting = 0
    for now, then in pairwise(sorted({stamp for s in ordered for stamp in (s.start_us, s.end_us)})):
        while waiting < len(ordered) and ordered[waiting].start_us <= now:
            segment = ordered[waiting]
            heappush(opened, (-segment.start_us, segment.end_us, segment.name))
            waiting += 1
        while opened and opened[0][1] <= now:
            heappop(opened)
        if opened:
            total[opened[0][2]] = total.get(opened[0][2], 0) + then - now
    return total
