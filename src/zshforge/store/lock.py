"""One capture at a time on a machine, held by the kernel: the lock ends with its holder, so it is never stale."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct

from zshforge.model.errors import CaptureBusy, ZfError
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Holder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is capturing."""

    pid: int
    since: str
    """UTC, ISO 8601."""
    what: str
    """The command line, for people."""


@contextmanager
def capture_lock(path: Path, timeout_s: float, owner: Holder) -> Iterator[None]:
    """Holds the lock while the body runs.

    Args:
        path: The lock file; it stays behind when the lock is freed.
        timeout_s: How long to wait for another holder, in seconds; 0 asks once.
        owner: Who to name to those who come second.

    Raises:
        CaptureBusy: Another capture held it all that time; names its process and since when.
        ZfError: The file system refused.
    """
    lock = _acquired(path, timeout_s)
    try:
        # beside the lock file: whoever merely tries to lock may empty that one
        note = _note(path)
        atomic_write(note, msgspec.json.encode(owner))
        try:
            yield
        finally:
            note.unlink(missing_ok=True)
    finally:
        lock.release()


def _acquired(path: Path, timeout_s: float) -> FileLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=timeout_s)
        lock.acquire()
    except Timeout as error:
        hint = "wait for it to end, or raise capture.lock_timeout_ms"
        raise CaptureBusy(f"{_named(path)} is measuring on this machine", where=str(path), hint=hint) from error
    except OSError as error:
        raise ZfError(f"cannot be locked: {error}", where=str(path)) from error
    return lock


def _named(path: Path) -> str:
    try:
        holder = msgspec.json.decode(_note(path).read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return "another capture"
    return f"{holder.what} (pid {holder.pid}, since {holder.since})"


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".holder")
