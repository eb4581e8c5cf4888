"""A HOME with start files of somebody's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from zshforge.lifecycle.places import Places, find_places

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A HOME with a link, a file of an odd mode and time, and lines of the person's own."""
    folder = tmp_path / "home"
    (folder / "dotfiles").mkdir(parents=True)
    (folder / "dotfiles" / "zshenv").write_text("export OLD=env\n")
    (folder / ".zshenv").symlink_to("dotfiles/zshenv")
    (folder / ".zshrc").write_text("old=rc\n")
    (folder / ".zshrc").chmod(0o640)
    os.utime(folder / ".zshrc", ns=(10**18, 10**18 + 7))
    own = folder / ".config" / "zshforge" / "local" / "post" / "mine.zsh"
    own.parent.mkdir(parents=True)
    own.write_text("typeset -g mine=1\n")
    return folder


@pytest.fixture
def places(home: Path) -> Places:
    return find_places(home, {})
