"""A fingerprint of a configuration: what zsh may read of it, and nothing that a session writes."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.shell.caches import holds_code, is_dump, is_history, is_shell_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

WHOLE_BYTES = 1_000_000
"""Files up to this size count by their content, larger ones by size and time (no start file is that large)."""

WHOLE_FILES = 20_000
"""So many files count by their content, further ones by size and time: about a second of hashing."""

_FOLLOWED_DEPTH = 2  # .zsh -> dotfiles/zsh and .config/zsh -> ../dotfiles/zsh; deeper links only by their goal
_CACHE_FOLDERS = {".cache", "cache"}
_VOLATILE = frozenset(
    {".lesshst", ".viminfo", ".wget-hsts", ".Xauthority", ".ICEauthority", ".z", ".DS_Store", ".xsession-errors"}
)
_SHELL_SUFFIXES = {".zsh", ".sh", ".zsh-theme", ".bash", ".fzf"}


def digest_tree(root: Path, *, shell_only: bool = False, skip: Collection[str] = ()) -> str:
    """Fingerprint a configuration by path, mode and content of its files, in a fixed order.

    Dumps, compiled files, histories, ``.git``, and caches do not count; a folder of ``.cache`` that holds plugins
    does. A link counts by its goal and by the content behind it. The place of ``root`` does not count.

    Args:
        root: A folder, or a single file.
        shell_only: Of the folder (a HOME in daily use) only what shells read counts: the dot files of its top,
            and below its dot folders everything with a shell's suffix or in a folder named after a shell's tool.
        skip: Folders below ``root`` that are too large to be looked through; they count only when they are named
            after a shell's tool.

    Returns:
        A SHA-256, 64 hexadecimal digits.
    """
    total = hashlib.sha256()
    files = [("", root)] if root.is_file() else sorted(walk_files(root, shell_only=shell_only, skip=skip))
    for number, (name, path) in enumerate(files):
        record = _record(path, whole=number < WHOLE_FILES)
        for part in (os.fsencode(name), record):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _record(path: Path, *, whole: bool) -> bytes:
    """Mode and content of one file, or what stands for them."""
    goal = b""
    try:
        goal = os.fsencode(path.readlink()) if path.is_symlink() else b""
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return b"link " + goal
        mode = f"{facts.st_mode & 0o777:o} ".encode()
        if not whole or facts.st_size > WHOLE_BYTES:
            return mode + f"{facts.st_size} {facts.st_mtime_ns}".encode()
        return mode + hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b"unreadable " + goal


def walk_files(root: Path, *, shell_only: bool = False, skip: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """The files that count for :func:`digest_tree`, each with its name below ``root``, in no fixed order."""
    seen = {root.resolve(), *root.resolve().parents}
    pending = [(root, "")]
    while pending:
        folder, above = pending.pop()
        for entry in _entries(folder):
            name = above + entry.name
            try:
                if _is_left_out(entry, above) or (shell_only and not _is_shell(entry, name)):
                    continue
                if name in skip and not is_shell_name(name):
                    continue
                if _is_walked(entry, name, seen):
                    seen.add(entry.resolve())
                    pending.append((entry, f"{name}/"))
                elif entry.is_symlink() or entry.is_file():
                    yield name, entry
            except OSError:  # in a folder that may be listed but not entered
                yield name, entry


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _is_left_out(entry: Path, above: str) -> bool:
    name = entry.name
    if name == ".git" or is_dump(name) or name.endswith(".zwc") or is_history(name):
        return True
    parent = Path(above).name
    if name in _CACHE_FOLDERS and entry.is_dir():
        return name == "cache" or entry.is_symlink()
    return parent == ".cache" and not (entry.is_dir() and holds_code(entry))


def _is_walked(entry: Path, name: str, seen: set[Path]) -> bool:
    if not entry.is_dir():
        return False
    return not entry.is_symlink() or (name.count("/") < _FOLLOWED_DEPTH and entry.resolve() not in seen)


def _is_shell(entry: Path, name: str) -> bool:
    parts = name.split("/")
    if not name.startswith(".") or name in _VOLATILE:
        return False
    if len(parts) == 1 or entry.is_dir():
        return True
    return entry.suffix in _SHELL_SUFFIXES or is_shell_name(name)
