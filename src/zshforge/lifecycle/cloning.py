"""Clones a plugin at one commit, as a whole or not at all."""

from __future__ import annotations

import os
import subprocess
from secrets import token_hex
from typing import TYPE_CHECKING

from zshforge.model.errors import ZfError
from zshforge.shell.caches import remove_tree

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.shell.git import Git


def clone_commit(address: str, commit: str, target: Path, *, git: Git) -> Path:
    """The folder with that commit; cloned when it is not there yet.

    Args:
        address: Whatever git can fetch from.
        commit: 40 hexadecimal digits.
        target: Where it belongs.
        git: Which git to run.

    Returns:
        ``target``.

    Raises:
        ZfError: git is missing, failed, or has no such commit.
    """
    if target.is_dir():
        return target
    making = target.with_name(f".{target.name}-{token_hex(4)}")
    try:
        making.mkdir(parents=True)
        _git(making, git, "init", "-q")
        try:
            _git(making, git, "fetch", "-q", "--depth", "1", "--", address, commit)
        except ZfError:  # a server that gives no single commit by its name
            _git(making, git, "fetch", "-q", "--tags", "--", address, "+refs/heads/*:refs/remotes/origin/*")
        _git(making, git, "-c", "advice.detachedHead=false", "checkout", "-q", commit)
        _git(making, git, "submodule", "update", "-q", "--init", "--recursive")
        making.rename(target)
    except OSError as error:
        raise ZfError(f"cannot be cloned: {error}", where=str(target), hint="make room, or install git") from error
    finally:
        remove_tree(making)
    return target


def _git(folder: Path, git: Git, *words: str) -> None:
    environment = {
        "PATH": git.search,
        "HOME": str(git.home),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(
            ["git", "-C", os.fspath(folder), *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=git.limit_s,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ZfError(f"git did not run: {error}", hint="apt install git, brew install git") from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ZfError(f"git {words[0]} failed: {told[-1] if told else done.returncode}", where=str(folder))
