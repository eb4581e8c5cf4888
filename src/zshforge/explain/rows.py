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
    from zshforge.explain.trace import Key, Spot, Trace


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
    known = _Known()
    means, unsure = _costs(folded.shares, known), _costs(folded.unsure, known)
    spreads = [_costs(shares, known) for shares in folded.each]
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


class _Known:
    """Places by what they come from: a start of 20,000 lines names the same ones many times."""

    def __init__(self) -> None:
        self._lines: dict[Spot, Place] = {}
        self._plugins: dict[str, Place | None] = {}

    def lines(self, spots: Iterable[Spot]) -> tuple[Place, ...]:
        """The lines of a stack."""
        return tuple(self._lines.get(spot) or self._line(spot) for spot in spots)

    def _line(self, spot: Spot) -> Place:
        file, line = spot
        return self._lines.setdefault(spot, Place(kind="line", name=f"{file}:{line}", file=file, line=line))

    def plugin(self, place: Place) -> Place | None:
        """The plugin that a place belongs to."""
        if not place.file:
            return None
        if place.file not in self._plugins:
            name = plugin_of(place.file)
            self._plugins[place.file] = Place(kind="plugin", name=name) if name else None
        return self._plugins[place.file]


def _costs(shares: Mapping[Key, float], known: _Known) -> dict[Place, _Cost]:
    costs: dict[Place, _Cost] = {}
    for (places, spots), share in shares.items():
        owners = [known.plugin(place) for place in places]
        plugins = tuple(plugin for plugin in owners if plugin is not None)
        lines = known.lines(spots)
        for chain in (places, lines, plugins):
            for place in chain if len(chain) == 1 else set(chain):
                costs.setdefault(place, _Cost()).inclusive += share
        for chain in (places, lines, plugins[-1:] if owners and owners[-1] else ()):
            if chain:
                costs[chain[-1]].own += share
    return costs


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
