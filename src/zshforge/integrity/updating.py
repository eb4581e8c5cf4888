"""Whether a checkout that moved holds what its commit says: the difference between an update and an edit."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.integrity.checkout import Checkout
from zshforge.integrity.comparing import Difference
from zshforge.integrity.names import spelt
from zshforge.shell.git import commit_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zshforge.integrity.snapshot import Taken
    from zshforge.model.integrity import LockedPlugin
    from zshforge.shell.git import Git

_LINK, _SUBMODULE, _SHORT, _SHA1 = "120000", "160000", 12, 40


def moved_tags(before: LockedPlugin, taken: Taken) -> Iterator[Difference]:
    """Tags that named the locked commit and name something else now."""
    git = Checkout(Path(taken.group.root))
    for name, oid in before.tags.items():
        now = git.tag(name)
        if now != oid:
            what = f"names {now[:_SHORT]} now" if now else "is gone"
            yield Difference("tag_moved", ".", f"the tag {spelt(name)} named {oid[:_SHORT]}, and {what}")


def after_update(
    before: LockedPlugin, now: LockedPlugin, taken: Taken, found: Iterable[Difference], git: Git
) -> Iterator[Difference]:
    """The differences of a plugin whose commit moved: those that the commit explains become one ``updated``.

    Args:
        before: As it is locked.
        now: As it lies there.
        taken: The same, as it was seen.
        found: The differences from the lock.
        git: Reads the commit.
    """
    if now.commit is None or now.commit == before.commit or before.commit is None:
        yield from found
        if now.commit is None and before.commit is not None:
            yield Difference("edited", ".", f"was a checkout of {before.commit[:_SHORT]}, and is none any more")
        return
    tracked = commit_files(Path(taken.group.root), now.commit, git=git)
    if tracked is None:
        yield from found
        yield Difference("edited", ".", f"stands at {now.commit[:_SHORT]}, a commit that git does not read here")
        return
    yield from _unexplained(before, now, taken, list(found), tracked)


def _unexplained(
    before: LockedPlugin, now: LockedPlugin, taken: Taken, found: list[Difference], tracked: dict[str, tuple[str, str]]
) -> Iterator[Difference]:
    names = {spelt(name): name for name in tracked}
    differing = set(_differing(taken, tracked))
    explained = 0
    for difference in found:
        name = names.get(difference.path)
        content = difference.kind in {"edited", "missing", "unexpected", "link_leaves"}
        if content and (name is None) == (difference.kind == "missing") and name not in differing:
            explained += 1
        elif not (content and name in differing):
            yield difference
    for name in sorted(differing):
        there = name in taken.files
        what = "is not what the commit holds" if there else "is in the commit, and not in the folder"
        yield Difference("edited" if there else "missing", spelt(name), what)
    old, new = (before.commit or "")[:_SHORT], (now.commit or "")[:_SHORT]
    yield Difference(
        "updated", ".", f"{old} was locked, {new} is checked out; {explained} files are other ones, as in that commit"
    )


def _differing(taken: Taken, tracked: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Tracked files that are not as the commit has them; submodules are checkouts of their own."""
    for name, (mode, oid) in tracked.items():
        seen = taken.files.get(name)
        if mode == _SUBMODULE or name.split("/")[0] in {"cache", ".cache", "log"}:
            continue
        if (
            seen is None
            or (seen.kind == "link") != (mode == _LINK)
            or _object(taken.path(name), seen.kind == "link", len(oid)) != oid
        ):
            yield name


def _object(path: str, is_link: bool, length: int) -> str | None:
    """The hash that git gives to a file's content (git-hash-object(1)), without its filters."""
    try:
        data = os.fsencode(os.readlink(path)) if is_link else Path(path).read_bytes()  # noqa: PTH115  texts
    except OSError:
        return None
    content = b"blob %d\0" % len(data) + data
    # SHA-1 is what git names objects by; what is trusted here is the lock's SHA-256
    return (
        hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if length == _SHA1
        else hashlib.sha256(content).hexdigest()
    )
