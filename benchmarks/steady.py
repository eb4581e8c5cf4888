"""The work of a start when nothing has changed: user instructions, forks, execs, files. Recorded, so that it is held.

Usage: python benchmarks/steady.py [--config CONFIG] [--write]

Sessions of one warm home in a repository of 1,000 folders and 10,000 files:

- ``instructions_start``: the shell's own user instructions of a whole session of no command, counted by valgrind;
- ``instructions_idle``: the same of a session that is left alone until it is quiet: completion, the state of git and
  all else that waits for a quiet moment has been done;
- ``forks_to_prompt``, ``execs_to_prompt``, ``opens_to_prompt``: of the shell and its children until the editor reads
  keys, counted by strace; ``forks_idle``, ``execs_idle``: until the session is quiet.

Beside each count stands the one of ``benchmarks/steady.json``; ``--write`` renews that file. Exit status 1 when a
session takes 2 % more instructions than recorded, or more forks, execs or files, and zsh and the plugins are those of
the record. The counts do not depend on the machine's load: this can run beside other work.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from probe_overhead import Bench

from zshforge.capture.repository import make_repository
from zshforge.shell.bundle import build_bundle, can_build
from zshforge.shell.config import resolve
from zshforge.shell.copying import CopyLimits
from zshforge.shell.home import prepare
from zshforge.shell.pty import PtyProcess
from zshforge.shell.transcript import Transcript

RECORD = Path(__file__).with_name("steady.json")
PLUGINS = ("zsh-autosuggestions", "zsh-syntax-highlighting")
SLACK = 0.02  # of instructions: the same files take the same number within 0.1 %
TRACED = ("strace", "-f", "-qq", "-s", "4096", "-e", "trace=clone,clone3,fork,vfork,execve,open,openat,write")
READY = r"\33[?2004h"  # the editor turns bracketed paste on just before it reads keys
KINDS = {"forks": "clone|clone3|fork|vfork", "execs": "execve", "opens": "open|openat"}

Counts = dict[str, int]


class Work(Bench):
    """A warm home, and ways to count what a start does in it."""

    def traced(self) -> Counts:
        """System calls of a session that is left alone until it is quiet."""
        log = self.scratch / "strace.log"
        spawn = self._spawn((*TRACED, "-o", str(log), self.zsh, "-i"), None, b"")
        with PtyProcess.spawn(spawn) as process:
            process.release()
            self._watch(process, Transcript(), None, end_at_rest=True)
        noise = ("ENOENT", "resumed>", "CLONE_THREAD")
        lines = [line for line in log.read_text().splitlines() if not any(word in line for word in noise)]
        ready = next((number for number, line in enumerate(lines) if READY in line), None)
        if ready is None:
            raise SystemExit("the editor was never ready")
        found = {f"{name}_to_prompt": counted(lines[:ready], calls) for name, calls in KINDS.items()}
        return found | {f"{name}_idle": counted(lines, KINDS[name]) for name in ("forks", "execs")}


def counted(lines: list[str], calls: str) -> int:
    """How often one of the calls was made; the exec of zsh itself is no work of its configuration."""
    found = [line for line in lines if re.match(rf"\d+ +(?:{calls})\(", line)]
    return len(found) - (calls == "execve")


def surroundings(zsh: str) -> dict[str, str]:
    """What else the counts depend on."""
    version = subprocess.run([zsh, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    folders = {name: Path("/usr/share", name, f"{name}.zsh") for name in PLUGINS}
    sums = {n: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for n, path in folders.items() if path.exists()}
    return {"zsh": version} | sums


def count(config: str) -> tuple[Counts, dict[str, str]]:
    """All counts of one configuration, and what they depend on."""
    with tempfile.TemporaryDirectory(prefix="zf-steady-") as folder:
        place = Path(folder, "place")
        place.mkdir()
        found = resolve(config, cwd=Path.cwd(), home=Path.home())
        home = prepare(found, place, CopyLimits(copy_entry_mb=50, copy_total_mb=200))
        work = Work(home, Path(folder), "pipe")
        work.folder.rmdir()
        make_repository(work.folder, "large", "zf-branch")
        if home.zdotdir and can_build(home.zdotdir):
            build_bundle(home.zdotdir, zsh=work.zsh, search=os.defpath, settled=True)
        for _ in range(3):  # caches: the bundle, pictures of the plugins, the painted prompt, the dump of completion
            work.traced()
        whole = {"instructions_start": work.count(marked=False, whole=True)}
        idle = {"instructions_idle": work.count(marked=False, whole=False)}
        return whole | idle | work.traced(), surroundings(work.zsh)


def compare(counts: Counts, recorded: dict[str, Any]) -> bool:
    """Prints counts beside the record; whether one is above it."""
    over = False
    for name, value in counts.items():
        before = recorded.get("counts", {}).get(name)
        above = before is not None and value > before * (1 + SLACK * name.startswith("instructions"))
        over |= above
        print(f"{name:20} {value:>12,}" + ("" if before is None else f"  recorded {before:,}") + " above" * above)
    return over


def main() -> int:
    """Count, print, and hold the counts against the record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--config", default="builtin")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    for tool in ("valgrind", "strace"):
        if shutil.which(tool, path=os.defpath) is None:
            raise SystemExit(f"{tool} is not installed")
    counts, around = count(options.config)
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    over = compare(counts, recorded)
    if options.write:
        RECORD.write_text(json.dumps({"surroundings": around, "counts": counts}, indent=2) + "\n")
        return 0
    if recorded.get("surroundings") != around:
        print(f"not held against the record: that was made with {recorded.get('surroundings')}, this is {around}")
        return 0
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
