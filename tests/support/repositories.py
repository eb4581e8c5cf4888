"""Git repositories for shells to stand in."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BASE = "touch base && git add base && git commit -qm base"


def git(folder: Path, commands: str) -> None:
    """Makes a repository and runs commands in it; an error in the last one is what some of them are for."""
    who = {f"GIT_{role}_{what}": "x@y" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **who}
    subprocess.run(
        ["sh", "-c", f"git init -q -b main . && {commands}"], cwd=folder, env=env, capture_output=True, check=False
    )
