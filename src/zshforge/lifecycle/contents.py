"""What a configuration consists of, and what was edited in it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LINES = "plugins.zsh"
"""What a build writes beside the bundle."""

_DIGITS = 16  # 64 bits: two configurations of one user never meet


def file_digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file by its name below the folder; what a build makes does not count."""
    names = sorted(
        str(Path(top, name).relative_to(folder))
        for top, _, files in os.walk(folder)
        for name in files
        if not name.endswith(".zwc")
        and Path(top, name) != folder / LINES
        and Path(top).relative_to(folder).parts[:1] != ("bundle",)
    )
    found = {name: folder / name for name in names if (folder / name).is_file()}
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in found.items()}


def digest_of(files: Mapping[str, str]) -> str:
    """A name for these contents."""
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:_DIGITS]


def changed_files(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Names of files that were changed or removed since."""
    now = file_digests(folder)
    return tuple(sorted(name for name in files if now.get(name) != files[name]))


def added_files(folder: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    """Names of files that were not there: histories, sessions, whatever programs put beside ``.zshrc``."""
    return tuple(sorted(file_digests(folder).keys() - files.keys()))
