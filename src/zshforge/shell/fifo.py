"""FIFOs between us and a shell, and words that zsh reads as they are."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def fifo(path: Path) -> Iterator[int]:
    """Makes one, held open for reading and writing, so that neither side ever waits for the other to open it.

    Raises:
        OSError: It could not be made.
    """
    try:
        os.mkfifo(path, 0o600)
        fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            yield fd
        finally:
            os.close(fd)
    finally:
        path.unlink(missing_ok=True)


def quoted(word: object) -> str:
    """A word in single quotes."""
    return "'" + str(word).replace("'", "'\\''") + "'"
