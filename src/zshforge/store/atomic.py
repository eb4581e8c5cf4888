"""Replaces files as a whole: a reader sees the old content or the new one, never half of either."""

from __future__ import annotations

import os
from secrets import token_hex
from typing import TYPE_CHECKING

from zshforge.model.errors import ZfError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def atomic_write(path: Path, data: bytes, *, sync: Callable[[int], None] = os.fsync) -> None:
    """Puts data in the place of a file, which survives a crash at any moment; missing folders are made.

    Args:
        path: The file; it has its old content, or the new one, at every moment.
        data: All of the new content.
        sync: What flushes a descriptor to the disk.

    Raises:
        ZfError: The file system refused; the old file is untouched and nothing is left beside it.
    """
    temporary = path.with_name(f".{path.name}.{token_hex(4)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_new(temporary, data, sync)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent, sync)
    except OSError as error:
        hint = "make room, or make its folder writable"
        raise ZfError(f"cannot be written: {error}", where=str(path), hint=hint) from error


def _write_new(path: Path, data: bytes, sync: Callable[[int], None]) -> None:
    # not tempfile: its files are private (0600), and an artifact is for every reader whom the umask admits
    with open(os.open(path, _NEW_FILE, 0o666), "wb") as file:  # noqa: PTH123  a descriptor has no path
        file.write(data)
        file.flush()
        sync(file.fileno())


def _sync_folder(folder: Path, sync: Callable[[int], None]) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)
