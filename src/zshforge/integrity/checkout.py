"""What a git checkout says of itself, read from its files: no program is run in a folder that is only to be read."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REMOTE = re.compile(r'^\[remote "([^"\n]+)"\][^\[]*?^\s*url\s*=\s*(\S+)', re.MULTILINE)
_LARGEST = 1 << 22  # of a packed-refs file: ten thousand tags fit four times
_LINKS = 5  # symbolic references that follow each other; git itself stops there


class Checkout:
    """The ``.git`` of one folder; everything is unknown when it is none.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self._own = _git_folder(root)
        self._common = _common(self._own)

    def commit(self) -> str | None:
        """The commit that is checked out."""
        return self._resolved("HEAD")

    def tag(self, name: str) -> str | None:
        """The object that a tag names: a commit, or the tag's own."""
        return self._resolved(f"refs/tags/{name}")

    def source(self) -> str | None:
        """Where it was cloned from: ``origin``, or the only remote; without user and password."""
        found = dict(_REMOTE.findall(_text(self._common / "config"))) if self._common else {}
        address = found.get("origin") or next(iter(found.values()), None)
        return _without_secrets(address) if address else None

    def _resolved(self, name: str) -> str | None:
        for _ in range(_LINKS):
            text = self._loose(name)
            if not text.startswith("ref: "):
                return text if _COMMIT.fullmatch(text) else self._packed(name)
            name = text[len("ref: ") :]
        return None

    def _loose(self, name: str) -> str:
        if ".." in name.split("/"):
            return ""
        for folder in (self._own, self._common):
            text = _text(folder / name).strip() if folder else ""
            if text:
                return text
        return ""

    def _packed(self, name: str) -> str | None:
        for line in _text(self._common / "packed-refs").splitlines() if self._common else ():
            oid, _, ref = line.partition(" ")
            if ref == name and _COMMIT.fullmatch(oid):
                return oid
        return None


def _git_folder(root: Path) -> Path | None:
    """The ``.git`` folder, or the one that a ``.git`` file names (worktrees, submodules)."""
    place = root / ".git"
    if place.is_dir():
        return place
    text = _text(place).strip()
    return (root / text[len("gitdir: ") :]) if text.startswith("gitdir: ") else None


def _common(own: Path | None) -> Path | None:
    if own is None:
        return None
    text = _text(own / "commondir").strip()
    return own / text if text else own


def _without_secrets(address: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(address)
        if parts.scheme and "@" in parts.netloc and parts.scheme != "ssh":
            return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return address


def _text(path: Path) -> str:
    """The content of a small file; empty for what is none."""
    with suppress(OSError, ValueError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123  a descriptor has no path
            return os.fsdecode(file.read(_LARGEST))
    return ""
