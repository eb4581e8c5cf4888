"""One session that was looked into, as pieces of time: who was running, under whom, at which lines."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.explain.commands import Child, Wait, children, in_time, off_processor, waits
from zshforge.model.explanation import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zshforge.capture.observation import Observation
    from zshforge.shell.lines import Level, Moment

#: A file and a line of it.
Spot = tuple[str, int]

START = Place(kind="shell", name="zsh before its first file")
PROMPT = Place(kind="shell", name="zsh drawing the prompt")
#: A change that nobody saw for longer may be off by too much: half a millisecond, or two looks at files.
_LATE_US = {True: 500, False: 2000}
_OURS = ("./s", "/control/s")  # how the names end that the first command sources


class Piece(Struct, frozen=True):
    """Time in which nothing changed; both ends in absolute microseconds."""

    start_us: int
    end_us: int
    places: tuple[Place, ...]
    """The outermost first; empty when nothing was seen to run."""
    spots: tuple[Spot, ...]
    """The line that each file and function was at, the outermost first."""

    @property
    def us(self) -> int:
        """Its length."""
        return self.end_us - self.start_us


#: Who ran under whom, and at which lines.
Key = tuple[tuple[Place, ...], tuple[Spot, ...]]


class Unsure(Struct, frozen=True):
    """A change that may have come earlier than it was seen: how much of the time before it belongs behind it?"""

    before: Key
    behind: Key
    us: int
    """How long nobody had looked."""


class Trace(Struct, frozen=True, kw_only=True):
    """What one session tells: up to ``end_us`` the prompt was waited for."""

    start_us: int
    end_us: int
    until: str
    prompt_us: int | None
    pieces: tuple[Piece, ...]
    later: tuple[Piece, ...]
    """What ran after the end."""
    begun: dict[Place, int]
    """How often each place was seen to begin before the end."""
    begun_later: dict[Place, int]
    children: tuple[Child, ...]
    """Processes that the shell itself started, each with the piece of code that did."""
    looks: int
    """How often the shell was looked at before its end, by and large."""
    unsure: tuple[Unsure, ...]
    """Changes that nobody saw in time."""

    @property
    def us(self) -> int:
        """The time to the end."""
        return self.end_us - self.start_us

    def unseen_us(self, index: int) -> int:
        """For how many microseconds nobody may have looked when a piece, not the first one, was seen to begin."""
        before, behind = ((piece.places, piece.spots) for piece in self.pieces[index - 1 : index + 1])
        late = [one.us for one in self.unsure if (one.before, one.behind) == (before, behind)]
        return max(late, default=_LATE_US[True])


def trace(seen: Observation, original: Callable[[str], str], *, lines: bool = True) -> Trace | None:
    """Read a session.

    Args:
        seen: A session with moments.
        original: Gives files the names that the user knows.
        lines: Whether the moments tell lines.

    Returns:
        The trace; ``None`` when the session has no beginning, no end, or was not looked into.
    """
    until, end_us = _end(seen)
    if seen.spawn_us is None or end_us is None or not seen.moments:
        return None
    away = off_processor(seen.records)
    moments = in_time(seen.moments, away)
    reader = _Reader(moments, original, lines=lines)
    own = children(seen.records, moments, reader.spot, reader.sourced, away)
    pieces, begun = reader.pieces(seen.spawn_us, end_us, waits(own, away))
    pieces = list(_named(pieces))
    later, begun_later = reader.pieces(end_us, max(end_us, seen.idle_us or 0, moments[-1][0]), ())
    return Trace(
        start_us=seen.spawn_us,
        end_us=end_us,
        until=until,
        prompt_us=seen.prompt_us,
        pieces=tuple(pieces),
        later=tuple(piece for piece in later if piece.places),
        begun=begun,
        begun_later=begun_later,
        children=own,
        looks=seen.looks_taken,
        unsure=_unsure(pieces, _unseen(seen, moments, _LATE_US[lines])),
    )


def _unseen(seen: Observation, moments: Sequence[tuple[int, Moment]], late_us: int) -> list[tuple[int, int]]:
    """From when to when each change may have happened, where that is too long to be told."""
    found = []
    for (first_us, _), unseen_us, (stamp_us, _) in zip(seen.moments, seen.unseen_us, moments, strict=False):
        since_us = first_us - unseen_us
        if stamp_us - since_us > late_us:
            found.append((since_us, stamp_us))
    return found


def _unsure(pieces: Sequence[Piece], unseen: Iterable[tuple[int, int]]) -> tuple[Unsure, ...]:
    """What ended and what began at each late look."""
    begins = [piece.start_us for piece in pieces]
    found = []
    for since_us, stamp_us in unseen:
        index = bisect_right(begins, stamp_us) - 1
        if index > 0 and pieces[index].start_us == stamp_us:
            one, other = pieces[index - 1 : index + 1]
            found.append(Unsure((one.places, one.spots), (other.places, other.spots), stamp_us - since_us))
    return tuple(found)


def _end(seen: Observation) -> tuple[str, int | None]:
    """The prompt; where start files ran on behind it (an instant prompt), the line editor's beginning."""
    if seen.prompt_us is None:
        return "prompt", None
    files = [us for us, moment in seen.moments if moment.levels and not is_ours(moment.levels)]
    sourcing = any(
        us > seen.prompt_us + seen.looks_gap_us and moment.levels[0].kind == "source"
        for us, moment in seen.moments
        if moment.levels and not is_ours(moment.levels)
    )
    ready = seen.edited_us or seen.command_us
    if files and sourcing and ready is not None and ready > seen.prompt_us:
        return "editor", ready
    return "prompt", seen.prompt_us


