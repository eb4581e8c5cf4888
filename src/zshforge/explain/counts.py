"""Deterministic work of each file before the prompt."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from zshforge.model.explanation import Place, SegmentCounters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.explain.trace import Piece, Trace
    from zshforge.shell.perf import ProcessRecord

#: Why some counters are ``null``, by their name.
UNCOUNTED = {
    "counters.files_opened": "to count them the shell's system calls would have to be traced, which changes its times",
    "counters.bytes_read": "to count them the shell's system calls would have to be traced, which changes its times",
    "counters.instructions_user": "the kernel counts them for a process, not for a file that it sources",
}


def counters(one: Trace, records: Sequence[ProcessRecord] | None) -> tuple[SegmentCounters, ...]:
    """Forks, execs and compinit runs of each file; work of a command counts for the file that waited for it.

    Args:
        one: The session.
        records: The kernel's records, or ``None`` when it refused them.
    """
    compinits = _compinits(one.pieces)
    forks, execs = _forks_and_execs(one, records or ())
    names = dict.fromkeys([*compinits, *forks, *execs])
    return tuple(
        SegmentCounters(
            file=name,
            forks=forks[name] if records is not None else None,
            execs=execs[name] if records is not None else None,
            compinit_runs=compinits[name],
        )
        for name in sorted(names, key=lambda name: (-forks[name], name or ""))
    )


def _file(places: Sequence[Place]) -> str | None:
    return next((place.name for place in reversed(places) if place.kind == "file"), None)


def _compinits(pieces: Sequence[Piece]) -> Counter[str | None]:
    found: Counter[str | None] = Counter()
    inside = False
    for piece in pieces:
        names = [place.name for place in piece.places if place.kind == "function"]
        if "compinit" in names and not inside:
            found[_file(piece.places)] += 1
        inside = "compinit" in names
    return found


def _forks_and_execs(one: Trace, records: Sequence[ProcessRecord]) -> tuple[Counter[str | None], Counter[str | None]]:
    begins = [piece.start_us for piece in one.pieces]
    forks: Counter[str | None] = Counter()
    execs: Counter[str | None] = Counter()
    own = next((record.pid for record in records if record.kind == "exec"), None)
    for record in records:
        if not one.start_us < record.stamp_us <= one.end_us or record.kind not in ("fork", "exec"):
            continue
        file = _file(one.pieces[max(0, bisect_right(begins, record.stamp_us) - 1)].places)
        if record.kind == "fork":
            forks[file] += 1
        elif record.pid != own:
            execs[file] += 1
    return forks, execs
