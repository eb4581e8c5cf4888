"""Starts that leave a painted prompt for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from live import Live

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.zsh.conftest import Shell

PAINT = b"\x1b7"
#: Keeps zsh busy for so many seconds, without a process.
SLOW = "typeset -F SECONDS; s=$SECONDS; while (( SECONDS < s + {} )) {{ : }}"


def warm(shell: Shell, env: Mapping[str, str | None] | None = None, options: tuple[str, ...] = ()) -> Path:
    """One start that leaves the cache for the next; returns the file."""
    with Live(shell, env=env, options=options) as live:
        live.until(lambda: bool(list(cache(shell).glob("paint-*"))) or not live.take(1.0))
        live.rest()
    return next(iter(cache(shell).glob("paint-*")), cache(shell) / "none")


def cache(shell: Shell) -> Path:
    """The folder of the cache."""
    return shell.root / "home" / ".cache" / "zshforge"
