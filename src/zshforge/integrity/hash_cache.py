"""Digests by identity: a file whose device, inode, size, mtime and ctime are those of then needs no second reading."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from zshforge.integrity.hashing import Digest, Identity, hash_files
from zshforge.model.errors import ZfError
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FORM = 1
_MOST = 200_000  # entries; beyond that only those of the last run are kept
#: A file system may stamp two changes within so much time alike (FAT: two seconds): what is that young is read again.
_YOUNG_NS = 2_000_000_000


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """The cache's file."""

    form: int
    digests: list[tuple[int, int, int, int, int, bytes]]


class HashCache:
    """Digests of earlier runs, in a file that nobody but its owner may write.

    Args:
        path: The file; ``None`` remembers nothing (``--full``).
        now_ns: The time, in nanoseconds since 1970.

    Attributes:
        hashed: How many files were read.
        trouble: Why nothing could be kept, or empty.
    """

    def __init__(self, path: Path | None, now_ns: int) -> None:
        self._path = path
        self._now_ns = now_ns
        self._known = {} if path is None else _load(path)
        self._new: dict[Identity, bytes] = {}
        self.hashed = 0
        self.trouble = ""

    def digests(self, wanted: Iterable[tuple[str, Identity]]) -> dict[str, str | None]:
        """SHA-256 by path; ``None`` for what cannot be read or does not hold still.

        Args:
            wanted: Paths, each with its identity as just seen.
        """
        done: dict[str, str | None] = {}
        unknown: list[str] = []
        for path, identity in wanted:
            known = self._known.get(identity)
            if known is None:
                unknown.append(path)
            else:
                done[path] = known.hex()
                self._new[identity] = known
        self.hashed += len(unknown)
        for path, digest in hash_files(unknown).items():
            done[path] = digest.sha256 if digest else None
            if digest is not None:
                self._remember(digest)
        return done

    def save(self) -> None:
        """Keep what was used for the next run; a cache that cannot be written costs time, and nothing else."""
        if self._path is None or self._new.keys() <= self._known.keys():
            return
        kept = self._known | self._new if len(self._known) < _MOST else self._new
        rows = [(*identity, digest) for identity, digest in kept.items()]
        try:
            atomic_write(self._path, msgspec.msgpack.encode(_Stored(_FORM, rows)), sync=lambda _: None)
            self._path.chmod(0o600)
        except (ZfError, OSError) as error:
            self.trouble = f"the cache of digests was not kept: {error}"

    def _remember(self, digest: Digest) -> None:
        newest = max(digest.identity.mtime_ns, digest.identity.ctime_ns)
        if newest < self._now_ns - _YOUNG_NS:
            self._new[digest.identity] = bytes.fromhex(digest.sha256)


def _load(path: Path) -> dict[Identity, bytes]:
    """The cache's content; of one that others may write, or that is none, nothing."""
    with suppress(OSError, msgspec.DecodeError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor has no path
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o022:
                return {}
            stored = msgspec.msgpack.decode(file.read(), type=_Stored)
        if stored.form == _FORM:
            return {Identity(*row[:5]): row[5] for row in stored.digests}
    return {}
