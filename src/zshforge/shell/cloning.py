"""Copying one file by the cheapest way that the system has, and weighing what would be copied."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""Errors that say that nothing more can be written at all."""


def clone(source: Path, target: Path) -> int:
    """Copy one file with its mode and times; blocks are shared where the file system can do that.

    Args:
        source: A regular file.
        target: A file that is not there yet.

    Returns:
        Its size in bytes.

    Raises:
        OSError: The source cannot be read, or the target cannot be written.
    """
    with source.open("rb") as read, target.open("xb") as write:
        facts = os.fstat(read.fileno())
        _copy_range(read.fileno(), write.fileno(), facts.st_size)
        shutil.copyfileobj(read, write)  # what is left: everything, where the system has no such call
        write.flush()
        os.fchmod(write.fileno(), stat.S_IMODE(facts.st_mode) & 0o777)
    os.utime(target, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    return facts.st_size


def _copy_range(read: int, write: int, size: int) -> None:
    copy_range = getattr(os, "copy_file_range", None)  # Linux and FreeBSD
    done = 1
    try:
        while copy_range is not None and size > 0 and done > 0:
            done = copy_range(read, write, size)
            size -= done
    except OSError as error:
        if error.errno in NO_ROOM:
            raise


def weigh(folder: Path, most_bytes: float, most_files: int) -> tuple[int, int]:
    """Count the bytes and the files below a folder, and stop when one of them is too much.

    Args:
        folder: The folder; links are not followed.
        most_bytes: Where to stop.
        most_files: Where to stop.

    Returns:
        Bytes and files; exact when both are within the bounds.
    """
    size = files = 0
    for top, _, names in os.walk(folder):
        files += len(names)
        for name in names:
            with suppress(OSError):
                size += os.lstat(f"{top}/{name}").st_size
        if size > most_bytes or files > most_files:
            break
    return size, files
