"""A thousand starts of the installed configuration in a row: none may fail, complain, lose a line or leave a process.

Usage: python benchmarks/soak_installed.py [STARTS] [FIRST]

Four kinds of starts take turns: a command at the prompt; the command typed before the shell has started; Ctrl-C in one
of the first 60 ms after the first sign of the shell, and the command then; another size of the terminal, and the
command. All share one HOME. FIRST numbers the starts of a run in pieces. Exit status 1 when a start failed, a line is
not in the history, or one stays.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import termios
import time
from pathlib import Path

from zshforge.lifecycle.building import Tools
from zshforge.lifecycle.installing import Wish, install
from zshforge.lifecycle.places import find_places
from zshforge.shell.config import BUILTIN
from zshforge.shell.processes import processes_below
from zshforge.shell.pty import PtyProcess, Spawn

PATIENCE_S = 15.0
READY = b"\x1b[?2004h"
MOMENTS = 61  # no multiple of the kinds: each moment in milliseconds has its turn
KINDS = ("prompt", "ahead", "interrupt", "resize")
COMPLAINT = re.compile(rb"(zsh|zf|[-\w]+):(\d+:)? ?(command not found|bad|no such|warning|error|parse|invalid)[^\r]*")


class Failed(Exception):
    """A start that was not as it must be."""


def until(process: PtyProcess, seen: bytearray, text: bytes, after: int = 0) -> int:
    """Reads until a text has come; where it ends.

    Raises:
        Failed: It never came.
    """
    end = time.monotonic() + PATIENCE_S
    while (at := seen.find(text, after)) < 0:
        if time.monotonic() > end:
            raise Failed(f"{text!r} never came: {bytes(seen[-300:])!r}")
        seen += process.read(0.1) or b""
    return at + len(text)


def start(home: Path, zsh: str, number: int) -> None:
    """One start, of the kind whose turn it is.

    Raises:
        Failed: Something was not as it must be.
    """
    kind = KINDS[number % len(KINDS)]
    line = f"print -r -- soak''-{number}.\n".encode()
    environment = {"HOME": str(home), "PATH": os.defpath, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    spawn = Spawn(
        argv=(zsh, "-i"), environment=environment, folder=home, typed=line if kind == "ahead" else b"", columns=100
    )
    with PtyProcess.spawn(spawn) as process:
        process.release()
        seen = bytearray()
        if kind == "interrupt":
            while not seen:
                seen += process.read(0.1) or b""
            time.sleep(number % MOMENTS / 1000)
            process.write(b"\x03")
        at = until(process, seen, READY)
        if kind == "resize":
            termios.tcsetwinsize(process.master, (24, 40))
        if kind != "ahead":
            process.write(line)
        at = until(process, seen, f"soak-{number}.\r".encode(), 0 if kind == "ahead" else at)
        at = until(process, seen, READY, at)
        process.write(b"exit\n")
        status = process.wait(PATIENCE_S)
        if status is None or status.code != 0:
            raise Failed(f"ended with {status}: {bytes(seen[-300:])!r}")
        if complaint := COMPLAINT.search(seen):
            raise Failed(f"said {complaint[0]!r}")


def main() -> int:
    """Prints the counts."""
    starts, first = [*map(int, sys.argv[1:]), *(1000, 0)[len(sys.argv) - 1 :]]
    zsh = shutil.which("zsh") or "zsh"
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        tools = Tools(zsh=zsh, search=os.environ.get("PATH", os.defpath))
        install(Wish(source=BUILTIN, version="soak", places=find_places(home, {}), folders=(home,), tools=tools))
        began = time.monotonic()
        for number in range(first, first + starts):
            try:
                start(home, zsh, number)
            except Failed as error:
                failures.append(f"start {number} ({KINDS[number % len(KINDS)]}): {error}")
        took = time.monotonic() - began
        history = (home / ".zsh_history").read_text()
        lost = [number for number in range(first, first + starts) if f"soak''-{number}.\n" not in history]
        end = time.monotonic() + PATIENCE_S
        while (left := list(processes_below(home))) and time.monotonic() < end:
            time.sleep(0.2)
    for failure in failures:
        print(failure)
    for kind, name in enumerate(KINDS):
        gone = [number for number in lost if number % len(KINDS) == kind]
        if gone:
            print(f"{len(gone)} lines lost of the kind {name}: {gone[:9]} …")
    print(f"{starts - len(failures)} of {starts} starts as they must be, {took / starts * 1000:.0f} ms each")
    print(f"lines lost from the history: {len(lost)}; processes left: {len(left)}")
    return int(bool(failures or lost or left))


if __name__ == "__main__":
    sys.exit(main())
