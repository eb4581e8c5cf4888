"""What the hooks before each prompt cost, in the installed configuration, in a repository of 10,000 files.

Usage: python benchmarks/hooks.py [PROMPTS]

Every hook is timed by module 70 itself (``ZF_PERF=1``), with a stamp after each. Exit status 1 when all together cost
more than 5 ms a prompt, the limit of the guide; the aim is 0.3 ms.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zshforge.lifecycle.building import Tools
from zshforge.lifecycle.installing import Wish, install
from zshforge.lifecycle.places import find_places
from zshforge.shell.config import BUILTIN
from zshforge.shell.pty import PtyProcess, Spawn

LIMIT_MS, AIM_MS = 5.0, 0.3
FOLDERS, FILES = 100, 100
PATIENCE_S = 30.0
ROW = re.compile(r"^(\S+) +(\d+) +([\d.]+) +([\d.]+)\r?$", re.MULTILINE)


def repository(folder: Path) -> None:
    """Committed files, one of them changed, and a new one."""
    for number in range(FOLDERS):
        (folder / f"d{number}").mkdir(parents=True)
        for name in range(FILES):
            (folder / f"d{number}" / f"f{name}").touch()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "files"]):
        subprocess.run([*git, *words], cwd=folder, check=True)
    (folder / "d0" / "f0").write_text("changed\n")
    (folder / "new").touch()


def until(process: PtyProcess, seen: bytearray, text: bytes) -> None:
    """Reads until a text has come, and what was read before it is forgotten."""
    end = time.monotonic() + PATIENCE_S
    while text not in seen:
        if time.monotonic() > end:
            sys.exit(f"hooks: {text!r} never came; the last output: {bytes(seen[-400:])!r}")
        seen += process.read(0.1) or b""
    del seen[: seen.index(text) + len(text)]


def table(prompts: int) -> str:
    """What ``zf::perf`` says after so many prompts."""
    zsh = shutil.which("zsh") or "zsh"
    search = os.environ.get("PATH", os.defpath)
    with tempfile.TemporaryDirectory() as folder:
        home, work = Path(folder) / "home", Path(folder) / "work"
        home.mkdir()
        repository(work)
        tools = Tools(zsh=zsh, search=search)
        install(Wish(source=BUILTIN, version="x", places=find_places(home, {}), folders=(home,), tools=tools))
        environment = {"HOME": str(home), "PATH": search, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "ZF_PERF": "1"}
        spawn = Spawn(argv=(zsh, "-i"), environment=environment, folder=work, columns=120)
        with PtyProcess.spawn(spawn) as process:
            process.release()
            seen = bytearray()
            until(process, seen, b"\x1b[?2004h")
            for _ in range(prompts):
                process.write(b"\n")
                until(process, seen, b"\x1b[?2004h")
            process.write(b"zf::perf; print -r -- the''-end\n")
            rest = bytearray()
            while b"the-end" not in rest:
                rest += process.read(0.1) or b""
        return rest.decode(errors="replace")


def main() -> int:
    """Prints the table, with its sum."""
    rows = ROW.findall(table(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
    for name, calls, last, mean in rows:
        print(f"{name:36} {calls:>5} calls  last {last:>7} ms  mean {mean:>7} ms")
    total = sum(float(mean) for *_, mean in rows)
    print(f"all hooks: {total:.3f} ms a prompt (limit {LIMIT_MS}, aim {AIM_MS})")
    return int(not rows or total > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
