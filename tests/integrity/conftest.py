"""A configuration with two plugins, one of them a git checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from locked_place import Place, git, put

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    zdotdir = tmp_path / "zdotdir"
    put(zdotdir, ".zshrc", "source $ZDOTDIR/plugins/plain/plain.plugin.zsh\n")
    put(zdotdir, "functions/hello", "print hello\n")
    put(zdotdir, "later/hidden", "print hidden\n")
    put(zdotdir, "plugins/plain/plain.plugin.zsh", "plain=1\n")
    put(zdotdir, "plugins/plain/lib/more.zsh", "more=1\n")
    cloned = zdotdir / "plugins/cloned"
    put(cloned, "init.zsh", "cloned=1\n")
    put(cloned, "lib/one.zsh", "one=1\n")
    git(cloned, "init", "-q")
    git(cloned, "add", ".")
    git(cloned, "commit", "-qm", "one")
    git(cloned, "tag", "v1")
    git(cloned, "remote", "add", "origin", "https://ann:secret@example.org/cloned.git")
    (tmp_path / "scratch").mkdir()
    for folder in (tmp_path, zdotdir):
        folder.chmod(0o755)
    return Place(zdotdir, tmp_path / "scratch", tmp_path / "cache/hashes")
