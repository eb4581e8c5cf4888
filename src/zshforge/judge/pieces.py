"""A commit in pieces that can be applied one after the other: each a few lines of one file, complete commands."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from zshforge.model.bisection import Place
from zshforge.shell.complete_commands import complete_commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from zshforge.shell.history import Change


class Piece(NamedTuple):
    """One step from the state before to the state after.

    Attributes:
        place: The lines, as the state after has them.
        content: The whole file when this piece and all before it are applied; ``None`` when it is gone.
    """

    place: Place
    content: bytes | None


def pieces_of(changes: Sequence[Change], zsh: Path) -> tuple[Piece, ...]:
    """All pieces, file by file, from the top of each to its end; a file that is no text is one piece."""
    return tuple(piece for change in changes for piece in _of_file(change, zsh))


def _of_file(change: Change, zsh: Path) -> Iterator[Piece]:
    texts = _lines(change.before or b""), _lines(change.after or b"")
    before, after = texts
    if change.after is None or before is None or after is None:
        yield Piece(Place(file=change.path, first=1, last=len(after or ()) or 1, text=()), change.after)
        return
    ways = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for tag, _, end, first, last in ways:
        if tag == "equal":
            continue
        for start, stop in _cuts(after[first:last], zsh):
            done = [*after[: first + stop], *before[end:]]
            place = Place(
                file=change.path,
                first=max(first + start + (stop > start), 1),
                last=max(first + stop, 1),
                text=tuple(line.rstrip("\n") for line in after[first + start : first + stop]),
            )
            yield Piece(place, "".join(done).encode("utf-8", "surrogateescape"))


def _cuts(lines: Sequence[str], zsh: Path) -> Iterator[tuple[int, int]]:
    """From where to where each piece of added lines goes; lines that only went away are one piece."""
    start = 0
    for stop in complete_commands([line.rstrip("\n") for line in lines], zsh) or (0,):
        yield start, stop
        start = stop


def _lines(content: bytes) -> list[str] | None:
    if b"\0" in content:
        return None
    return content.decode("utf-8", "surrogateescape").splitlines(keepends=True)
