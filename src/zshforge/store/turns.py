"""One writer at a time for the files of one folder, held by the kernel on the folder itself: nothing is left behind."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zshforge.model.errors import LockBusy, ZfError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STEP_S = 0.02


@contextmanager
def sole_writer(folder: Path, timeout_s: float) -> Iterator[None]:
    """Hold the right to replace files of a folder while the body runs; readers need no right.

    Args:
        folder: The folder; made when it is missing.
        timeout_s: How long to wait for other writers, in seconds.

    Raises:
        LockBusy: Others held it all that time.
        ZfError: The folder cannot be made or opened.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise ZfError(f"cannot be used: {error.strerror}", where=str(folder), hint="make it writable") from error
    try:
        _wait(descriptor, folder, timeout_s)
        yield
    finally:
        os.close(descriptor)


def _wait(descriptor: int, folder: Path, timeout_s: float) -> None:
    limit = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() >= limit:
                hint = "wait for the others to end, or raise integrity.lock_timeout_ms"
                raise LockBusy(f"others were writing for {timeout_s:g} s", where=str(folder), hint=hint) from error
            time.sleep(_STEP_S)
        else:
            return
