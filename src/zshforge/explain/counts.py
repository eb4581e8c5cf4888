"""Deterministic work of each file before the prompt."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from zshforge.model.explanation import Place, SegmentCounters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zshforge.explain.trace import Key, Piece, Trace
    from zshforge.shell.call_counter import FileCalls
    from zshforge.shell.perf import ProcessRecord

#: Counters of the start that is followed call by call.
CALLS = ("files_opened", "bytes_read", "path_stats", "fpath_stats")


def counters(
    one: Trace,
    traces: Sequence[Trace],
    records: Sequence[ProcessRecord] | None,
    calls: Sequence[FileCalls] | None,
    original: Callable[[str], str],
) -> tuple[SegmentCounters, ...]:
    """Deterministic work of each file; that of a command counts for the file that waited for it.

    Args:
        one: The session.
        traces: All sessions; how often ``compinit`` ran is told by the one that saw it least often.
        records: The kernel's records, or ``None`` when it refused them.
        calls: What was asked of the file system, or ``None`` when that could not be followed.
        original: Gives files the names that the user knows.
    """
    each = [_compinits(trace.pieces) for trace in traces]
    compinits = {name: min(count[name] for count in each if name in count) for name in _compinits(one.pieces)}
    forks, execs = _forks_and_execs(one, records or ())
    asked = {original(row.file) if row.file is not None else None: row for row in calls or ()}
    names = dict.fromkeys([*compinits, *forks, *execs, *asked])
    rows = [
        SegmentCounters(
            file=name,
            forks=forks[name] if records is not None else None,
            execs=execs[name] if records is not None else None,
            compinit_runs=compinits.get(name, 0),
            **_asked(asked.get(name), known=calls is not None),
        )
        for name in names
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.forks or 0), -(row.files_opened or 0), row.file or "")))


def uncounted(calls: Sequence[FileCalls] | str | None) -> dict[str, str]:
    """Why some counters are ``null``, by their name."""
    reasons = {"counters.instructions_user": "the kernel counts them for a process, not for a file that it sources"}
    if calls is None or isinstance(calls, str):
        why = calls or "system calls are not followed at this level"
        reasons |= dict.fromkeys((f"counters.{name}" for name in CALLS), why)
    return reasons


def _asked(row: FileCalls | None, *, known: bool) -> dict[str, int | None]:
    """A file that is not among the rows asked for nothing."""
    return {name: (getattr(row, name) if row else 0) if known else None for name in CALLS}


def _file(places: Sequence[Place]) -> str | None:
    return next((place.name for place in reversed(places) if place.kind == "file"), None)


def _compinits(pieces: Sequence[Piece]) -> Counter[str | None]:
    """Runs by file: as many as there are lines that called it.

    A look may meet the stack while it changes: what a single look says of a run counts only where no other says more.
    """
    looks = Counter(call for piece in pieces if (call := _compinit_call(piece)) is not None)
    calls = [call for call, seen in looks.items() if seen > 1] or list(looks)
    return Counter(_file(places) for places, _ in calls)


def _compinit_call(piece: Piece) -> Key | None:
    """Who called ``compinit``, and where, if it was running."""
    for depth, place in enumerate(piece.places):
        if place.kind == "function" and place.name == "compinit":
            return piece.places[:depth], piece.spots[:depth]
    return None


def _forks_and_execs(one: Trace, records: Sequence[ProcessRecord]) -> tuple[Counter[str | None], Counter[str | None]]:
    """A process counts for the file in which the shell started it, or started the one that it descends from."""
    file_of = {child.pid: child.sourced for child in one.children}
    forks: Counter[str | None] = Counter()
    execs: Counter[str | None] = Counter()
    own = next((record.pid for record in records if record.kind == "exec"), None)
    for record in records:
        if not one.start_us < record.stamp_us <= one.end_us:
            continue
        if record.kind == "fork":
            file_of.setdefault(record.pid, file_of.get(record.parent))
            forks[file_of[record.pid]] += 1
        elif record.kind == "exec" and record.pid != own:
            execs[file_of.get(record.pid)] += 1
    return forks, execs
