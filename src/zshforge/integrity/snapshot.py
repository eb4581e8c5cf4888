"""What lies there now, in the words of a lock; a lock is a snapshot, and a check compares two."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from zshforge.integrity.checkout import Checkout
from zshforge.integrity.names import spelt
from zshforge.integrity.walking import Seen, see, walk_watched, walk_whole
from zshforge.model.integrity import LockedFile, LockedFolder, LockedPlugin, Owner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zshforge.integrity.grouping import Group
    from zshforge.integrity.hash_cache import HashCache
    from zshforge.integrity.hashing import Identity
    from zshforge.integrity.places import Places
    from zshforge.model.integrity import Compiled

_ROOT_UID = 0


class Taken(NamedTuple):
    """A snapshot of one group, before anything was hashed.

    Attributes:
        group: What was looked at.
        files: By the path below the root.
        folders: The same.
    """

    group: Group
    files: dict[str, Seen]
    folders: dict[str, Seen]

    def path(self, below: str) -> str:
        """The absolute path of a file or folder."""
        root = self.group.root
        if below == ".":
            return root
        return f"/{below}" if root == "/" else f"{root}/{below}"


class Contents:
    """SHA-256 of many files, asked for together.

    Args:
        taken: Whose files.
        cache: What is known already.
        largest: Bytes; what is larger and was not read by a start is not hashed.
    """

    def __init__(self, taken: Iterable[Taken], cache: HashCache, largest: int) -> None:
        wanted: dict[str, Identity] = {}
        self._goals: dict[str, str] = {}
        self.skipped = 0
        for group in taken:
            for below, seen in group.files.items():
                self._want(group, below, seen, wanted, largest)
        self._digests = cache.digests(wanted.items())

    def of(self, path: str) -> str | None:
        """The digest of a file, or of the file that a link leads to."""
        return self._digests.get(self._goals.get(path, path))

    def unreadable(self, path: str) -> bool:
        """Whether it should have been hashed, and could not be."""
        goal = self._goals.get(path, path)
        return goal in self._digests and self._digests[goal] is None

    def _want(self, group: Taken, below: str, seen: Seen, wanted: dict[str, Identity], largest: int) -> None:
        path = group.path(below)
        if seen.kind == "link":
            goal = os.path.realpath(path)
            target = see(goal)
            if target is None or target.kind != "file":
                return
            self._goals[path], path, seen = goal, goal, target
        if seen.kind == "file":
            if seen.identity.size > largest and below not in group.group.files:
                self.skipped += 1
            else:
                wanted[path] = seen.identity


def look(group: Group, without: Iterable[str]) -> Taken:
    """Look at a group's files without reading one.

    Args:
        group: Which files.
        without: Roots of other groups.
    """
    if group.whole:
        files, folders = walk_whole(group.root, set(without))
    else:
        files, folders = _look_watched(group)
    top = folders.get(".")
    if not group.whole or (top is not None and top.kind == "folder"):
        _look_named(group, files)
    if not group.whole:
        folders = _folders_of(group.root, files)
    return Taken(group, files, folders)


def _look_watched(group: Group) -> tuple[dict[str, Seen], dict[str, Seen]]:
    files: dict[str, Seen] = {}
    for entry in group.watched:
        inside = "" if entry.path == "." else f"{entry.path}/"
        found = walk_watched(os.path.join(group.root, entry.path), entry.rule)  # noqa: PTH118  as above
        files |= {inside + name: seen for name, seen in found.items()}
        if entry.rule == "fpath" and entry.path != ".":
            _add(group.root, f"{entry.path}.zwc", files)
    return files, {}


def _look_named(group: Group, files: dict[str, Seen]) -> None:
    """Files that a start read, wherever they lie, and what may lie compiled beside them."""
    for below in group.files:
        if below not in files:
            _add(group.root, below, files)
            if not below.endswith((".zwc", ".so")):
                _add(group.root, f"{below}.zwc", files)


def _add(root: str, below: str, files: dict[str, Seen]) -> None:
    seen = see(os.path.join(root, below))  # noqa: PTH118  as above
    if seen is not None and seen.kind != "folder":
        files[below] = seen


def _folders_of(root: str, files: Iterable[str]) -> dict[str, Seen]:
    """The folders in which these files lie, up to the root."""
    names = {"."}
    for below in files:
        folder = os.path.dirname(below)  # noqa: PTH120  as above
        while folder and folder not in names:
            names.add(folder)
            folder = os.path.dirname(folder)  # noqa: PTH120  as above
    found = ((name, see(os.path.join(root, name))) for name in sorted(names))  # noqa: PTH118  as above
    return {name: seen for name, seen in found if seen is not None}


def lock_group(
    taken: Taken,
    contents: Contents,
    compiled: Mapping[str, Compiled],
    places: Places,
    tags_at: Callable[[str, str], Sequence[str]],
) -> LockedPlugin:
    """A group's snapshot as a lock holds it.

    Args:
        taken: What was seen.
        contents: Digests of its files.
        compiled: What compiled files are to their sources, by absolute path.
        places: The named roots.
        tags_at: Names the tags of a folder that name a commit.
    """
    group, git = taken.group, Checkout(Path(taken.group.root))
    commit = git.commit() if group.whole else None
    tags = tags_at(group.root, commit) if commit else ()
    return sealed(
        LockedPlugin(
            name=group.name,
            root=places.word(group.root),
            source=(git.source() if commit else None) or group.source,
            commit=commit,
            tags={name: oid for name in sorted(tags) if (oid := git.tag(name))},
            whole=group.whole,
            watched=group.watched,
            folders=tuple(folder_record(spelt(name), seen) for name, seen in sorted(taken.folders.items())),
            files=tuple(
                _file(taken, below, contents, compiled.get(taken.path(below), "none"), places)
                for below in sorted(taken.files)
            ),
            digest="",
        )
    )


def sealed(plugin: LockedPlugin) -> LockedPlugin:
    """The plugin with the digest that its content has."""
    return msgspec.structs.replace(plugin, digest=digest_of(msgspec.structs.replace(plugin, digest="")))


def digest_of(record: msgspec.Struct) -> str:
    """SHA-256 of a record, independent of how a file lays it out."""
    return hashlib.sha256(msgspec.json.encode(record, order="deterministic")).hexdigest()


def folder_record(word: str, seen: Seen) -> LockedFolder:
    """A folder as a lock holds it, under a name that is spelt already."""
    return LockedFolder(path=word, mode=f"{seen.mode:04o}", owner=owner_of(seen.uid))


def owner_of(uid: int) -> Owner:
    """Whose a file is, in a word that holds on every machine."""
    if uid == _ROOT_UID:
        return "root"
    return "user" if uid == os.getuid() else "other"


def _file(taken: Taken, below: str, contents: Contents, compiled: Compiled, places: Places) -> LockedFile:
    seen = taken.files[below]
    return LockedFile(
        path=spelt(below),
        kind=seen.kind,
        use=taken.group.files.get(below, "present"),
        sha256=contents.of(taken.path(below)) if seen.kind in {"file", "link"} else None,
        size=seen.identity.size if seen.kind == "file" else 0,
        mode="" if seen.kind == "link" else f"{seen.mode:04o}",
        owner=owner_of(seen.uid),
        goal=places.word(seen.goal) if seen.goal.startswith("/") else spelt(seen.goal),
        compiled=compiled,
    )
