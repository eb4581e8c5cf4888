"""What lies in a folder: looked at without opening, following or waiting for anything."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from zshforge.integrity.hashing import Identity, identity_of
from zshforge.shell.caches import is_dump, is_history
from zshforge.shell.config import START_FILES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from zshforge.model.integrity import Kind

#: Folders at a plugin's top that hold what it writes itself; what a start read of them is locked all the same.
OWN_FOLDERS = frozenset({"cache", ".cache", "log"})

_CODE = (".zsh", ".sh", ".zsh-theme", ".zwc", ".plugin.zsh", ".inc", ".bash")
_STARTS = frozenset({*START_FILES, ".zlogout"})
_KINDS: dict[int, Kind] = {
    stat.S_IFREG: "file",
    stat.S_IFLNK: "link",
    stat.S_IFDIR: "folder",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


class Seen(NamedTuple):
    """One file as it lies there now.

    Attributes:
        kind: What it is.
        mode: The permission bits.
        uid: Its owner.
        identity: Its identity.
        goal: Where a link leads, as written.
    """

    kind: Kind
    mode: int
    uid: int
    identity: Identity
    goal: str = ""


def see(path: str) -> Seen | None:
    """Look at one path itself, not at what a link leads to; ``None`` when there is nothing."""
    try:
        facts = os.lstat(path)
        return _seen(path, facts)
    except (OSError, ValueError):
        return None


def walk_whole(root: str, without: Collection[str]) -> tuple[dict[str, Seen], dict[str, Seen]]:
    """Everything below a folder, without its ``.git``, histories, dumps, and the folders that it writes itself.

    Args:
        root: The folder; when it is a link or no folder, it is the only file.
        without: Folders (absolute) that belong to others.

    Returns:
        Files and folders, each by its path below the root (the root itself is ``.``).
    """
    files: dict[str, Seen] = {}
    folders: dict[str, Seen] = {}
    top = see(root)
    if top is None or top.kind != "folder":
        return ({} if top is None else {".": top}), folders
    folders["."] = top
    pending = [("", root)]
    while pending:
        above, folder = pending.pop()
        for name, seen in _entries(folder):
            if seen.kind != "folder":
                if not is_history(name) and not is_dump(name):
                    files[above + name] = seen
            elif name != ".git" and not (not above and name in OWN_FOLDERS) and f"{folder}/{name}" not in without:
                folders[above + name] = seen
                pending.append((f"{above}{name}/", f"{folder}/{name}"))
    return files, folders


def walk_watched(folder: str, rule: str) -> dict[str, Seen]:
    """The files of one folder that a shell would read if they were new there.

    Args:
        folder: The folder.
        rule: As in :class:`zshforge.model.integrity.Watched`.
    """
    return {name: seen for name, seen in _entries(folder) if seen.kind != "folder" and _counts(name, rule)}


def _counts(name: str, rule: str) -> bool:
    if rule == "start":
        return name.removesuffix(".zwc") in _STARTS
    if rule == "code":
        return not is_dump(name) and (name.endswith(_CODE) or name in _STARTS)
    # compinit reads what begins with an underscore, autoload whatever is asked for; editors leave other things behind
    return not is_dump(name) and not is_history(name) and not name.endswith("~")


def _entries(folder: str) -> Iterator[tuple[str, Seen]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    seen = _seen(entry.path, entry.stat(follow_symlinks=False))
                except OSError:
                    continue  # it went away meanwhile
                yield entry.name, seen
    except OSError:
        return


def _seen(path: str, facts: os.stat_result) -> Seen:
    kind = _KINDS.get(stat.S_IFMT(facts.st_mode), "device")
    goal = os.readlink(path) if kind == "link" else ""  # noqa: PTH115  names are texts here, by the ten thousand
    return Seen(kind, stat.S_IMODE(facts.st_mode), facts.st_uid, identity_of(facts), goal)
