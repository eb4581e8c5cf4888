"""What git knows of how a configuration came about: its commits, and what each changed. Writes nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from zshforge.model.bisection import Commit
from zshforge.model.errors import UsageError, ZfError
from zshforge.shell.git import run_git

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.shell.git import Git


class Change(NamedTuple):
    """One file that differs between two commits.

    Attributes:
        path: From the top of the repository.
        before: Its content before; ``None`` when it was not there.
        after: Its content after; ``None`` when it is gone.
    """

    path: str
    before: bytes | None
    after: bytes | None


def commits_between(repo: Path, good: str, bad: str, path: str, *, git: Git) -> tuple[Commit, ...]:
    """The commits after ``good`` up to ``bad`` that touch a path, along first parents, the oldest first.

    Args:
        repo: The top of the repository.
        good: A commit.
        bad: A later one.
        path: From the top of the repository; empty for all of it.
        git: Which git to run.

    Raises:
        UsageError: ``good`` is no ancestor of ``bad``.
    """
    if run_git(["-C", str(repo), "merge-base", "--is-ancestor", good, bad], git).returncode:
        raise UsageError(f"{good[:10]} is no ancestor of {bad[:10]}", where=str(repo), hint="zf bisect GOOD BAD")
    words = ["log", "--first-parent", "--reverse", "-z", "--format=%H%x09%s", f"{good}..{bad}", "--", path or "."]
    listed = _output(repo, words, git)
    lines = [line.partition(b"\t") for line in listed.split(b"\0") if line.strip()]
    return tuple(
        Commit(oid=oid.decode().strip(), subject=subject.decode(errors="replace")) for oid, _, subject in lines
    )


def changes_between(repo: Path, before: str, after: str, path: str, *, git: Git) -> tuple[Change, ...]:
    """Every file below a path that differs between two commits, by name.

    Raises:
        ZfError: git could not tell.
    """
    words = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", before, after, "--", path or "."]
    names = [os.fsdecode(name) for name in _output(repo, words, git).split(b"\0") if name]
    return tuple(Change(name, _blob(repo, before, name, git), _blob(repo, after, name, git)) for name in sorted(names))


def _blob(repo: Path, commit: str, name: str, git: Git) -> bytes | None:
    found = run_git(["-C", str(repo), "cat-file", "blob", f"{commit}:{name}"], git)
    return None if found.returncode else found.stdout


def _output(repo: Path, words: list[str], git: Git) -> bytes:
    done = run_git(["-C", str(repo), *words], git)
    if done.returncode:
        raise ZfError(done.stderr.decode(errors="replace").strip(), where=str(repo), hint="git fsck")
    return done.stdout
