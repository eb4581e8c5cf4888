"""The list that a shell itself can check: plain lines, because at run time there is no Python and no JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.integrity.grouping import ZSH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.integrity import Lock, LockedFile, LockedPlugin


def shell_list(lock: Lock) -> bytes:
    r"""Every locked file but those of zsh itself: SHA-256, plugin and place, with tabs between them.

    A backslash stands in names only before the ``xNN`` of one byte, so that ``${(g::)…}`` of zsh gives the name. The
    last line tells how many there are, so that a list that was cut is known.

    Args:
        lock: The lock.
    """
    lines = [line for plugin in lock.plugins if plugin.name != ZSH for line in _lines(plugin)]
    head, end = f"# zshforge integrity list 1, lock {lock.digest}\n", f"# end {len(lines)}\n"
    return "".join([head, *sorted(lines), end]).encode()


def _lines(plugin: LockedPlugin) -> Iterator[str]:
    for file in plugin.files:
        if file.sha256 is not None:
            yield f"{file.sha256}\t{plugin.name}\t{_place(plugin, file)}\n"


def _place(plugin: LockedPlugin, file: LockedFile) -> str:
    return f"{plugin.root.rstrip('/')}/{file.path}"
