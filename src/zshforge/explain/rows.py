"""From shares to rows: by code, by line, by plugin."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.explain.origins import plugin_of
from zshforge.model.explanation import Place, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zshforge.explain.commands import Child
    from zshforge.explain.fold import Folded
    from zshforge.explain.trace import Key, Trace


class _Cost(Struct):
    own: float = 0.0
    inclusive: float = 0.0


def rows(folded: Folded, wall_ms: float, traces: Sequence[Trace]) -> tuple[Row, ...]:
    """Every row, the largest inclusive cost first.

    Args:
        folded: The shares.
        wall_ms: What they are shares of.
        traces: The sessions that they come from; how often something began is told by the first.
    """
    means = _costs(folded.shares)
    spreads = [_costs(shares) for shares in folded.each]
    unsure = _costs(folded.unsure)
    counts = Counter(traces[0].begun)
    counts.update(child.place for child in traces[0].children)
    lives = _lives(traces)
    found = []
    for place, cost in means.items():
        own = [each[place].own if place in each else 0.0 for each in spreads]
        inclusive = max(cost.inclusive, lives.get(place, 0.0) if place.kind == "command" else 0.0)
        found.append(
            Row(
                kind=place.kind,
                name=place.name,
                file=place.file,
                line=place.line,
                self_ms=cost.own * wall_ms,
                inclusive_ms=inclusive * wall_ms,
                count=counts[place] or None,
                unsure_ms=unsure[place].own * wall_ms if place in unsure else 0.0,
                spread_ms=(max(own) - min(own)) / 2 * wall_ms if len(own) > 1 else None,
            )
        )
    return tuple(sorted(found, key=lambda row: (-row.inclusive_ms, -row.self_ms, row.name, row.line or 0)))


def few_rows(found: Sequence[Row], most: int) -> tuple[Row, ...]:
    """At most so many rows; the smallest ones of each kind that is cut are gathered in one."""
    if len(found) <= most:
        return tuple(found)
    ordered = sorted(found, key=lambda row: -max(row.self_ms, row.inclusive_ms))
    kept, cut = ordered[:most], ordered[most:]
    for kind in dict.fromkeys(row.kind for row in cut):
        small = [row for row in cut if row.kind == kind]
        own = sum(row.self_ms for row in small)
        kept.append(Row(kind=kind, name=f"{len(small)} smaller ones", self_ms=own, inclusive_ms=own))
    return tuple(sorted(kept, key=lambda row: (-row.inclusive_ms, -row.self_ms, row.name, row.line or 0)))


def unattributed_ms(folded: Folded, wall_ms: float) -> float:
    """What no place accounts for."""
    return wall_ms * (1 - sum(share for (places, _), share in folded.shares.items() if places))


def _costs(shares: Mapping[Key, float]) -> dict[Place, _Cost]:
    costs: dict[Place, _Cost] = {}
    for key, share in shares.items():
        places = key[0]
        for chain in (places, _lines(key), _plugins(places)):
            for place in set(chain):
                costs.setdefault(place, _Cost()).inclusive += share
        for chain in (places, _lines(key), _plugins(places)[-1:] if _owned(places) else ()):
            if chain:
                costs[chain[-1]].own += share
    return costs


def _lines(key: Key) -> tuple[Place, ...]:
    return tuple(Place(kind="line", name=f"{file}:{line}", file=file, line=line) for file, line in key[1])


def _plugins(places: Iterable[Place]) -> tuple[Place, ...]:
    names = (plugin_of(place.file) for place in places if place.file)
    return tuple(Place(kind="plugin", name=name) for name in names if name)


def _owned(places: Sequence[Place]) -> bool:
    """Whether the innermost code is a plugin's."""
    return bool(places) and bool(places[-1].file) and plugin_of(places[-1].file or "") is not None


def _lives(traces: Sequence[Trace]) -> dict[Place, float]:
    """The share of the time to the end during which the processes of a place lived."""
    lives: dict[Place, float] = {}
    for one in traces:
        for place, children in _by_place(one.children).items():
            covered, last = 0, one.start_us
            for child in children:
                begin, end = max(last, child.fork_us), min(one.end_us, child.exit_us or one.end_us)
                covered += max(0, end - begin)
                last = max(last, end)
            lives[place] = lives.get(place, 0.0) + covered / max(one.us, 1) / len(traces)
    return lives


def _by_place(children: Iterable[Child]) -> dict[Place, list[Child]]:
    found: dict[Place, list[Child]] = {}
    for child in sorted(children, key=lambda one: one.fork_us):
        found.setdefault(child.place, []).append(child)
    return found
