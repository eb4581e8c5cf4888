"""Which plugin a file belongs to, told by where it lies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from zshforge.model.integrity import Watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zshforge.integrity.places import Places
    from zshforge.model.integrity import Use

#: The group of what belongs to no plugin, and of zsh's own files.
CONFIGURATION, ZSH = "configuration", "zsh"

_CONTAINERS = frozenset({"plugins", "themes", "bundle", "bundles", "modules", "contrib"})
_SYSTEM = ("/usr/", "/etc/", "/lib/", "/lib64/", "/opt/", "/nix/", "/snap/", "/Library/", "/System/")
_ENTRY_SUFFIXES = (".plugin.zsh", ".zsh-theme")


class Group(NamedTuple):
    """Files that belong together.

    Attributes:
        name: As findings name it.
        root: Its folder, absolute.
        source: ``system`` or ``folder``; of a checkout it is found out later.
        whole: Whether all in the folder belongs to it.
        watched: Otherwise: where a new file would be read.
        files: Paths below the root that a start read, with how.
    """

    name: str
    root: str
    source: str
    whole: bool
    watched: tuple[Watched, ...]
    files: dict[str, Use]


def group_files(files: Iterable[tuple[str, Use]], fpath: Sequence[str], places: Places) -> list[Group]:
    """Groups of everything that was read and of every folder of ``fpath``, by name.

    Args:
        files: Absolute paths with their use.
        fpath: Folders in which zsh looks for functions, absolute; they need not be there.
        places: The named roots.
    """
    read = dict(files)
    roots = _Roots(places)
    members: dict[tuple[str, bool], dict[str, Use]] = {}
    watched: dict[tuple[str, bool], set[Watched]] = {}
    for path, use in read.items():
        key = roots.of(path)
        below = os.path.relpath(path, key[0])
        members.setdefault(key, {})[below] = use
        watched.setdefault(key, set()).update(_watch(path, key, below, places))
    for folder in fpath:
        key = roots.of(folder + "/_")
        members.setdefault(key, {})
        watched.setdefault(key, set()).add(Watched(path=os.path.relpath(folder, key[0]), rule="fpath"))
    named = _names(sorted(members), places)
    return [_group(named[key], key, members[key], watched.get(key, set())) for key in sorted(members, key=named.get)]  # type: ignore[arg-type]  # every key is there


def _group(name: str, key: tuple[str, bool], files: dict[str, Use], watched: set[Watched]) -> Group:
    root, whole = key
    known = sorted(watched, key=lambda entry: (entry.path, entry.rule))
    folders = {entry.path for entry in known if entry.rule == "fpath"}
    kept = [entry for entry in known if entry.rule != "code" or entry.path not in folders]
    source = "system" if _is_system(root) else "folder"
    return Group(name, root, source, whole, () if whole else tuple(kept), dict(sorted(files.items())))


def _watch(path: str, key: tuple[str, bool], below: str, places: Places) -> Iterator[Watched]:
    """Where a file like this one would be read as well."""
    if key[1] or (_is_system(path) and not places.holds(path)):
        return
    folder = os.path.dirname(path)  # noqa: PTH120  names are texts here, by the ten thousand
    rule = "start" if folder in dict(places.roots).values() and below.startswith(".z") else "code"
    home = any(name == "HOME" and folder == place for name, place in places.roots)
    if rule == "code" and home:
        return  # of all that lies in a HOME, only start files are read by themselves
    yield Watched(path=os.path.dirname(below) or ".", rule="start" if home else "code")  # noqa: PTH120  as above


class _Roots:
    """Finds the folder of the plugin that a path belongs to, and remembers what it looked at."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._signs: dict[str, tuple[bool, bool]] = {}

    def of(self, path: str) -> tuple[str, bool]:
        """The root, and whether all in it is the plugin's."""
        above = list(self._above(path))
        for sign in (0, 1):
            for folder in above:
                if self._looked(folder)[sign]:
                    return folder, True
        for _, root in self._places.roots:
            if path.startswith(root + "/"):
                return root, False
        if _is_system(path) and "/zsh" in path:
            return "/", False
        return os.path.dirname(path) or "/", False  # noqa: PTH120  as above

    def _above(self, path: str) -> Iterator[str]:
        folder = os.path.dirname(path)  # noqa: PTH120  as above
        while len(folder) > 1 and not self._places.is_root(folder):
            yield folder
            folder = os.path.dirname(folder)  # noqa: PTH120  as above

    def _looked(self, folder: str) -> tuple[bool, bool]:
        if folder not in self._signs:
            self._signs[folder] = (os.path.lexists(folder + "/.git"), self._is_plugin(folder))
        return self._signs[folder]

    @staticmethod
    def _is_plugin(folder: str) -> bool:
        above, name = os.path.split(folder)
        if os.path.basename(above) in _CONTAINERS:  # noqa: PTH119  as above
            return True
        if _is_system(folder) and "/zsh/" in folder + "/":
            return False
        try:
            entries = os.listdir(folder)  # noqa: PTH208  as above
        except OSError:
            return False
        return f"{name}.zsh" in entries or any(entry.endswith(_ENTRY_SUFFIXES) for entry in entries)


def _is_system(path: str) -> bool:
    return path == "/" or path.startswith(_SYSTEM)


def _names(keys: Sequence[tuple[str, bool]], places: Places) -> dict[tuple[str, bool], str]:
    """A name for each root, its folder's where that is enough to tell it from the others."""
    named: dict[tuple[str, bool], str] = {}
    for key in keys:
        name = _name(key, places)
        named[key] = name if name not in named.values() else places.word(key[0])
    return named


def _name(key: tuple[str, bool], places: Places) -> str:
    root, whole = key
    if root == "/":
        return ZSH
    if not whole and places.word(root) in {"HOME", "ZDOTDIR"}:
        return CONFIGURATION
    return places.word(root).rpartition("/")[2]
