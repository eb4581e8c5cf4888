"""Makes a lock: one start is watched, and everything that it read, and everything beside it, is written down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from zshforge.integrity.compiled import judge_compiled
from zshforge.integrity.grouping import group_files
from zshforge.integrity.snapshot import Contents, Taken, digest_of, folder_record, lock_group, look
from zshforge.integrity.walking import see
from zshforge.model.integrity import Lock
from zshforge.shell.git import Git, tags_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zshforge.integrity.grouping import Group
    from zshforge.integrity.hash_cache import HashCache
    from zshforge.integrity.observing import Observed
    from zshforge.integrity.places import Places
    from zshforge.model.integrity import LockedFolder, LockedPlugin
    from zshforge.shell.zsh import Zsh


class Tools(NamedTuple):
    """What both locking and checking work with.

    Attributes:
        zsh: Compiles sources, to compare.
        git: Reads commits.
        cache: Digests of earlier runs.
        scratch: Where to compile.
        largest: Bytes above which a file that no start read is locked by its size alone.
    """

    zsh: Zsh
    git: Git
    cache: HashCache
    scratch: Path
    largest: int


class Snapshot(NamedTuple):
    """Everything that lies there now.

    Attributes:
        plugins: By the order of the groups.
        taken: The same, as it was seen.
        above: Folders above the groups.
        unreadable: Absolute paths that could not be hashed.
        skipped: How many were too large to be hashed.
    """

    plugins: tuple[LockedPlugin, ...]
    taken: tuple[Taken, ...]
    above: tuple[LockedFolder, ...]
    unreadable: frozenset[str]
    skipped: int


def make_lock(kind: str, observed: Observed, places: Places, tools: Tools) -> tuple[Lock, Snapshot]:
    """A lock of what a start read.

    Args:
        kind: What is locked.
        observed: What the start read.
        places: The named roots.
        tools: What to work with.
    """
    groups = group_files(observed.files.items(), observed.fpath, places)
    first = _with_functions(groups, observed)
    snapshot = take(first, places, tools, compiled=True)
    lock = Lock(
        kind=kind,
        zsh=tools.zsh.text,
        observed=observed.observed,
        fpath=tuple(places.word(folder) for folder in observed.fpath),
        above=snapshot.above,
        plugins=snapshot.plugins,
        digest="",
    )
    return sealed_lock(lock), snapshot


def sealed_lock(lock: Lock) -> Lock:
    """The lock with the digest that its content has."""
    return msgspec.structs.replace(lock, digest=digest_of(msgspec.structs.replace(lock, digest="")))


def take(groups: Sequence[Group], places: Places, tools: Tools, *, compiled: bool) -> Snapshot:
    """Look at all groups and hash what is not known.

    Args:
        groups: What to look at.
        places: The named roots.
        tools: What to work with.
        compiled: Whether compiled files are compared with their sources.
    """
    roots = {group.root for group in groups}
    taken = [look(group, roots - {group.root}) for group in groups]
    contents = Contents(taken, tools.cache, tools.largest)
    states = judge_compiled(_compiled_files(taken), tools.zsh, tools.scratch) if compiled else {}

    def tags(root: str, commit: str) -> list[str]:
        return tags_at(Path(root), commit, git=tools.git) if compiled else []

    return Snapshot(
        plugins=tuple(lock_group(group, contents, states, places, tags) for group in taken),
        taken=tuple(taken),
        above=_above(groups, places),
        unreadable=frozenset(
            path for group in taken for path in map(group.path, group.files) if contents.unreadable(path)
        ),
        skipped=contents.skipped,
    )


def _compiled_files(taken: Iterable[Taken]) -> list[str]:
    return [
        group.path(below)
        for group in taken
        for below, seen in group.files.items()
        if below.endswith(".zwc") and seen.kind == "file"
    ]


def _with_functions(groups: list[Group], observed: Observed) -> list[Group]:
    """Marks the files from which functions would be read when they are called."""
    listed = {folder: _names(folder) for folder in observed.fpath}
    found = set()
    for name in observed.functions:
        place = next((folder for folder, names in listed.items() if name in names), None)
        if place is not None:
            found.add(f"{place}/{name}")
    return [_marked(group, found) for group in groups]


def _marked(group: Group, found: set[str]) -> Group:
    inside = "/" if group.root == "/" else group.root + "/"
    mine = {path[len(inside) :] for path in found if path.startswith(inside)}
    if not group.whole:
        folders = {entry.path for entry in group.watched if entry.rule == "fpath"}
        mine = {below for below in mine if (os.path.dirname(below) or ".") in folders}  # noqa: PTH120  texts
    return group._replace(files={**dict.fromkeys(sorted(mine), "autoloaded"), **group.files})


def _names(folder: str) -> set[str]:
    try:
        return set(os.listdir(folder))  # noqa: PTH208  texts
    except OSError:
        return set()


def _above(groups: Sequence[Group], places: Places) -> tuple[LockedFolder, ...]:
    """Every folder above a group's root: whoever may write there can put another one in its place."""
    words: dict[str, str] = {}
    for group in groups:
        folder = group.root
        while folder != "/":
            folder = os.path.dirname(folder)  # noqa: PTH120  texts
            words[folder] = _word_above(folder, places)
    found = [(word, see(folder)) for folder, word in words.items()]
    rows = [folder_record(word, seen) for word, seen in found if seen is not None and seen.kind == "folder"]
    return tuple(sorted(rows, key=lambda row: row.path))


def _word_above(folder: str, places: Places) -> str:
    """A folder above a root is named from the root, because its own name is this machine's business."""
    for name, root in places.roots:
        if root != folder and root.startswith(folder.rstrip("/") + "/"):
            return name + "/.." * (root.count("/") - (0 if folder == "/" else folder.count("/")))
    return places.word(folder)
