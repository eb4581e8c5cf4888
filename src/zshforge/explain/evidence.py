"""What rules look at: measured shares of the time, what the shell told, the text of files. Nothing here measures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from zshforge.explain.fold import fold
from zshforge.explain.sources import Sources, Told
from zshforge.explain.trace import Key, Spot, Trace
from zshforge.model.explanation import Place
from zshforge.model.settings import Settings
from zshforge.shell.mounts import Mount, mount_of
from zshforge.shell.perf import ProcessRecord
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from zshforge.explain.trace import Piece

_N = TypeVar("_N")


class Cost(Struct, frozen=True):
    """A time in milliseconds, and how far it may be off."""

    ms: float
    spread_ms: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        """The sum; what is in doubt adds up, too."""
        return Cost(self.ms + other.ms, self.spread_ms + other.spread_ms)

    def __sub__(self, other: Cost) -> Cost:
        """The difference; what is in doubt adds up."""
        return Cost(self.ms - other.ms, self.spread_ms + other.spread_ms)


NOTHING = Cost(0.0)


class Ran(Struct, frozen=True, kw_only=True):
    """A program that the shell started before the end, by the line that did."""

    place: Place
    count: int
    """In the median session."""
    waited: Cost
    """How long the shell waited for it."""

    @property
    def spot(self) -> Spot | None:
        """The file and the line, where both are known."""
        return (self.place.file, self.place.line) if self.place.file and self.place.line else None


class Span(Struct, frozen=True, kw_only=True):
    """One run of a function, or one reading of a file, in one session."""

    caller: Spot | None
    """The line that called it."""
    start_us: int
    us: int
    inside_us: dict[str, int]
    """The time in each function that it called, by name, with everything inside."""


class Bench(Protocol):
    """Measures what the sessions alone do not tell; each answer is ``None`` when it could not be measured."""

    def parsing(self, files: Sequence[str]) -> dict[str, Cost]:
        """The time that zsh takes to read the text of each file."""

    def completion(self) -> tuple[Cost, Cost] | None:
        """``compinit`` on this ``fpath``: without a dump, and with a valid one."""

    def history(self, lines: int) -> tuple[Cost, Cost] | None:
        """Reading the history file, and so many lines of it."""

    def full_history(self, size: int, saved: int, options: Sequence[str]) -> Cost | None:
        """What ``hist_expire_dups_first`` costs while the file is read into a list of that size.

        Args:
            size: HISTSIZE.
            saved: SAVEHIST: zsh goes through no more entries than that.
            options: The options of the history that are set, this one among them.
        """

    def small_repository(self) -> Cost | None:
        """How much earlier the prompt is there in an empty repository than in the one of the sessions."""

    def input_without(self, files: Sequence[str]) -> tuple[Cost, Cost] | None:
        """A key's echo as it is, and without some files."""


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that a rule may look at."""

    wall_ms: float
    traces: tuple[Trace, ...]
    records: tuple[tuple[ProcessRecord, ...], ...]
    """The kernel's records of each trace."""
    printed: tuple[tuple[tuple[int, bytes], ...], ...]
    """What each session of a trace printed, with stamps."""
    painted: bool
    """Whether a prompt stands on the screen before the start files have ended."""
    told: Told | None
    sources: Sources
    mounts: tuple[Mount, ...]
    """What is mounted; none where the system does not tell."""
    compiled: Mapping[str, bool]
    """Files beside which a compiled form lies, and whether that is older than the file."""
    sizes: Mapping[str, int]
    """Bytes of the files that were sourced."""
    bench: Bench
    settings: Settings
    shares: tuple[dict[Key, float], ...] = ()
    """The shares of each trace; this and what follows is made by :func:`evidence_of`, because rules ask often."""
    own_costs: dict[Spot, Cost] = {}
    """The own time of each line that was seen."""
    programs: tuple[Ran, ...] = ()
    """See :meth:`ran`."""
    sourced: tuple[str, ...] = ()
    """See :meth:`files`."""

    def time(self, wanted: Callable[[Key], bool]) -> Cost:
        """The time before the end for which something holds: the mean over the sessions, and half their range."""
        keys = {key for shares in self.shares for key in shares}
        chosen = [key for key in keys if wanted(key)]
        each = [sum(shares.get(key, 0.0) for key in chosen) * self.wall_ms for shares in self.shares]
        return _cost(each)

    def own(self, spot: Spot) -> Cost:
        """The time at a line, with the commands that it waited for, without what it called or sourced."""
        return self.own_costs.get(spot, NOTHING)

    def whole(self, spot: Spot) -> Cost:
        """The time at a line with everything inside."""
        return self.time(lambda key: spot in key[1])

    def inside_file(self, file: str) -> Cost:
        """The time of a file with everything inside."""
        return self.time(lambda key: any(place.kind == "file" and place.name == file for place in key[0]))

    def own_of_file(self, file: str) -> Cost:
        """The time of a file alone, without what it called, sourced or waited for."""
        return self.time(lambda key: bool(key[0]) and key[0][-1].kind == "file" and key[0][-1].name == file)

    def waited(self, place: Place) -> Cost:
        """How long the shell waited for the processes of a place."""
        return next((one.waited for one in self.programs if one.place == place), NOTHING)

    def ran(self) -> tuple[Ran, ...]:
        """The programs and subshells that the shell started before the end, the longest first."""
        return self.programs

    def files(self) -> tuple[str, ...]:
        """The files that were sourced before the end, in order; those that only the kernel saw come last."""
        return self.sourced

    def lines(self) -> tuple[tuple[Spot, Cost], ...]:
        """Every line that was seen, with its own time, the largest first."""
        return tuple(sorted(self.own_costs.items(), key=lambda item: -item[1].ms))

    def spans(self, wanted: Callable[[Place], bool]) -> tuple[tuple[Span, ...], ...]:
        """Of each session, the runs of whatever a place says yes to, in the order of time."""
        return tuple(tuple(_spans(one, wanted)) for one in self.traces)

    def cost_of(self, spans: Sequence[Sequence[Span]], us: Callable[[Span], int]) -> Cost:
        """What runs of each session cost together, as a share of the time."""
        pairs = zip(self.traces, spans, strict=True)
        return _cost([sum(map(us, found)) / max(one.us, 1) * self.wall_ms for one, found in pairs])

    def network(self, path: str) -> str | None:
        """The type of the file system that a path lies on, if its files come from elsewhere."""
        mount = mount_of(self.mounts, Path(path))
        return mount.kind if mount and mount.kind in _REMOTE else None


