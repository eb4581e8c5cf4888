"""What a folder lies on, by the kernel's table of mounts (fstab(5) has its form; Linux alone has one)."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

MOUNTS = Path("/proc/self/mounts")
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_FOLDERS = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108  the system's folders for such things
_FIELDS = 3


class Mount(NamedTuple):
    """A file system in its place.

    Attributes:
        device: What it is on.
        folder: Where it is seen.
        kind: Its type, such as ``ext4``.
    """

    device: str
    folder: str
    kind: str


def read_mounts(table: Path = MOUNTS) -> tuple[Mount, ...]:
    """All mounts in the order of the table; none where the system does not tell."""
    try:
        rows = [line.split(" ") for line in table.read_text(errors="surrogateescape").splitlines()]
    except OSError:
        return ()
    return tuple(Mount(row[0], _unescaped(row[1]), row[2]) for row in rows if len(row) >= _FIELDS)


def mount_of(mounts: Sequence[Mount], folder: Path) -> Mount | None:
    """The innermost mount above a folder (absolute, links resolved); of two in one place, the later."""
    above = [mount for mount in mounts if folder.is_relative_to(mount.folder)]
    return max(reversed(above), key=lambda mount: len(mount.folder), default=None)


def temporary_folder(table: Path = MOUNTS, folders: Sequence[Path] = _FOLDERS) -> Path:
    """Where throw-away files go when nobody has said it: the first folder that is not in memory.

    A start reads its files some percent slower from memory than from the cache of a disk, where homes lie
    (docs/benchmarks.md, "Agreement with zsh-bench").

    Args:
        table: The table of mounts.
        folders: In the order of preference; the first one when each of them is in memory or cannot be written.
    """
    mounts = read_mounts(table)
    kinds = {folder: mount_of(mounts, folder.resolve()) for folder in folders}
    on_disk = [folder for folder, mount in kinds.items() if mount is None or mount.kind not in IN_MEMORY]
    return next((folder for folder in on_disk if os.access(folder, os.W_OK)), folders[0])


def _unescaped(path: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), path)
