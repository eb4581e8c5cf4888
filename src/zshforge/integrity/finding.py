"""From a difference to a finding: how bad it is, where it is, and how to get back."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from zshforge.integrity.names import unspelt
from zshforge.model.integrity import Finding

if TYPE_CHECKING:
    from zshforge.integrity.comparing import Difference
    from zshforge.integrity.places import Places
    from zshforge.model.integrity import Level, LockedPlugin

_IGNORED = "zsh ignores it"
_REMOVED = frozenset({"stale_compiled", "foreign_compiled", "unexpected"})


def make_finding(
    difference: Difference, plugin: LockedPlugin | None, places: Places, *, updated_fails: bool
) -> Finding:
    """A finding with its place and its remedy.

    Args:
        difference: What differs.
        plugin: Of which plugin; ``None`` for a folder above all of them.
        places: The named roots.
        updated_fails: Whether an update fails.
    """
    root = plugin.root if plugin else ""
    word = difference.path if plugin is None else _joined(root, difference.path)
    path = os.path.normpath(places.path(word))
    return Finding(
        kind=difference.kind,
        level=_level(difference, updated_fails=updated_fails),
        path=word,
        plugin=plugin.name if plugin else "",
        detail=difference.detail,
        fix=_fix(difference, plugin, places.path(root), path),
    )


def _joined(root: str, below: str) -> str:
    if below == ".":
        return root
    return f"/{below}" if root == "/" else f"{root}/{below}"


def _level(difference: Difference, *, updated_fails: bool) -> Level:
    harmless = difference.kind == "stale_compiled" and _IGNORED in difference.detail
    return "warn" if harmless or (difference.kind == "updated" and not updated_fails) else "fail"


def _fix(difference: Difference, plugin: LockedPlugin | None, root: str, path: str) -> str:
    quoted = shlex.quote(path)
    if difference.kind == "permissions":
        return f"chmod go-w {quoted}"
    if difference.kind == "owner":
        return f"chown it back: {quoted}"
    return "" if plugin is None else _content_fix(difference, plugin, root, quoted)


def _content_fix(difference: Difference, plugin: LockedPlugin, root: str, quoted: str) -> str:
    accept = f"zf integrity accept {shlex.quote(plugin.name)} --reason '…'"
    if plugin.source == "system":
        return f"install its package again, or, when a package brought the change: {accept}"
    if difference.kind in _REMOVED:
        return f"rm -- {quoted}"
    if plugin.commit is None:
        return f"put it back as it was, or: {accept}"
    return f"git -C {shlex.quote(root)} checkout {plugin.commit}{_only(difference)}"


def _only(difference: Difference) -> str:
    """Which files git is to put back; all of them, with the commit itself, when it moved."""
    if difference.kind in {"updated", "tag_moved"}:
        return ""
    return " -- ." if difference.path == "." else f" -- {shlex.quote('./' + unspelt(difference.path))}"
