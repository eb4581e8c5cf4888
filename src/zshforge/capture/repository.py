"""The git repository that sessions stand in: what a git prompt has to look at."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from zshforge.model.errors import UsageError, ZfError

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("large", "empty", "none")
_FANOUT = range(1, 11)  # zsh-bench: ten folders on each of three levels, ten empty files in each of the last
_PAST_S = 100  # older than the index, so that git trusts its own stamps


def make_repository(folder: Path, kind: str, branch: str, *, git: str = "git", path: str = os.defpath) -> None:
    """Make the folder, and in it a repository of zsh-bench's shape.

    Args:
        folder: It must not exist yet.
        kind: ``large`` (1,000 folders and 10,000 files), ``empty`` or ``none`` (no repository at all).
        branch: The branch that is checked out; its name is what a git prompt is recognised by.
        git: The program.
        path: Where git finds its helpers.

    Raises:
        UsageError: There is no such kind.
        ZfError: git is missing or failed.
    """
    if kind not in KINDS:
        raise UsageError(f"capture.repository is {kind!r}", hint=f"use one of {', '.join(KINDS)}")
    folder.mkdir()
    if kind == "none":
        return
    environment = {"PATH": path, "HOME": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*arguments: str) -> None:
        try:
            subprocess.run([git, *arguments], cwd=folder, env=environment, check=True, capture_output=True)
        except FileNotFoundError as error:
            hint = "install git, or set capture.repository = none"
            raise ZfError("git is not installed", hint=hint) from error
        except subprocess.CalledProcessError as error:
            raise ZfError(f"git {arguments[0]} failed: {error.stderr.decode(errors='replace').strip()}") from error

    run("init", "--quiet", "--initial-branch", branch)
    run("config", "user.name", "zf")
    run("config", "user.email", "zf@localhost")
    if kind == "large":
        _fill(folder)
        run("add", ".")
        run("commit", "--quiet", "--no-gpg-sign", "--message", "files")
        run("status")


def _fill(folder: Path) -> None:
    past = folder.stat().st_mtime - _PAST_S
    for one in _FANOUT:
        for two in _FANOUT:
            for three in _FANOUT:
                inner = folder / str(one) / str(two) / str(three)
                inner.mkdir(parents=True)
                for name in _FANOUT:
                    path = inner / str(name)
                    path.touch()
                    os.utime(path, (past, past))
