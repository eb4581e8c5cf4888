"""The user's own names for what lies in a throw-away copy, and the plugin that a file belongs to."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zshforge.shell.config import Config
    from zshforge.shell.home import Home

#: Folders whose entries are plugins; the number of path components that make a plugin's name below them.
_PLUGIN_FOLDERS = {
    "plugins": 1,  # oh-my-zsh, zinit, plain configurations
    "modules": 1,  # prezto, zim
    "themes": 1,  # oh-my-zsh
    "bundles": 1,
    "repos": 2,  # sheldon, antigen
    "sources": 2,  # zgenom
    "github.com": 2,  # antidote, sheldon, znap
}
_ORIGIN = {"home_dir": "home", "zdotdir": "zdotdir"}


class Origins:
    """Turns paths of a session back into those of the configuration.

    Args:
        config: What is explained.
        home: Its throw-away copy.
    """

    def __init__(self, config: Config, home: Home) -> None:
        self._pairs: list[tuple[str, str]] = []
        target = config.path.as_posix() if config.kind != "git" else config.argument
        if config.checkout is not None:
            self._pairs.append((str(home.home / config.checkout), target))
        elif config.shape == "file":
            self._pairs.append((str((home.zdotdir or home.home) / ".zshrc"), target))
        elif config.zdotdir is not None and home.zdotdir is not None:
            self._pairs.append((str(home.zdotdir), str(config.zdotdir)))
            self._pairs.append((str(home.home), target))
        else:
            place = home.home if config.shape == "home_dir" else home.zdotdir or home.home
            self._pairs.append((str(place), target))
        self._pairs.append((str(home.home), "~"))
        self._seen: dict[str, str] = {}

    def original(self, path: str) -> str:
        """The path as the user knows it; a path outside of the copy is left as it is."""
        known = self._seen.get(path)
        if known is None:
            known = self._seen[path] = self._translate(path)
        return known

    def _translate(self, path: str) -> str:
        for copied, target in self._pairs:
            if path == copied or path.startswith(copied + "/"):
                return target + path[len(copied) :]
        return path

    def copied(self, path: str) -> Path | None:
        """The file of the copy that a user's path stands for, or ``None`` when it is not in the copy."""
        for copied, target in self._pairs:
            if path == target or path.startswith(target + "/"):
                return Path(copied + path[len(target) :])
        return Path(path) if any(path.startswith(copied + "/") for copied, _ in self._pairs) else None


def plugin_of(file: str) -> str | None:
    """The plugin, module or theme that a file belongs to, told by the folders above it."""
    parts = PurePath(file).parts
    for index in range(len(parts) - 2, -1, -1):
        depth = _PLUGIN_FOLDERS.get(parts[index])
        if depth is None:
            continue
        names = parts[index + 1 : index + 1 + depth]
        if len(parts) > index + 1 + depth:
            return "/".join(names).replace("---", "/")
        if parts[index] in ("plugins", "themes") and len(names) == depth == 1:
            return names[0].split(".", 1)[0]
    return None
