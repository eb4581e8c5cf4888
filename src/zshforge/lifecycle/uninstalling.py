"""Gives back what was there before an installation, to the byte, and takes away what it made."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.lifecycle.contents import added_files, changed_files
from zshforge.lifecycle.installing import read_installation
from zshforge.lifecycle.start_files import give_back, is_edited
from zshforge.model.errors import LifecycleRefused, NothingRecorded, ZfError
from zshforge.model.lifecycle import Installation, Uninstallation
from zshforge.shell.caches import remove_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zshforge.lifecycle.places import Places

EDITED = ".zshforge-edited"
"""What is added to the name of a stub that holds lines of the person's own."""


def _no_step(_: str) -> None:
    """Nothing happens between two steps of an ordinary removal."""


def uninstall(places: Places, *, keep_edits: bool = False, step: Callable[[str], None] = _no_step) -> Uninstallation:
    """Undo an installation; may be called again when it was interrupted.

    Args:
        places: The folders of the installation.
        keep_edits: Put edits of the person's own beside, instead of refusing.
        step: Called with a name between any two steps; a test stops there.

    Returns:
        What was given back and what is gone.

    Raises:
        NothingRecorded: Nothing is installed.
        LifecycleRefused: A file of ours was edited; nothing was done.
        ZfError: The file system refused.
    """
    done = read_installation(places)
    if done is None:
        raise NothingRecorded("nothing is installed", where=str(places.home), hint="zf install")
    edited = _edited(done)
    if edited and not keep_edits:
        what = "was changed since it was installed, and may hold lines of yours"
        raise LifecycleRefused(what, where=", ".join(map(str, edited)), hint="zf uninstall --keep-edits")
    try:
        edits = [_put_beside(path, done, places) for path in edited]
        step("edits kept")
        restored = []
        for file in done.kept:
            if give_back(file):
                restored.append(file.path)
            step(f"given back {file.path}")
        removed = _remove(done, places, step)
    except OSError as error:
        hint = "make it writable, and call zf uninstall again"
        raise ZfError(f"cannot be written: {error.strerror}", where=str(error.filename), hint=hint) from error
    return Uninstallation(
        home=done.home, restored=tuple(restored), removed=tuple(removed), edits=tuple(str(path) for path in edits)
    )


def _edited(done: Installation) -> list[Path]:
    stubs = [Path(file.path) for file in done.kept if is_edited(file) and os.path.lexists(file.path)]
    folder = Path(done.configuration)
    inside = (*changed_files(folder, done.files), *added_files(folder, done.files)) if folder.is_dir() else ()
    return [*stubs, *(folder / name for name in inside if (folder / name).is_file())]


def _put_beside(path: Path, done: Installation, places: Places) -> Path:
    folder = Path(done.configuration)
    if path.is_relative_to(folder):
        target = places.state / "edits" / folder.name / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
    else:
        target = path.with_name(path.name + EDITED)
    shutil.copy2(path, target)
    return target


def _remove(done: Installation, places: Places, step: Callable[[str], None]) -> list[str]:
    """Remove what is ours, the record last, so that an interrupted removal can be finished."""
    removed = []
    for path in (places.zdotdir, places.configurations, places.plugins, places.cache, places.kept):
        if os.path.lexists(path):
            removed.append(str(path))
        if path.is_symlink():
            path.unlink()
        else:
            remove_tree(path)
        step(f"removed {path}")
    _remove_empty(done.made)
    step("folders removed")
    places.made.unlink(missing_ok=True)
    places.record.unlink()
    _remove_empty((*done.made, str(places.record.parent)))
    return removed


def _remove_empty(folders: Iterable[str]) -> None:
    for folder in sorted(folders, reverse=True):
        with suppress(OSError):  # somebody else keeps something there
            Path(folder).rmdir()