#: File systems whose files come from another machine, or from another system on this one.
_REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.rclone", "drvfs", "vboxsf"}
    | {"fuse.vmhgfs-fuse", "virtiofs", "glusterfs", "fuse.glusterfs", "lustre", "davfs", "fuse.s3fs", "prl_fs"}
)


def evidence_of(found: Evidence) -> Evidence:
    """The same with the shares of its traces."""
    shares = fold(found.traces).each if found.traces else ()
    own = _gathered(shares, lambda key: key[1][-1] if key[1] else None)
    same = same_places(found.traces)
    last = _gathered(shares, lambda key: same.get(key[0][-1], key[0][-1]) if key[0] else None)
    waits = {place: _scaled(each, found.wall_ms) for place, each in last.items()}
    return replace(
        found,
        shares=shares,
        own_costs={spot: _scaled(each, found.wall_ms) for spot, each in own.items()},
        programs=_programs(found.traces, waits, same),
        sourced=_sourced(found.traces, found.told),
    )


def _sourced(traces: Sequence[Trace], told: Told | None) -> tuple[str, ...]:
    looked = (place.name for one in traces for place in one.begun if place.kind == "file")
    return tuple(dict.fromkeys([*looked, *(told.times_sourced() if told else ())]))


def _gathered(shares: Sequence[dict[Key, float]], name: Callable[[Key], _N | None]) -> dict[_N, list[float]]:
    """The share of each session by whatever a key is named by."""
    found: dict[_N, list[float]] = {}
    for index, each in enumerate(shares):
        for key, share in each.items():
            named = name(key)
            if named is not None:
                found.setdefault(named, [0.0] * len(shares))[index] += share
    return found


def _scaled(each: Sequence[float], wall_ms: float) -> Cost:
    return _cost([share * wall_ms for share in each])


def same_places(traces: Sequence[Trace]) -> dict[Place, Place]:
    """Commands whose line a session did not show, each with the only one of its name whose line another did."""
    places = dict.fromkeys(child.place for one in traces for child in one.children)
    placed: dict[str, list[Place]] = {}
    for place in places:
        if place.line is not None:
            placed.setdefault(place.name, []).append(place)
    known = {name: found[0] for name, found in placed.items() if len(found) == 1}
    return {place: known[place.name] for place in places if place.line is None and place.name in known}


def _programs(traces: Sequence[Trace], waits: Mapping[Place, Cost], same: Mapping[Place, Place]) -> tuple[Ran, ...]:
    counts = [
        Counter(
            same.get(child.place, child.place)
            for child in one.children
            if child.fork_us <= one.end_us and child.foreground
        )
        for one in traces
    ]
    found = [
        Ran(place=place, count=round(median([c[place] for c in counts]) or 0), waited=waits.get(place, NOTHING))
        for place in dict.fromkeys(place for count in counts for place in count)
    ]
    return tuple(sorted((one for one in found if one.count), key=lambda one: -one.waited.ms))


def _cost(each: Sequence[float]) -> Cost:
    return Cost(sum(each) / len(each), (max(each) - min(each)) / 2) if each else NOTHING


def _spans(one: Trace, wanted: Callable[[Place], bool]) -> Iterator[Span]:
    run: list[Piece] = []
    caller: Spot | None = None
    for piece in (*one.pieces, None):
        index = _first(piece.places, wanted) if piece else None
        now = piece.spots[index - 1] if piece and index and index <= len(piece.spots) else None
        if run and (index is None or now != caller):
            yield _span(run, caller, wanted)
            run = []
        if piece is not None and index is not None:
            run.append(piece)
            caller = now


def _first(places: Iterable[Place], wanted: Callable[[Place], bool]) -> int | None:
    return next((index for index, place in enumerate(places) if wanted(place)), None)


def _span(run: Sequence[Piece], caller: Spot | None, wanted: Callable[[Place], bool]) -> Span:
    inside: Counter[str] = Counter()
    for piece in run:
        below = piece.places[(_first(piece.places, wanted) or 0) + 1 :]
        inside.update(dict.fromkeys({place.name for place in below if place.kind == "function"}, piece.us))
    return Span(caller=caller, start_us=run[0].start_us, us=sum(piece.us for piece in run), inside_us=dict(inside))
