"""Where the shells of sessions stand."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class WorkingFolder(Struct, frozen=True, kw_only=True):
    """A folder, mostly a git repository."""

    path: Path
    prefix: str
    """Its name, its branch and every token of its sessions begin so; nothing else on a screen does."""
