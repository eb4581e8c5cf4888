"""Scratch folders that say whether their owner lives, and the removal of what a killed owner left.

The owner holds a lock (flock) on a file in its folder. The kernel frees it with the process, however that ended, so a
folder whose lock is free has nobody who will remove it. Process numbers would be reused; locks are not.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zshforge.shell.caches import remove_tree
from zshforge.shell.processes import describe, end, processes_below
from zshforge.shell.signals import uninterrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER = "owner"
"""The file that the owner holds locked, in its folder."""

_PREFIX = "zf-"
_UNBORN = ".zf-"  # not yet a scratch folder: its owner does not hold the lock yet
_ROUNDS = 5  # a process that is being ended may start another one meanwhile


class Scratch:
    """A folder for one capture, with a held lock; it goes with its block, or with the next :func:`sweep`.

    Args:
        root: Where it is made; it must exist.

    Raises:
        OSError: No folder could be made there.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Path:
        """Make the folder, readable by its owner alone; it holds nothing but the lock file."""
        with contextlib.ExitStack() as stack:
            unborn = Path(tempfile.mkdtemp(prefix=_UNBORN, dir=self._root))
            stack.callback(remove_tree, unborn)
            lock = os.open(unborn / OWNER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            stack.callback(os.close, lock)
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder = self._root / (_PREFIX + unborn.name.removeprefix(_UNBORN))
            stack.callback(_clear, folder)  # runs before the lock is freed
            unborn.rename(folder)  # locked from the moment in which a sweep can see it
            self._stack = stack.pop_all()
        return folder

    def __exit__(self, *_: object) -> None:
        with uninterrupted():
            self._stack.close()


def sweep(root: Path) -> tuple[str, ...]:
    """End and remove what captures left that were killed: folders whose lock nobody holds.

    Folders of living captures, of other users, and whatever was not made by :class:`Scratch` are left alone. Any
    number of sweeps may run at once.

    Args:
        root: Where captures make their scratch folders.

    Returns:
        One line for each process that was ended and each folder that was removed.
    """
    return tuple(line for folder in _candidates(root) for line in _sweep_one(folder))


class Leftovers(NamedTuple):
    """What captures left that were killed.

    Attributes:
        folders: Paths of scratch folders whose lock nobody holds.
        processes: One line for each living process that was started in one of them: number, state, command.
    """

    folders: tuple[str, ...]
    processes: tuple[str, ...]


def find_leftovers(root: Path) -> Leftovers:
    """Look for what :func:`sweep` would end and remove; ends nothing, removes nothing, writes nothing.

    Args:
        root: Where captures make their scratch folders.
    """
    dead = [folder for folder in _candidates(root) if _is_dead(folder)]
    living = [process.pid for folder in dead for process in processes_below(folder)]
    return Leftovers(folders=tuple(map(str, dead)), processes=describe(living))


def _candidates(root: Path) -> list[Path]:
    try:
        return sorted(path for path in root.iterdir() if path.name.startswith(_PREFIX))
    except OSError:
        return []


def _is_dead(folder: Path) -> bool:
    with contextlib.ExitStack() as stack:
        return _take(folder, stack, fcntl.LOCK_SH)  # shared, so that two who look do not see each other as owners


def _sweep_one(folder: Path) -> Iterator[str]:
    with contextlib.ExitStack() as stack:
        if not _take(folder, stack, fcntl.LOCK_EX):
            return
        yield from _clear(folder)
        if not folder.exists():
            yield f"removed {folder}"


def _take(folder: Path, stack: contextlib.ExitStack, how: int) -> bool:
    """Lock a folder that has no owner, alone or shared with others; the lock is freed with the stack."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return False
        # Not blocked by a pipe of that name, not led elsewhere by a link.
        lock = os.open(folder / OWNER, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        stack.callback(os.close, lock)
        fcntl.flock(lock, how | fcntl.LOCK_NB)
        mine, there = os.fstat(lock), (folder / OWNER).lstat()
    except OSError:
        return False
    # Another sweep may have removed the folder between the opening and the locking.
    same = (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)
    return same and stat.S_ISREG(mine.st_mode) and mine.st_uid == os.getuid()


def _clear(folder: Path) -> list[str]:
    """End who lives below a folder, then remove it; tells of each process."""
    told: list[str] = []
    for _ in range(_ROUNDS):
        found = [process.pid for process in processes_below(folder)]
        if not found:
            break
        told += [f"ended process {line}" for line in describe(found)]
        end(found)
    remove_tree(folder)
    return told
