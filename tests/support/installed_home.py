"""Ways to look at a HOME, and what installs into one."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from zshforge.lifecycle.building import Tools
from zshforge.lifecycle.installing import Wish
from zshforge.shell.config import BUILTIN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zshforge.lifecycle.places import Places

ZSH = shutil.which("zsh") or "zsh"
TOOLS = Tools(zsh=ZSH, search=os.environ["PATH"])


def snapshot(home: Path) -> dict[str, tuple[object, ...]]:
    """Everything below a folder: kind, mode, time, and content or goal; folders without their time."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(home.rglob("*")):
        facts = path.lstat()
        name = str(path.relative_to(home))
        if path.is_symlink():
            found[name] = ("link", os.readlink(path), facts.st_mtime_ns)  # noqa: PTH115  the text, not a path
        elif path.is_dir():
            found[name] = ("folder", facts.st_mode)
        else:
            found[name] = ("file", facts.st_mode, facts.st_mtime_ns, path.read_bytes())
    return found


def told_by_shell(home: Path, command: str, environ: Mapping[str, str] | None = None) -> str:
    """What an interactive zsh of this HOME prints for a command."""
    done = subprocess.run(
        [ZSH, "-ic", command],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "dumb", "LC_ALL": "C.UTF-8"} | dict(environ or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        start_new_session=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def wish_for(places: Places, *folders: Path, source: Path = BUILTIN) -> Wish:
    return Wish(source=source, version="1.0", places=places, folders=folders or (places.home,), tools=TOOLS)
