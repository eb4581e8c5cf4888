"""Named roots: a lock says ``HOME/…`` and ``ZDOTDIR/…``, so that it holds wherever these lie."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from zshforge.integrity.names import spelt, unspelt

if TYPE_CHECKING:
    from zshforge.shell.config import Config


class Places(NamedTuple):
    """Where the roots lie on this machine.

    Attributes:
        roots: Name and absolute folder; a folder inside of another one comes first.
    """

    roots: tuple[tuple[str, str], ...]

    def word(self, path: str) -> str:
        """An absolute path as a lock names it."""
        for name, folder in self.roots:
            if path == folder:
                return name
            if path.startswith(folder + "/"):
                return f"{name}/{spelt(path[len(folder) + 1 :])}"
        return spelt(path)

    def path(self, word: str) -> str:
        """The absolute path here of what a lock names; a root that is unknown here stays what it is."""
        for name, folder in self.roots:
            if word == name or word.startswith(f"{name}/"):
                return folder + unspelt(word[len(name) :])
        return unspelt(word)

    def is_root(self, path: str) -> bool:
        """Whether a folder is one of the roots, or above one of them."""
        return any(folder == path or folder.startswith(path.rstrip("/") + "/") for _, folder in self.roots)

    def holds(self, path: str) -> bool:
        """Whether a path lies in one of the roots."""
        return any(path == folder or path.startswith(folder + "/") for _, folder in self.roots)


def places_of(config: Config) -> Places:
    """The roots of a configuration.

    Args:
        config: Not a revision: that one lies nowhere.
    """
    named: list[tuple[str, str]] = []
    if config.shape == "home_dir":
        named.append(("HOME", str(config.path)))
    elif config.shape == "zdotdir":
        named.append(("ZDOTDIR", str(config.path)))
    else:
        named.append(("ZDOTDIR", str(config.path.parent)))
    if config.zdotdir is not None:
        named.append(("ZDOTDIR", str(config.zdotdir)))
    both = [*named, *((name, os.path.realpath(folder)) for name, folder in named)]
    return Places(tuple(sorted(dict.fromkeys(both), key=lambda entry: (-len(entry[1]), entry[0]))))
