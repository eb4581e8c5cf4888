"""Processes that the shell started, and the times that it waited for them, by the kernel's records."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.model.explanation import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zshforge.shell.lines import Moment
    from zshforge.shell.perf import ProcessRecord

_LATE_US = 3000  # a look may be later than the kernel stamp, on a busy machine by as much
_READ_US = 1000  # a look is stamped before it reads, which may be when the shell has just got the processor again
_BRIEF_US = 50  # a read from a pipe was seen to take 10; the next statement's fork came 400 after the shell had woken
_NAMES = 4
SUBSHELL = "(subshell)"


class Child(Struct, frozen=True, kw_only=True):
    """A process that the shell forked."""

    pid: int
    fork_us: int
    exit_us: int | None
    place: Place
    """The programs that it ran, and the line that started it."""
    sourced: str | None = None
    """The file that was being sourced then; ``None`` outside of any, and where looks disagree."""
    foreground: bool
    """Whether the shell stayed at that line until it ended."""


class Wait(Struct, frozen=True, kw_only=True):
    """A time in which the shell slept because of a child."""

    start_us: int
    end_us: int
    child: Child


def children(
    records: Sequence[ProcessRecord],
    moments: Sequence[tuple[int, Moment]],
    spot: Callable[[Moment], tuple[str, int] | None],
    sourced: Callable[[Moment], str | None],
    away: Sequence[tuple[int, int]],
) -> tuple[Child, ...]:
    """Every process that the shell itself forked.

    Args:
        records: The kernel's records of the session, in the order of their stamps.
        moments: What the shell was doing meanwhile.
        spot: The file and line of a moment.
        sourced: The file that was being sourced.
        away: When the shell was off the processor.
    """
    ends = [end for _, end in away]
    shell = next((record.pid for record in records if record.kind == "exec"), None)
    stamps = [us for us, _ in moments]
    tree = _Tree(records)
    found = []
    for fork in records:
        if fork.kind != "fork" or fork.parent != shell or not stamps:
            continue
        exit_us = tree.exits.get(fork.pid)
        sure_us = _surely(fork.stamp_us, ends)
        during = _during(sure_us, exit_us, tree.preempted(fork.pid), stamps, moments)
        stayed = exit_us is not None and all(_same_statement(during[0], moment) for moment in during)
        seen = during[:1] if stayed else _around(fork.stamp_us, sure_us, stamps, moments)
        file, line = _agreed([spot(moment) for moment in seen])
        place = Place(kind="command", name=tree.name(fork.pid), file=file, line=line)
        within = {sourced(moment) for moment in seen}
        found.append(
            Child(
                pid=fork.pid,
                fork_us=fork.stamp_us,
                exit_us=exit_us,
                place=place,
                sourced=within.pop() if len(within) == 1 else None,
                foreground=stayed and bool(during),
            )
        )
    return tuple(found)


def off_processor(records: Iterable[ProcessRecord]) -> list[tuple[int, int]]:
    """When the shell left the processor and got it again, in absolute microseconds, in order.

    Times that are apart by no more than it takes to read from a pipe are one.
    """
    shell: int | None = None
    left: int | None = None
    found: list[tuple[int, int]] = []
    for record in records:
        if shell is None and record.kind == "exec":
            shell = record.pid
        if record.pid != shell or record.kind not in ("sleep", "wake"):
            continue
        if record.kind == "sleep":
            brief = found and record.stamp_us - found[-1][1] < _BRIEF_US
            left = found.pop()[0] if brief else record.stamp_us
        elif left is not None:
            found.append((left, record.stamp_us))
            left = None
    return found


def in_time(moments: Sequence[tuple[int, Moment]], away: Sequence[tuple[int, int]]) -> tuple[tuple[int, Moment], ...]:
    """Moments with the stamps of late looks put right: a shell that is off the processor changes nothing.

    Args:
        moments: Changes, each with the stamp at which it was first seen.
        away: When the shell was off the processor.
    """
    begins = [begin for begin, _ in away]
    found: list[tuple[int, Moment]] = []
    for stamp, moment in moments:
        index = bisect_right(begins, stamp) - 1
        late = index >= 0 and stamp < away[index][1] - _READ_US
        true = away[index][0] if late else stamp
        found.append((max(true, found[-1][0]) if found else true, moment))
    return tuple(found)


def waits(found: Iterable[Child], away: Iterable[tuple[int, int]]) -> list[Wait]:
    """The times in which the shell slept while a child lived that it did not leave; of several the last to end."""
    candidates = [child for child in found if child.foreground]
    return [wait for begin, end in away for wait in _wait(begin, end, candidates)]


def _wait(start_us: int, end_us: int, candidates: Sequence[Child]) -> list[Wait]:
    living = [c for c in candidates if c.exit_us is not None and c.fork_us < end_us and c.exit_us > start_us]
    if not living:
        return []
    child = max(living, key=lambda c: c.exit_us or 0)
    begin, end = max(start_us, child.fork_us), end_us  # until it has the processor again, it is still waiting
    return [Wait(start_us=begin, end_us=end, child=child)] if end > begin else []


class _Tree:
    """Who started whom, and what each process ran."""

    def __init__(self, records: Iterable[ProcessRecord]) -> None:
        self.exits: dict[int, int] = {}
        self._below: dict[int, list[int]] = {}
        self._ran: dict[int, list[str]] = {}
        self._off: dict[int, list[ProcessRecord]] = {}
        for record in records:
            if record.kind == "fork":
                self._below.setdefault(record.parent, []).append(record.pid)
            elif record.kind == "exit":
                self.exits[record.pid] = record.stamp_us
            elif record.kind == "exec":
                self._ran.setdefault(record.pid, []).append(record.command)
            else:
                self._off.setdefault(record.pid, []).append(record)

    def preempted(self, pid: int) -> list[tuple[int, int]]:
        """When a process would have run on but had to wait for a processor, since it last slept; the latest first."""
        found: list[tuple[int, int]] = []
        for left, back in pairwise(self._off.get(pid, [])):
            if (left.kind, back.kind) == ("sleep", "wake"):
                found = [(left.stamp_us, back.stamp_us), *found] if left.preempted else []
        return found

    def name(self, pid: int) -> str:
        """The programs of a process and its descendants, each once."""
        names = list(dict.fromkeys(self._all(pid)))
        more = ["…"] if len(names) > _NAMES else []
        return ", ".join(names[:_NAMES] + more) or SUBSHELL

    def _all(self, pid: int) -> list[str]:
        found: list[str] = []
        waiting, seen = [pid], set()
        while waiting:
            now = waiting.pop(0)
            if now not in seen:
                seen.add(now)
                found += self._ran.get(now, [])
                waiting += self._below.get(now, [])
        return found


def _surely(fork_us: int, ends: Sequence[int]) -> int:
    """When what was seen of the shell is what it forked in: before it gets the processor again, and soon anyway."""
    index = bisect_right(ends, fork_us)
    return min(fork_us + _LATE_US, ends[index]) if index < len(ends) else fork_us + _LATE_US


def _around(fork_us: int, sure_us: int, stamps: Sequence[int], moments: Sequence[tuple[int, Moment]]) -> list[Moment]:
    """What the shell was seen to do from just before a fork until it surely had forked."""
    first, last = bisect_right(stamps, fork_us) - 1, bisect_right(stamps, sure_us)
    return [moment for _, moment in moments[first:last]] if first >= 0 else []


def _agreed(spots: Sequence[tuple[str, int] | None]) -> tuple[str | None, int | None]:
    """The file and the line that all looks agree on: of a shell that went on at once, no look may show the line."""
    files, lines = {spot[0] if spot else None for spot in spots}, {spot[1] if spot else None for spot in spots}
    file = files.pop() if len(files) == 1 else None
    return file, lines.pop() if file is not None and len(lines) == 1 else None


def _during(
    begin_us: int,
    exit_us: int | None,
    preempted: Sequence[tuple[int, int]],
    stamps: Sequence[int],
    moments: Sequence[tuple[int, Moment]],
) -> list[Moment]:
    """What the shell did while a child lived; its last moment may belong to the neighbours."""
    end = begin_us + _LATE_US if exit_us is None else _before_exit(begin_us, exit_us, preempted)
    first = max(0, bisect_right(stamps, begin_us) - 1)
    last = max(first, bisect_right(stamps, end) - 1)
    return [moment for _, moment in moments[first : last + 1]]


def _before_exit(begin_us: int, exit_us: int, preempted: Sequence[tuple[int, int]]) -> int:
    """When a child surely had not yet closed its output, which is what the shell waits for: it does so as it ends."""
    end, left_us = exit_us, min(_LATE_US, max(0, exit_us - begin_us) // 4)
    for out_us, back_us in preempted:
        if out_us < begin_us or end - back_us > left_us:
            break
        end, left_us = out_us, left_us - (end - back_us)
    return max(begin_us, end - left_us)


def _same_statement(at_fork: Moment, now: Moment) -> bool:
    """Whether the shell is still at the line that forked, or in something that this line called."""
    depth = len(at_fork.levels)
    if now.levels[:depth] != at_fork.levels:
        return False
    line = now.levels[depth].called_at if len(now.levels) > depth else now.line
    return line == at_fork.line
