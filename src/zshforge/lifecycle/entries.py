"""In which folders zsh looks for its first start file."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zshforge.lifecycle.places import Places

LIMIT_S = 10.0
"""Seconds that a zsh without start files of the user has for one answer."""


def entry_folders(places: Places, environ: Mapping[str, str], *, zsh: str) -> tuple[Path, ...]:
    """Where ``.zshenv`` is read from: HOME or what ``/etc/zshenv`` sets, and a ZDOTDIR that programs hand on.

    Args:
        places: The folders of the installation.
        environ: The user's environment; its ZDOTDIR counts when its HOME is this one.
        zsh: The zsh to ask.
    """
    asked = subprocess.run(
        [zsh, "-fc", 'print -r -- "${ZDOTDIR-}"'],  # -f still reads /etc/zshenv
        env={"HOME": str(places.home), "PATH": environ.get("PATH", "")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
    )
    told = asked.stdout.decode("utf-8", "surrogateescape").splitlines()
    folders = [Path(told[-1]) if told and told[-1].startswith("/") else places.home]
    own = environ.get("ZDOTDIR", "") if Path(environ.get("HOME", "")) == places.home else ""
    if own.startswith("/") and not _is_ours(Path(own), places) and Path(own).is_dir():
        folders.append(Path(own))
    return tuple(dict.fromkeys(folders))


def _is_ours(folder: Path, places: Places) -> bool:
    return folder == places.zdotdir or folder.is_relative_to(places.configurations)
