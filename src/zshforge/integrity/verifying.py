"""Compares what lies there with a lock. Reads, and runs nothing of what it reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from zshforge.integrity.comparing import Difference, differences, folder_differences
from zshforge.integrity.compiled import is_older, judge_compiled, source_of
from zshforge.integrity.dump import is_plain_dump
from zshforge.integrity.finding import make_finding
from zshforge.integrity.grouping import Group
from zshforge.integrity.locking import Snapshot, Tools, take
from zshforge.integrity.names import spelt, unspelt
from zshforge.integrity.updating import after_update, moved_tags
from zshforge.model.errors import UsageError
from zshforge.model.integrity import PluginState
from zshforge.shell.caches import is_dump

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zshforge.integrity.places import Places
    from zshforge.integrity.snapshot import Taken
    from zshforge.model.integrity import Compiled, Finding, Lock, LockedPlugin, Use


_SECOND_NS = 1_000_000_000  # zsh compares whole seconds (Src/parse.c)


class Checked(NamedTuple):
    """The outcome of one check.

    Attributes:
        findings: By plugin and path.
        plugins: The state of each.
        recompiled: Compiled files that are other ones, and are what zsh makes of their unchanged sources.
        snapshot: What lies there.
    """

    findings: tuple[Finding, ...]
    plugins: tuple[PluginState, ...]
    recompiled: int
    snapshot: Snapshot


class _Compared(NamedTuple):
    before: LockedPlugin
    now: LockedPlugin
    taken: Taken
    found: list[Difference]


def verify(lock: Lock, places: Places, tools: Tools, *, updated_fails: bool) -> Checked:
    """Compare everything that a lock names, and everything that is new beside it.

    Args:
        lock: The lock.
        places: The named roots.
        tools: What to work with.
        updated_fails: Whether another commit, with its own content, fails.

    Raises:
        UsageError: The lock names roots that this configuration has not.
    """
    groups = groups_of(lock, places)
    snapshot = take(groups, places, tools, compiled=False)
    compared = [
        _Compared(before, now, taken, _found(before, now, taken, snapshot, tools))
        for before, now, taken in zip(lock.plugins, snapshot.plugins, snapshot.taken, strict=True)
    ]
    states = judge_compiled(_doubtful(compared), tools.zsh, tools.scratch)
    findings: list[Finding] = []
    recompiled = 0
    for one in compared:
        settled = [*_settled(one, states), *_aged(one)]
        recompiled += sum(_is_compiled(d) and states.get(_path(one, d)) == "source" for d in one.found)
        shadows = _Shadows(lock, places)
        findings += [
            make_finding(shadows.told(one.taken, d), one.before, places, updated_fails=updated_fails) for d in settled
        ]
    above = folder_differences(lock.above, snapshot.above)
    findings += [make_finding(d, None, places, updated_fails=updated_fails) for d in above]
    ordered = sorted(findings, key=lambda f: (f.plugin, f.path, f.kind))
    plugins = tuple(_state(one, ordered) for one in compared)
    return Checked(tuple(ordered), plugins, recompiled, snapshot)


def groups_of(lock: Lock, places: Places) -> list[Group]:
    """What to look at, by the lock.

    Raises:
        UsageError: As for :func:`verify`.
    """
    known = {name for name, _ in places.roots}
    groups: list[Group] = []
    for plugin in lock.plugins:
        first = plugin.root.split("/")[0]
        if first and first not in known:
            what = f"the lock is of a {lock.kind}, and names {first}, which this configuration has not"
            raise UsageError(what, hint="name the configuration as it was named for zf integrity lock")
        files: dict[str, Use] = {unspelt(file.path): file.use for file in plugin.files if file.use != "present"}
        groups.append(Group(plugin.name, places.path(plugin.root), plugin.source, plugin.whole, plugin.watched, files))
    return groups


def _found(before: LockedPlugin, now: LockedPlugin, taken: Taken, snapshot: Snapshot, tools: Tools) -> list[Difference]:
    found = [
        d._replace(kind="unreadable")
        if d.kind == "edited" and taken.path(unspelt(d.path)) in snapshot.unreadable
        else d
        for d in differences(before, now)
    ]
    return [*after_update(before, now, taken, found, tools.git), *moved_tags(before, taken)]


def _doubtful(compared: Iterable[_Compared]) -> list[str]:
    """Compiled files that are not as they were."""
    return [_path(one, d) for one in compared for d in one.found if _is_compiled(d)]


def _is_compiled(difference: Difference) -> bool:
    return difference.kind in {"edited", "unexpected"} and difference.path.endswith(".zwc")


def _is_dump(difference: Difference) -> bool:
    return difference.kind == "edited" and is_dump(difference.path.rpartition("/")[2])


def _path(one: _Compared, difference: Difference) -> str:
    return one.taken.path(unspelt(difference.path))


def _settled(one: _Compared, states: dict[str, Compiled]) -> Iterator[Difference]:
    """The differences, with what compiled files are to their sources."""
    changed = {d.path for d in one.found}
    for difference in one.found:
        if _is_dump(difference) and is_plain_dump(_path(one, difference)):
            continue
        if not _is_compiled(difference):
            yield difference
            yield from _left_behind(one, difference, changed)
            continue
        state = states.get(_path(one, difference), "foreign")
        if state == "source":
            continue
        source = source_of(_path(one, difference)) or "its source"
        if state == "stale":
            yield difference._replace(kind="stale_compiled", detail=f"is older than {spelt(source)}; zsh ignores it")
        elif state == "foreign":
            what = "is not what zsh makes of its source, and would be run in its place"
            yield difference._replace(kind="foreign_compiled", detail=what)
        else:
            yield difference


def _aged(one: _Compared) -> Iterator[Difference]:
    """Unchanged compiled files that zsh ignores, because their unchanged sources have become younger."""
    changed = {difference.path for difference in one.found}
    files = one.taken.files
    for below in (below for below in files if below.endswith(".zwc")):
        source = files.get(below.removesuffix(".zwc"))
        if source is None or changed & {spelt(below), spelt(below.removesuffix(".zwc"))}:
            continue
        if files[below].identity.mtime_ns // _SECOND_NS < source.identity.mtime_ns // _SECOND_NS:
            yield Difference("stale_compiled", spelt(below), "its source is younger, so zsh ignores it")


def _left_behind(one: _Compared, difference: Difference, changed: set[str]) -> Iterator[Difference]:
    """The compiled file of a source that was edited: it still holds what the source was."""
    beside = f"{difference.path}.zwc"
    if difference.kind != "edited" or beside in changed or unspelt(beside) not in one.taken.files:
        return
    older = is_older(one.taken.path(unspelt(beside)), _path(one, difference))
    what = "zsh ignores it, because it is older" if older else "and zsh runs it, because its time is not older"
    yield Difference("stale_compiled", beside, f"holds the content from before the edit; {what}")


class _Shadows:
    """Tells which function a new file hides."""

    def __init__(self, lock: Lock, places: Places) -> None:
        self._fpath = [places.path(word) for word in lock.fpath]

    def told(self, taken: Taken, difference: Difference) -> Difference:
        """The difference, with the function that it hides, if it does."""
        if difference.kind not in {"unexpected", "link_leaves"}:
            return difference
        folder, name = os.path.split(taken.path(unspelt(difference.path)))
        if folder not in self._fpath:
            return difference
        later = self._fpath[self._fpath.index(folder) + 1 :]
        hidden = next((place for place in later if os.path.lexists(f"{place}/{name}")), None)
        if hidden is None:
            return difference._replace(detail=f"{difference.detail}; every shell can autoload it")
        return difference._replace(
            detail=f"{difference.detail}; it shadows the function {spelt(name)} of {spelt(hidden)}"
        )


def _state(one: _Compared, findings: Sequence[Finding]) -> PluginState:
    kinds = {finding.kind for finding in findings if finding.plugin == one.before.name}
    gone = not one.taken.files and bool(one.before.files)
    return PluginState(
        name=one.before.name,
        root=one.before.root,
        source=one.before.source,
        state="missing" if gone else "unchanged" if not kinds else "updated" if kinds == {"updated"} else "changed",
        commit=one.now.commit,
        locked_commit=one.before.commit,
        files=len(one.before.files),
        digest=one.before.digest,
    )
