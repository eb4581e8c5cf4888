"""The little of git that a ``REV:PATH`` configuration needs: name a folder of a revision, and write it out."""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from msgspec import Struct

from zshforge.model.errors import UsageError, ZfError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GIT_LIMIT_S = 120.0
"""Seconds that one git command has; writing out a tree of 100 MB takes below five."""

_INSTALL = "apt install git, brew install git"
_SUBMODULE = b"160000"


class Git(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With which git, and as whom: nothing of the caller's environment (``GIT_DIR`` in a hook) reaches it."""

    search: str
    """The search path in which ``git`` and its filters are found."""
    home: Path
    """Whose ``.gitconfig`` counts (``safe.directory``, filters)."""
    limit_s: float = GIT_LIMIT_S


class Tree(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder or file of one commit."""

    repo: Path
    commit: str
    path: str
    """From the top of the repository, ``/`` between parts; empty is the top."""
    oid: str
    kind: Literal["tree", "blob"]
    names: tuple[str, ...]
    """The entries of a folder; empty for a file."""


class Exported(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was written out, and what was not (paths relative to the folder)."""

    tree: Tree
    submodules: tuple[str, ...]
    omitted: tuple[str, ...]
    """Files that the repository's attributes keep out of archives (``export-ignore``)."""


def resolve_tree(cwd: Path, rev: str, path: str, *, git: Git) -> Tree:
    """Pin ``REV:PATH`` to a commit and an object, by the rules of ``git show``.

    Args:
        cwd: A folder in the repository (or a bare repository).
        rev: A revision: branch, tag, hash, ``HEAD~3``.
        path: From the top of the repository; from ``cwd`` when it begins with ``./`` or ``../`` or is ``.``.
        git: Which git to run.

    Returns:
        The folder or file.

    Raises:
        UsageError: No git, no repository, no such revision, no such path, or a submodule.
    """
    repo, prefix = _repository(cwd, git)
    inside = _from_top(prefix, path)
    # git forbids names that begin with a dash (git-check-ref-format), so none is lost here.
    commit = "" if rev.startswith("-") or not rev else _verify(repo, f"{rev}^{{commit}}", git)
    if not commit:
        raise UsageError(f"no revision '{rev}'", where=str(repo), hint="git log --oneline, git branch -a")
    oid = _verify(repo, f"{commit}:{inside}", git)
    if not oid:
        hint = "there is: " + ", ".join(_names(repo, f"{commit}:{posixpath.dirname(inside)}", git)) or "."
        raise UsageError(f"no '{inside}' in {rev}", where=str(repo), hint=hint)
    kind = run_git(["-C", str(repo), "cat-file", "-t", oid], git).stdout.decode().strip()
    if kind not in {"tree", "blob"}:
        raise UsageError(f"'{inside}' is a submodule", where=str(repo), hint="name its checkout by a path")
    names = tuple(_names(repo, oid, git)) if kind == "tree" else ()
    return Tree(repo=repo, commit=commit, path=inside, oid=oid, kind="tree" if kind == "tree" else "blob", names=names)


def export_tree(repo: Path, rev: str, path: str, target: Path, *, git: Git) -> Exported:
    """Write a folder of a revision to disk, as a checkout would have it.

    Files carry the time of their commit, so that two exports are alike. Submodules are not included.

    Args:
        repo: A folder in the repository.
        rev: A revision.
        path: As for :func:`resolve_tree`; for a file, the folder around it is written.
        target: The folder to write to; made when it is missing.
        git: Which git to run.

    Returns:
        What was written, and what was not.

    Raises:
        UsageError: As for :func:`resolve_tree`.
        ZfError: git could not write the archive.
    """
    tree = resolve_tree(repo, rev, path, git=git)
    if tree.kind == "blob":
        tree = resolve_tree(tree.repo, tree.commit, posixpath.dirname(tree.path), git=git)
    target.mkdir(parents=True, exist_ok=True)
    words = ["-C", str(tree.repo), "show", "-s", "--format=%ct", tree.commit]
    committed_s = int(run_git(words, git).stdout.decode().split()[-1])
    with tempfile.TemporaryFile() as archive:
        _archive(tree, archive, git)
        written = _unpack(archive, target, committed_s)
    listed = dict(_listing(tree, git))
    submodules = tuple(name for name, mode in listed.items() if mode == _SUBMODULE)
    return Exported(
        tree=tree,
        submodules=submodules,
        omitted=tuple(name for name in listed if name not in written and name not in submodules),
    )


def commit_files(repo: Path, commit: str, *, git: Git) -> dict[str, tuple[str, str]] | None:
    """Every file of a commit with its mode and its object's hash; runs nothing that the repository names.

    Returns:
        By path from the top; ``None`` when git has no such commit, or will not read this repository.
    """
    listed = _read(repo, ["ls-tree", "-r", "-z", "--full-tree", commit], git)
    if listed is None:
        return None
    rows = (line.partition(b"\t") for line in listed.split(b"\0") if line)
    return {os.fsdecode(name): _mode_and_object(facts) for facts, _, name in rows}


def tags_at(repo: Path, commit: str, *, git: Git) -> list[str]:
    """The tags that name a commit; none when git will not read this repository."""
    listed = _read(repo, ["for-each-ref", "--format=%(refname:short)", f"--points-at={commit}", "refs/tags"], git)
    return os.fsdecode(listed or b"").split()


def _read(repo: Path, words: Sequence[str], git: Git) -> bytes | None:
    done = run_git(["-C", str(repo), "-c", "core.fsmonitor=false", *words], git)
    return done.stdout if done.returncode == 0 else None


def _mode_and_object(facts: bytes) -> tuple[str, str]:
    mode, _, oid = facts.decode().split(" ")
    return mode, oid


def run_git(words: Sequence[str], git: Git, stdout: IO[bytes] | None = None) -> subprocess.CompletedProcess[bytes]:
    """One git command, with nothing of the caller's environment; its failure is the caller's to judge.

    Raises:
        UsageError: There is no git.
        ZfError: It took too long.
    """
    program = shutil.which("git", path=git.search)
    if program is None:
        raise UsageError("git is not installed", where="REV:PATH", hint=_INSTALL)
    environment = {
        "PATH": git.search,
        "HOME": str(git.home),
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    try:
        return subprocess.run(
            [program, *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout or subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=git.limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        what = f"git {words[2]} took more than {git.limit_s:g} s"
        raise ZfError(what, where=words[1], hint="git fsck, git gc") from error


def _repository(cwd: Path, git: Git) -> tuple[Path, str]:
    asked = run_git(["-C", str(cwd), "rev-parse", "--show-toplevel"], git)
    if asked.returncode == 0:
        top = Path(os.fsdecode(asked.stdout.rstrip(b"\n")))
        prefix = run_git(["-C", str(cwd), "rev-parse", "--show-prefix"], git).stdout
        return top, os.fsdecode(prefix.rstrip(b"\n"))
    bare = run_git(["-C", str(cwd), "rev-parse", "--absolute-git-dir"], git)
    if bare.returncode == 0:
        return Path(os.fsdecode(bare.stdout.rstrip(b"\n"))), ""
    reason = asked.stderr.decode("utf-8", "replace").strip().splitlines()
    if reason and "not a git repository" not in reason[0]:
        raise UsageError(reason[0], where=str(cwd), hint="git status tells more")
    raise UsageError("not in a git repository", where=str(cwd), hint="run zf inside of the repository")


def _from_top(prefix: str, path: str) -> str:
    relative = path in {".", ".."} or path.startswith(("./", "../"))
    joined = posixpath.normpath(posixpath.join(prefix if relative else "", path or "."))
    if joined.startswith(("..", "/")) and joined.split("/")[0] in {"..", ""}:
        raise UsageError(f"'{path}' is outside of the repository", hint="a path below its top")
    return "" if joined == "." else joined


def _verify(repo: Path, name: str, git: Git) -> str:
    asked = run_git(["-C", str(repo), "rev-parse", "--verify", "--quiet", name], git)
    return asked.stdout.decode().strip() if asked.returncode == 0 else ""


def _names(repo: Path, treeish: str, git: Git) -> list[str]:
    listed = run_git(["-C", str(repo), "ls-tree", "--name-only", "-z", "--full-tree", treeish], git).stdout
    return [os.fsdecode(name) for name in listed.split(b"\0") if name]


def _listing(tree: Tree, git: Git) -> Iterator[tuple[str, bytes]]:
    listed = run_git(["-C", str(tree.repo), "ls-tree", "-r", "-z", "--full-tree", tree.oid], git).stdout
    for line in filter(None, listed.split(b"\0")):
        facts, _, name = line.partition(b"\t")
        yield os.fsdecode(name), facts.split(b" ")[0]


def _archive(tree: Tree, archive: IO[bytes], git: Git) -> None:
    done = run_git(["-C", str(tree.repo), "archive", "--format=tar", tree.oid], git, stdout=archive)
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip()
        raise ZfError(f"git archive failed: {reason}", where=str(tree.repo), hint="git fsck")
    archive.seek(0)


def _unpack(archive: IO[bytes], target: Path, when_s: int) -> set[str]:
    # tarfile's own data filter came with Python 3.11.4; Debian 12 has 3.11.2. Links are made last, so
    # that no file is ever written through one; absolute ones stay, as in a checkout.
    links: list[tuple[Path, str]] = []
    written = set()
    with tarfile.open(fileobj=archive, mode="r:") as members:
        for member in members:
            place = _inside(target, member.name)
            written.add(member.name)
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
            elif member.issym():
                links.append((place, member.linkname))
            elif member.isreg():
                _write(members, member, place, when_s)
    for place, goal in links:
        place.symlink_to(goal)
    return written


def _inside(target: Path, name: str) -> Path:
    if name.startswith("/") or ".." in name.split("/"):
        raise ZfError(f"the archive names a file outside of itself: {name}", hint="git fsck")
    return target / name


def _write(members: tarfile.TarFile, member: tarfile.TarInfo, place: Path, when_s: int) -> None:
    content = members.extractfile(member)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("xb") as file:
        if content is not None:
            shutil.copyfileobj(content, file)
    place.chmod(0o755 if member.mode & 0o100 else 0o644)
    os.utime(place, (when_s, when_s))
