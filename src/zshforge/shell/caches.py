"""What zsh and its plugins keep beside a configuration: histories, dumps, compiled files, cache folders."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

BUNDLE = "walk.zsh.zwc"
"""The compiled modules of a shipped configuration; what they were compiled from lies in other folders."""

_HISTORY = re.compile(r"^\.?(?:[\w.+-]*[._-])?z?(?:history|histfile|hist)(?:\.(?:db|sqlite3?|new|LOCK|bak|old))?$")
_CODE = ("*.plugin.zsh", "*.zsh-theme", "z4h.zsh", "antidote.zsh")


def is_history(name: str) -> bool:
    """Whether a file of this name is a history of a shell (not a library such as ``history.zsh``)."""
    return _HISTORY.match(name) is not None


_SHELL_NAME = re.compile(
    r"z(sh|im|init|i$|gen|plug|prezto|log|prof)|oh-my|anti(dote|gen|body)|p10k|powerlevel|starship|sheldon|dot-?files",
    re.IGNORECASE,
)


def is_shell_name(path: str) -> bool:
    """Whether a path or a folder above it is named after a shell's tool, or after dotfiles (``.config/zsh/x``)."""
    return any(_SHELL_NAME.search(part) for part in path.split("/"))


def is_dump(name: str) -> bool:
    """Whether a file of this name is a completion dump, as text, data or compiled."""
    return "zcompdump" in name


def holds_code(folder: Path) -> bool:
    """Whether a folder of ``.cache`` holds plugins or a framework (antidote, zsh4humans), not a cache."""
    depths = ("", "*/", "*/*/", "*/*/*/", "*/*/*/*/")
    return any(next(folder.glob(depth + name), None) for depth in depths for name in _CODE)


def clear_caches(root: Path) -> None:
    """Remove what a session would write anew: dumps, compiled files whose source is there, the cache folder."""
    cache = root / ".cache"
    if cache.is_dir() and not cache.is_symlink():
        for entry in list(cache.iterdir()):
            if entry.is_symlink() or not entry.is_dir():
                _unlink(entry)
            elif not holds_code(entry):
                remove_tree(entry)
        with suppress(OSError):
            cache.rmdir()
    for top, _, names in os.walk(root):
        for file in (Path(top) / name for name in names):
            compiled = file.suffix == ".zwc" and (file.with_suffix("").exists() or file.name == BUNDLE)
            if is_dump(file.name) or compiled:
                _unlink(file)


def _unlink(file: Path) -> None:
    with suppress(OSError):  # a HOME that is unwritable on purpose keeps what it has
        file.unlink()


def remove_tree(root: Path) -> None:
    """Remove a folder with all that is in it, also read-only folders; never raises, never follows a link."""
    for _ in range(3):  # a process that is just ending may still write
        if not os.path.lexists(root):
            return
        if not root.is_symlink():
            with suppress(OSError):
                root.chmod(0o700)
        for top, folders, _ in os.walk(root):
            for folder in (Path(top) / name for name in folders):
                if not folder.is_symlink():
                    with suppress(OSError):
                        folder.chmod(0o700)
        shutil.rmtree(root, ignore_errors=True)
