"""SHA-256 of files as they lie there: only files are opened, and what moves while it is read gives no answer."""

from __future__ import annotations

import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_CHUNK = 1 << 20
_TRIES = 3  # an editor saves once; what changes three times in a row is being written to
_WORKERS = min(8, 2 * (os.cpu_count() or 1))  # readers wait for the disk, and hashing lets go of the interpreter
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC | os.O_NOFOLLOW


class Identity(NamedTuple):
    """What changes whenever content changes: no program can set the last one (``ctime``) to a time of its choice."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


class Digest(NamedTuple):
    """A content's SHA-256, and the identity that it was read under."""

    sha256: str
    identity: Identity


def identity_of(facts: os.stat_result) -> Identity:
    """The identity of a file."""
    return Identity(facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)


def hash_file(path: str, *, read: Callable[[int, int], bytes] = os.read) -> Digest | None:
    """Hash one regular file, without following a link at its end and without waiting for anybody.

    Args:
        path: The file.
        read: What reads from a descriptor.

    Returns:
        The digest, or ``None`` when it is no regular file, may not be read, or changed each time it was read.
    """
    for _ in range(_TRIES):
        try:
            before = os.lstat(path)
            if not stat.S_ISREG(before.st_mode):
                return None
            content, after = _read(path, read)
        except OSError:
            return None
        if identity_of(before) == after:
            return Digest(content, after)
    return None


def hash_files(paths: Iterable[str]) -> dict[str, Digest | None]:
    """Hash many files at once."""
    wanted = list(dict.fromkeys(paths))
    if len(wanted) <= 1:
        return {path: hash_file(path) for path in wanted}
    with ThreadPoolExecutor(_WORKERS) as pool:
        return dict(zip(wanted, pool.map(hash_file, wanted, chunksize=1), strict=True))


def _read(path: str, read: Callable[[int, int], bytes]) -> tuple[str, Identity | None]:
    """The content's digest, and the identity if it was the same before and after the reading."""
    descriptor = os.open(path, _FLAGS)
    try:
        first = os.fstat(descriptor)
        if not stat.S_ISREG(first.st_mode):
            return "", None
        total, left = hashlib.sha256(), first.st_size + 1  # one more byte than there should be
        while left > 0 and (data := read(descriptor, min(left, _CHUNK))):
            total.update(data)
            left -= len(data)
        last = identity_of(os.fstat(descriptor))
    finally:
        os.close(descriptor)
    return total.hexdigest(), last if last == identity_of(first) and left == 1 else None
