"""A configuration with an integrity list, and what its log says of the scans."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

LOAD = 'autoload -Uz "$ZDOTDIR"/functions/plugin_{scan_now,security_status}; '
ODD = ("plain.zsh", "with space.zsh", "new\nline.zsh", "$(touch ran).zsh", "it's", "-rf", os.fsdecode(b"b\xff"), 'q"*?')
WELL = ["IDLE", "QUEUED", "RUNNING", "SCANNING", "COMPLETE"]
FAILED = [*WELL[:4], "FAILED"]


def spelt(name: str) -> str:
    text = re.sub(r"[\n\\]", lambda found: f"\\x{ord(found[0]):02x}", name)
    return re.sub("[\udc80-\udcff]", lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)


def list_odd_plugin(shell: Shell) -> Path:
    """Makes a folder with a plugin of odd names, all of them in the list."""
    folder = shell.zdotdir / "plugins/odd"
    folder.mkdir(parents=True)
    for name in ODD:
        (folder / name).write_bytes(os.fsencode(f"# {name}\n"))
    write_list(shell)
    (shell.root / "home/.cache/zshforge").mkdir(parents=True)
    return folder


def write_list(shell: Shell) -> None:
    files = [file for file in shell.zdotdir.rglob("*") if file.is_file() and file.name != "integrity.list"]
    rows = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}\todd\tZDOTDIR/{spelt(str(file.relative_to(shell.zdotdir)))}\n"
        for file in files
    ]
    (shell.zdotdir / "integrity.list").write_text("".join(["# list\n", *rows, f"# end {len(rows)}\n"]))


def states(shell: Shell) -> list[str]:
    """The states in the log of the scan."""
    log = shell.root / "home/.cache/zshforge/async-state.log"
    return re.findall(r"task=security_scan state=(\w+)", log.read_text() if log.exists() else "")


def put_hasher(shell: Shell, code: str) -> str:
    """A program that stands in for sha256sum; returns the search path."""
    tools = shell.root / "tools"
    tools.mkdir()
    (tools / "sha256sum").write_text(f"#!/bin/sh\n{code}\n")
    (tools / "sha256sum").chmod(0o755)
    return f"{tools}:{os.defpath}"