def is_ours(levels: Sequence[Level]) -> bool:
    """Whether a stack belongs to the first command, which loads the driver, or to the driver's own hooks."""
    return any(level.name.endswith(_OURS) or level.name.startswith("-zf-") for level in levels)


class _Reader:
    """Moments as places and spots."""

    def __init__(self, moments: Sequence[tuple[int, Moment]], original: Callable[[str], str], *, lines: bool) -> None:
        self._lines = lines
        self._moments = moments
        self._original = original
        # A level may be seen before zsh has noted its file.
        self._files = {level.name: level.file for _, m in moments for level in m.levels if level.file}
        self._places: dict[int, tuple[Place, ...]] = {}

    def places(self, moment: Moment) -> tuple[Place, ...]:
        """Files and functions; an eval belongs to whoever called it."""
        known = self._places.get(id(moment.levels))
        if known is None:
            known = tuple(self._place(level) for level in moment.levels if level.kind != "eval")
            self._places[id(moment.levels)] = known
        return known

    def _place(self, level: Level) -> Place:
        file = self._original(level.file or self._files.get(level.name, ""))
        if level.kind == "source":
            return Place(kind="file", name=file, file=file)
        return Place(kind="function", name=level.name, file=file or None, line=level.base or None)

    def spots(self, moment: Moment) -> tuple[Spot, ...]:
        """Where each file and function is; inside an eval that is the line of the eval."""
        found: list[Spot] = []
        levels = moment.levels if self._lines else ()
        for index, level in enumerate(levels):
            if level.kind == "eval":
                continue
            line = levels[index + 1].called_at if index + 1 < len(levels) else moment.line
            file = self._original(level.file or self._files.get(level.name, ""))
            found.append((file, max(1, level.base + line)))
        return tuple(found)

    def spot(self, moment: Moment) -> Spot | None:
        """The innermost one."""
        return next(reversed(self.spots(moment)), None)

    def sourced(self, moment: Moment) -> str | None:
        """The file that was being sourced."""
        return next((place.name for place in reversed(self.places(moment)) if place.kind == "file"), None)

    def pieces(self, start_us: int, end_us: int, waited: Iterable[Wait]) -> tuple[list[Piece], dict[Place, int]]:
        """All pieces of a time, cut where the shell began and ended to wait for a process."""
        found: list[Piece] = []
        begun: Counter[Place] = Counter()
        before: tuple[Level, ...] = ()
        ends = [us for us, _ in self._moments[1:]] + [end_us]
        last = start_us
        for (us, moment), until in zip(self._moments, ends, strict=True):
            if until <= start_us:
                before = moment.levels
                continue
            if us >= end_us:
                break
            begin, end = max(us, start_us), min(until, end_us)
            if begin > last:
                found.append(Piece(last, begin, (), ()))
            last = max(last, end)
            levels = () if is_ours(moment.levels) else moment.levels
            common = _common(before, levels)
            before = levels
            begun.update(self._place(level) for level in levels[common:] if level.kind != "eval")
            shown = self.places(moment) if levels else ()
            found.append(Piece(begin, end, shown, self.spots(moment) if levels else ()))
        return _cut(found, waited), begun


def _common(one: Sequence[Level], other: Sequence[Level]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine is not theirs and mine != theirs:
            break
        count += 1
    return count


def _cut(pieces: Sequence[Piece], waited: Iterable[Wait]) -> list[Piece]:
    """Put each time that was waited for a process on top of the piece that it lies in."""
    queue = sorted(waited, key=lambda wait: wait.start_us)
    found: list[Piece] = []
    first = 0
    for piece in pieces:
        at = piece.start_us
        while first < len(queue) and queue[first].end_us <= at:
            first += 1
        for wait in queue[first:]:
            if wait.start_us >= piece.end_us:
                break
            begin, end = max(at, wait.start_us), min(piece.end_us, wait.end_us)
            if end <= begin:
                continue
            if begin > at:
                found.append(Piece(at, begin, piece.places, piece.spots))
            found.append(Piece(begin, end, (*piece.places, wait.child.place), piece.spots))
            at = end
        if at < piece.end_us:
            found.append(Piece(at, piece.end_us, piece.places, piece.spots))
    return found


def _named(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """What zsh does before the first file, and when all files have ended, has a name of its own."""
    running = [index for index, piece in enumerate(pieces) if piece.places]
    if not running:
        return tuple(pieces)
    files = [index for index in running if pieces[index].places[0].kind == "file"]
    first, last = running[0], files[-1] if files else running[-1]
    return tuple(
        Piece(piece.start_us, piece.end_us, (START if index < first else PROMPT,), ())
        if not piece.places and (index < first or index > last)
        else piece
        for index, piece in enumerate(pieces)
    )
