"""Copying a HOME so that a session can do what it likes with it: copied where it is small, linked where it is large.

History files are never linked, wherever they lie: a session must not add a line to the user's own.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.model.errors import ZfError
from zshforge.shell.caches import is_history, is_shell_name
from zshforge.shell.cloning import NO_ROOM, clone, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_HISTORY_LIKE = re.compile(r"history|histfile|zhist|\.hist$", re.IGNORECASE)
_CONTAINERS = {".config", ".local", ".local/share", ".local/state", ".cache"}
_NEVER_SEARCHED = {".git", "node_modules"}
_WHOLE = 1000  # a level below which nothing is weighed any more, because the whole folder fits


class CopyLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of a HOME is copied; what is larger is linked."""

    copy_entry_mb: float
    """Megabytes (10^6 bytes) of one entry."""
    copy_total_mb: float
    """Megabytes of all entries together."""
    copy_entry_files: int = 20_000
    """Files of one entry; copying that many takes about two seconds."""
    copy_total_files: int = 60_000
    depth: int = 5
    """How deep a large folder of a shell's tool, or one of the XDG folders, is opened, so that only its large
    parts are linked."""
    search_depth: int = 3
    """How deep linked folders are searched for history files, within ``search_entries`` entries in all."""
    search_entries: int = 20_000


