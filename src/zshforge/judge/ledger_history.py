"""The dated snapshots of the ledger: one file for each run, so that a run counts once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zshforge.model.errors import ArtifactInvalid, NothingRecorded, ZfError
from zshforge.model.ledger import Ledger, LedgerHistory, Snapshot
from zshforge.store.artifacts import read_artifact, write_artifact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_FILE_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def keep_snapshot(made: Ledger, folder: Path) -> Path | None:
    """Keep a ledger in the history; that of a run which is no evidence is not kept.

    Returns:
        The file, or ``None``.

    Raises:
        ArtifactInvalid: The run's id or its time cannot name a file.
        ZfError: The file system refused.
    """
    if made.verdict == "unknown":
        return None
    path = folder / f"perf-ledger-{day_of(made)}-{made.source.run_id}.json"
    if not _FILE_WORD.fullmatch(made.source.run_id):
        raise ArtifactInvalid("its run id cannot name a file", where=made.source.name)
    write_artifact(path, made)
    return path


def read_snapshots(folder: Path) -> tuple[tuple[Ledger, ...], tuple[str, ...]]:
    """Every snapshot, oldest first, and a sentence for each file that cannot be read."""
    found, notes = [], []
    for file in sorted(folder.glob("perf-ledger-*.json")):
        try:
            found.append(read_artifact(file, Ledger))
        except ZfError as error:
            notes.append(f"{file.name} {error.what}, so it counts for nothing")
    return tuple(sorted(found, key=lambda one: (one.source.timestamp, one.source.run_id))), tuple(notes)


def snapshot_named(word: str, every: Sequence[Ledger]) -> Ledger:
    """The snapshot that a word names: ``latest``, ``previous``, a run's id, or a day (``20260131``).

    Of several of one day the last one is meant.

    Raises:
        NothingRecorded: There is none.
    """
    places = {"latest": 1, "previous": 2}
    if word in places:
        found = list(every[-places[word] :][:1]) if len(every) >= places[word] else []
    else:
        found = [one for one in every if word in (one.source.run_id, day_of(one))]
    if not found:
        shown = ", ".join(one.source.run_id for one in every[-5:])
        raise NothingRecorded(f"there is no snapshot {word!r}", where="ledger-history", hint=shown or "zf ledger")
    return found[-1]


def history(every: Sequence[Ledger], notes: tuple[str, ...]) -> LedgerHistory:
    """The snapshots in short."""
    return LedgerHistory(
        snapshots=tuple(
            Snapshot(
                run_id=one.source.run_id,
                timestamp=one.source.timestamp,
                config=one.source.config,
                total_ms=one.total_ms,
                heaviest=one.segments[0].name if one.segments else None,
                over_count=one.budget_eval.over_count,
            )
            for one in every
        ),
        notes=notes,
    )


def day_of(made: Ledger) -> str:
    """The day of a run, as its file's name has it.

    Raises:
        ArtifactInvalid: The run's time is none.
    """
    match = _DAY.match(made.source.timestamp)
    if match is None:
        raise ArtifactInvalid(f"its time {made.source.timestamp!r} is none", where=made.source.name)
    return "".join(match.groups())
