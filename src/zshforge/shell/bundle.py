"""Lets zsh compile a configuration of the shipped kind; the shell itself can do the same without Python."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from zshforge.model.errors import ZfError

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_S = 60.0
"""Seconds that a build has; one of 150 files takes below 0.2, and waits at most two for a clock's second to end."""

WALK = "start/walk.zsh"
"""What tells a configuration that can be built."""

_BUILD = 'autoload -Uz "$1/functions/-zf-build-bundle" && -zf-build-bundle "$1" $2'


def can_build(folder: Path) -> bool:
    """Whether a folder is a configuration of the shipped kind."""
    return (folder / WALK).is_file()


def build_bundle(folder: Path, *, zsh: str, search: str, settled: bool = False) -> Path:
    """Compile the modules and functions of a configuration into its bundle.

    Args:
        folder: The configuration (a ZDOTDIR).
        zsh: The zsh that will read the bundle; another version does not.
        search: ``PATH``.
        settled: Nobody edits the files meanwhile, so that no second need end first.

    Returns:
        The compiled file.

    Raises:
        ZfError: A file cannot be parsed or written; the bundle of before is still there.
    """
    words = [zsh, "-f", "-c", _BUILD, "zsh", str(folder), "settled" if settled else ""]
    try:
        done = subprocess.run(
            words,
            env={"PATH": search, "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ZfError(f"the bundle was not built: {error}", where=str(folder), hint="zf doctor") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").split("\n")
        told = "; ".join(line.strip() for line in lines if line.strip()) or f"exit code {done.returncode}"
        raise ZfError(
            f"the bundle was not built: {told}", where=str(folder), hint="mend what it names, and build again"
        )
    return folder / "bundle" / "walk.zsh.zwc"
