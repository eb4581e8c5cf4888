"""Where a text of zsh can be cut: zsh itself tells where a command is complete."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LIMIT_S = 10.0


def complete_commands(lines: Sequence[str], zsh: Path) -> tuple[int, ...]:
    """After how many lines a text can be cut so that zsh parses what is before; the last is the whole text.

    Args:
        lines: The text, line by line.
        zsh: The shell that is asked (``zsh -n``, which runs nothing).
    """
    cuts: list[int] = []
    start = 0
    for end in range(1, len(lines) + 1):
        if _parses("\n".join(lines[start:end]), zsh):
            cuts.append(end)
            start = end
    return (*cuts, len(lines)) if lines and len(lines) not in cuts else tuple(cuts)


def _parses(text: str, zsh: Path) -> bool:
    try:
        done = subprocess.run(
            [str(zsh), "-fn"], input=(text + "\n").encode(), capture_output=True, timeout=_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and not done.stderr