class Copied(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a copy consists of; paths are relative to its top."""

    linked: tuple[str, ...]
    """Linked because they are large."""
    skipped: tuple[str, ...]
    """Not readable."""
    shared: int
    """How many visible entries were linked because that was asked for."""
    searched_all: bool
    """Whether every linked folder was searched for history files."""


def copy_tree(
    source: Path,
    target: Path,
    limits: CopyLimits,
    *,
    link_visible: bool = False,
    copy_too: Sequence[str] = (),
    avoid: Path | None = None,
    refuse: Callable[[Path], bool] | None = None,
) -> Copied:
    """Copy a folder; the copy's folders are writable, but its top keeps the mode of the source's.

    Times, modes and links are kept; sockets, fifos and devices are left out. Blocks are shared where possible.

    Args:
        source: The folder.
        target: The folder to make; its parent exists.
        limits: What is linked instead.
        link_visible: Link the entries of the top that do not begin with a dot.
        copy_too: Visible entries that are copied all the same.
        avoid: A folder that is left out (the one that holds ``target``).
        refuse: Says of a file that it cannot be read; for the cases that permissions alone cannot make.

    Returns:
        What was linked and what was skipped.

    Raises:
        ZfError: There is no room for the copy.
    """
    copier = _Copier(source, target, limits, avoid or target, refuse)
    try:
        copier.run(link_visible=link_visible, copy_too=frozenset(copy_too))
    except OSError as error:
        what = f"the configuration cannot be copied ({error.strerror})"
        raise ZfError(what, where=str(error.filename or target), hint="TMPDIR on a disk with room") from error
    return Copied(
        linked=tuple(sorted(copier.linked)),
        skipped=tuple(sorted(copier.skipped)),
        shared=copier.shared,
        searched_all=copier.search_left > 0,
    )


class _Copier:
    """The state of one copy: what is left of the limits, and what was linked or skipped so far."""

    def __init__(
        self, source: Path, target: Path, limits: CopyLimits, avoid: Path, refuse: Callable[[Path], bool] | None
    ) -> None:
        self.source, self.target, self.limits, self.refuse = source.resolve(), target, limits, refuse
        self.spelled = source
        self.avoid = _identity(avoid)
        self.device = source.stat().st_dev
        self.bytes_left = limits.copy_total_mb * 1e6
        self.files_left = limits.copy_total_files
        self.search_left = limits.search_entries
        self.shared = 0
        self.measured: dict[Path, tuple[int, int]] = {}
        self.linked: list[str] = []
        self.skipped: list[str] = []

    def run(self, *, link_visible: bool, copy_too: frozenset[str]) -> None:
        self.target.mkdir(mode=0o700)
        small = []
        for entry in self._entries(self.source):
            visible = not entry.name.startswith(".") and entry.name not in copy_too
            if link_visible and visible and not is_history(entry.name):
                self.shared += 1
                self._link(entry, self.target / entry.name)
            else:
                small.append(entry)
        for entry in self._by_size(small):
            self._take(entry, self.target / entry.name, 1)
        shutil.copystat(self.source, self.target)

    def _take(self, source: Path, target: Path, level: int) -> None:
        """Copy, open, link or skip one entry, as its kind and the limits say; one that just went is skipped."""
        try:
            mode = source.lstat().st_mode
            if stat.S_ISLNK(mode):
                self._take_link(source, target)
            elif stat.S_ISREG(mode):
                self._take_file(source, target, limited=level <= _WHOLE)
            elif stat.S_ISDIR(mode) and _identity(source) != self.avoid:
                self._take_folder(source, target, level)
        except OSError as error:
            self._skip(source, error)

    def _skip(self, source: Path, error: OSError) -> None:
        if error.errno in NO_ROOM:
            raise error
        self.skipped.append(self._name(source))

    def _take_link(self, source: Path, target: Path) -> None:
        if source.is_file() and is_history(source.name):
            self._copy_file(source, target)
        elif source.is_dir() and not source.resolve().is_relative_to(self.source) and self._histories(source):
            self._link(source, target)
        else:
            target.symlink_to(self._goal(source))

    def _goal(self, link: Path) -> str:
        """Where the twin of a link leads: into the copy when the link led into the source."""
        goal = link.readlink()
        meant = Path(os.path.normpath(link.parent / goal))
        root = next((root for root in (self.source, self.spelled) if meant.is_relative_to(root)), None)
        if goal.is_absolute():
            return str(goal if root is None else self.target / meant.relative_to(root))
        return str(meant if root is None else goal)

    def _take_file(self, source: Path, target: Path, *, limited: bool) -> None:
        size = source.lstat().st_size
        fits = size <= min(self.limits.copy_entry_mb * 1e6, self.bytes_left) and self.files_left > 0
        if fits or not limited or _HISTORY_LIKE.search(source.name):
            self._copy_file(source, target)
        else:
            self._note_link(source, target)

    def _take_folder(self, source: Path, target: Path, level: int) -> None:
        if level > _WHOLE:
            self._make_folder(source, target, self._entries(source), level)
            return
        size, files = self._measure(source)
        large = size > self.limits.copy_entry_mb * 1e6 or files > self.limits.copy_entry_files
        if not large and size <= self.bytes_left and files <= self.files_left:
            self._make_folder(source, target, self._entries(source), _WHOLE)
        elif large and level <= self.limits.depth and self._opens(source):
            self._make_folder(source, target, self._by_size(self._entries(source)), level)
        else:
            self._note_link(source, target)

    def _opens(self, folder: Path) -> bool:
        """Whether a large folder may hold small parts that a shell uses; a toolchain does not."""
        room = self.bytes_left > 0 and self.files_left > 0
        wanted = self._name(folder) in _CONTAINERS or is_shell_name(self._name(folder))
        return room and wanted and len(os.listdir(folder)) <= self.limits.copy_entry_files  # noqa: PTH208  names are enough

    def _make_folder(self, source: Path, target: Path, entries: Sequence[Path], level: int) -> None:
        target.mkdir(mode=0o700)
        for entry in entries:
            self._take(entry, target / entry.name, level + 1)
        shutil.copystat(source, target)
        target.chmod(target.stat().st_mode | stat.S_IRWXU)

    def _copy_file(self, source: Path, target: Path) -> None:
        try:
            if self.refuse is not None and self.refuse(source):
                raise PermissionError(errno.EACCES, "refused", str(source))
            self.bytes_left -= clone(source, target)
            self.files_left -= 1
        except OSError as error:
            target.unlink(missing_ok=True)
            self._skip(source, error)

    def _note_link(self, source: Path, target: Path) -> None:
        self.linked.append(self._name(source))
        self._link(source, target)

    def _link(self, source: Path, target: Path) -> None:
        """Link an entry; a folder with history files below becomes a real one, with everything else linked."""
        self._link_around(source, target, self._histories(source))

    def _link_around(self, source: Path, target: Path, kept: set[Path]) -> None:
        if source in kept:
            self._copy_file(source, target)
        elif any(source in file.parents for file in kept):
            target.mkdir(mode=0o700)
            for entry in self._entries(source):
                self._link_around(entry, target / entry.name, kept)
        elif source.is_symlink():
            target.symlink_to(self._goal(source))
        else:
            target.symlink_to(source)

    def _histories(self, folder: Path) -> set[Path]:
        found: set[Path] = set()
        level = [folder] if folder.is_dir() else []
        for _ in range(self.limits.search_depth):
            below: list[Path] = []
            for entry in (entry for parent in level for entry in self._searched(parent)):
                facts = _facts(entry)
                if facts is not None and is_history(entry.name) and entry.is_file():
                    found.add(entry)
                elif facts is not None and self._is_searched(entry, facts):
                    below.append(entry)
            level = below
        return found

    def _searched(self, folder: Path) -> Iterator[Path]:
        for entry in self._entries(folder):
            self.search_left -= 1
            if self.search_left <= 0:
                return
            yield entry

    def _is_searched(self, entry: Path, facts: os.stat_result) -> bool:
        # Another device is a mount: a network share that nobody wants to see walked.
        folder = stat.S_ISDIR(facts.st_mode) and facts.st_dev == self.device
        return folder and entry.name not in _NEVER_SEARCHED

    def _measure(self, folder: Path) -> tuple[int, int]:
        """Bytes and files below a folder, counted until one of them is above the limit of an entry."""
        if folder not in self.measured:
            self.measured[folder] = weigh(folder, self.limits.copy_entry_mb * 1e6, self.limits.copy_entry_files)
        return self.measured[folder]

    def _by_size(self, entries: Sequence[Path]) -> list[Path]:
        def size(entry: Path) -> tuple[int, str]:
            facts = _facts(entry)
            real = facts is not None and stat.S_ISDIR(facts.st_mode)
            return (self._measure(entry)[0] if real else facts.st_size if facts else 0, entry.name)

        return sorted(entries, key=size)

    def _entries(self, folder: Path) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except OSError:
            self.skipped.append(self._name(folder))
            return []

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.source)) if path.is_relative_to(self.source) else str(path)


def _facts(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


def _identity(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return (-1, -1)
    return facts.st_dev, facts.st_ino
