"""A commit applied up to one of its pieces, as a configuration in a scratch folder; the work tree is not touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.shell.git import export_tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.judge.pieces import Piece
    from zshforge.shell.config import Config
    from zshforge.shell.git import Git


class PieceVersions:
    """The states between two commits.

    Args:
        before: The configuration without any piece, of a git repository.
        pieces: What is applied, one after the other.
        folder: Where the states are written.
        git: Which git to run.
    """

    def __init__(self, before: Config, pieces: Sequence[Piece], folder: Path, git: Git) -> None:
        self._before, self._pieces, self._folder, self._git = before, pieces, folder, git

    def config(self, applied: int) -> Config:
        """The state with so many pieces applied."""
        before = self._before
        target = self._folder / f"state-{applied}"
        top = before.path.parent if before.shape == "file" else before.path
        if before.repo is None or before.rev is None:
            raise AssertionError  # only commits are taken apart
        if not target.exists():
            export_tree(before.repo, before.rev, str(before.path), target, git=self._git)
            for piece in self._pieces[:applied]:
                _apply(piece, target, top)
        return replace(
            before,
            kind="file" if before.shape == "file" else before.shape,
            label=f"{before.label} with {applied} of {len(self._pieces)} pieces",
            path=target / before.path.name if before.shape == "file" else target,
            repo=None,
            rev=None,
            tree=None,
            git=None,
        )


def _apply(piece: Piece, target: Path, top: Path) -> None:
    place = target.joinpath(*_below(piece.place.file, top))
    if piece.content is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(piece.content)


def _below(file: str, top: Path) -> tuple[str, ...]:
    """The parts of a repository's path that lie below the configuration's folder."""
    parts, above = file.split("/"), [part for part in top.parts if part != "."]
    return tuple(parts[len(above) :])
