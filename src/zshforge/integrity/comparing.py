"""Two snapshots of one plugin: what differs, file by file. Pure; what git and zsh say of it comes in as an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.integrity import FindingKind, LockedFile, LockedFolder, LockedPlugin, Owner

_OTHERS_WRITE = 0o022
_STICKY = 0o1000


class Difference(NamedTuple):
    """One thing that is not as it was.

    Attributes:
        kind: What happened.
        path: Below the plugin's root, spelt.
        detail: In words.
    """

    kind: FindingKind
    path: str
    detail: str


def differences(before: LockedPlugin, now: LockedPlugin) -> Iterator[Difference]:
    """Everything in which a plugin differs from the locked one, in no fixed order.

    Args:
        before: As it is locked.
        now: As it lies there.
    """
    old = {file.path: file for file in before.files}
    new = {file.path: file for file in now.files}
    if replaced := new.get("."):
        if replaced != old.get("."):
            yield _replaced(replaced)
        return
    for path, file in old.items():
        if path in new:
            yield from _changed(file, new[path])
        else:
            yield Difference("missing", path, f"{_what(file)} is gone")
    for path, file in new.items():
        if path not in old:
            yield _unexpected(file)
    yield from folder_differences(before.folders, now.folders)


def folder_differences(before: tuple[LockedFolder, ...], now: tuple[LockedFolder, ...]) -> Iterator[Difference]:
    """Folders that more people may change than when they were locked."""
    old = {folder.path: folder for folder in before}
    for folder in now:
        locked = old.get(folder.path)
        yield from _rights(folder.path, locked.mode if locked else "", folder.mode, is_folder=True)
        if locked is not None:
            yield from _ownership(folder.path, locked.owner, folder.owner)


def _changed(before: LockedFile, now: LockedFile) -> Iterator[Difference]:
    if before.kind != now.kind:
        kind: FindingKind = "link_leaves" if now.kind == "link" and _leaves(now) else "edited"
        yield Difference(kind, now.path, f"was a {before.kind}, and is a {now.kind}{_goal(now)}")
        return
    if before.goal != now.goal:
        kind = "link_leaves" if _leaves(now) else "edited"
        yield Difference(kind, now.path, f"the link led to {before.goal}, and leads to {now.goal}")
    elif before.sha256 != now.sha256:
        yield Difference("edited", now.path, _content(before, now))
    elif before.sha256 is None and before.kind == "file" and before.size != now.size:
        yield Difference("edited", now.path, f"{before.size} bytes became {now.size}")
    if before.mode:
        yield from _rights(now.path, before.mode, now.mode, is_folder=False)
    yield from _ownership(now.path, before.owner, now.owner)


def _content(before: LockedFile, now: LockedFile) -> str:
    use = {"present": ""}.get(now.use, f"{now.use} by every shell; ")
    if now.sha256 is None:
        return f"{use}its content cannot be read, or does not hold still"
    if before.size != now.size:
        return f"{use}the content is another one: {before.size} bytes became {now.size}"
    return f"{use}the content is another one, of the same {now.size} bytes"


def _unexpected(file: LockedFile) -> Difference:
    if file.kind == "link" and _leaves(file):
        return Difference("link_leaves", file.path, f"a new link leads out of the plugin{_goal(file)}")
    return Difference("unexpected", file.path, f"a {file.kind} that was not locked{_goal(file)}")


def _replaced(now: LockedFile) -> Difference:
    kind: FindingKind = "link_leaves" if now.kind == "link" else "edited"
    return Difference(kind, ".", f"the folder was replaced by a {now.kind}{_goal(now)}")


def _rights(path: str, before: str, now: str, *, is_folder: bool) -> Iterator[Difference]:
    widened = int(now or "0", 8) & ~int(before or "0", 8) & _OTHERS_WRITE
    if not widened or (is_folder and int(now, 8) & _STICKY):
        return  # in a sticky folder everybody may make files, and nobody may replace another's
    who = {0o002: "everybody", 0o020: "the group", 0o022: "the group and everybody"}[widened]
    was = f"; locked was {before}" if before else ""
    yield Difference("permissions", path, f"{who} may write: mode {now}{was}")


def _ownership(path: str, before: Owner, now: Owner) -> Iterator[Difference]:
    if before != now:
        yield Difference("owner", path, f"belonged to {_whom(before)}, and belongs to {_whom(now)}")


def _whom(owner: Owner) -> str:
    return {"user": "you", "root": "root", "other": "somebody else"}[owner]


def _leaves(link: LockedFile) -> bool:
    """Whether a link leads out of the plugin's folder, by the way that is written in it."""
    if not link.goal or link.goal.split("/")[0] in {"", "HOME", "ZDOTDIR"}:
        return True
    depth = link.path.count("/")
    for part in link.goal.split("/"):
        depth += -1 if part == ".." else 0 if part in {"", "."} else 1
        if depth < 0:
            return True
    return False


def _what(file: LockedFile) -> str:
    return "a file of the plugin" if file.use == "present" else f"a file that every shell {_verb(file.use)}"


def _verb(use: str) -> str:
    return {"sourced": "sources", "autoloaded": "autoloads", "compiled": "reads compiled", "module": "loads"}[use]


def _goal(file: LockedFile) -> str:
    return f" to {file.goal}" if file.goal else ""
