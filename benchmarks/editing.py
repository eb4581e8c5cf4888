"""What a key costs in the line editor, and when its colour stands: the shipped configuration and the plain plugins.

Run ``.venv/bin/python benchmarks/editing.py [--rounds 10] [--history 0 100000]``. Two homes in turn, in one run: the
shipped configuration, and a ``.zshrc`` that sources the same two plugins the ordinary way. Seen from outside, in a
terminal: ``input`` is the time from the last key of a line of 191 characters to the first output that follows it,
``colours`` to the last one before the terminal is quiet, ``command`` the mean of 20 empty lines. Medians, milliseconds.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import select
import shutil
import signal
import statistics
import struct
import subprocess
import tempfile
import termios
import time
from pathlib import Path
from typing import Self

SHIPPED = Path(__file__).parents[1] / "src" / "zshforge" / "zsh"
PLUGINS = ("zsh-autosuggestions", "zsh-syntax-highlighting")
PLAIN = "\n".join(f"source /usr/share/{name}/{name}.zsh" for name in PLUGINS) + "\nPROMPT='%1~ %# '\nHISTSIZE=200000\n"
LINE = ("echo 'a b c' $HOME/x | cat -- /usr/share; true && " * 4)[:190]
EMPTY_LINES = 20
QUIET_S = 0.4
TOKEN = b"zf-editing"  # the folder's name, which the prompt shows
ON_TERMINAL = 'tty=$1; shift; exec "$@" <>"$tty" >&0 2>&1'


class Terminal:
    """One interactive zsh in a home of its own."""

    def __init__(self, home: Path, zdotdir: Path) -> None:
        """Starts it and waits until it is quiet."""
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 250, 0, 0))
        folder = home / TOKEN.decode()
        folder.mkdir(exist_ok=True)
        self._child = subprocess.Popen(
            ["/bin/sh", "-c", ON_TERMINAL, "sh", os.ttyname(slave), "zsh", "-i"],
            env={
                "HOME": str(home),
                "ZDOTDIR": str(zdotdir),
                "PATH": os.defpath,
                "TERM": "xterm-256color",
                "LC_ALL": "C.UTF-8",
            },
            cwd=folder,
            start_new_session=True,
        )
        os.close(slave)
        self.until_quiet(3.0)

    def __enter__(self) -> Self:
        """The terminal itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the shell."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        os.close(self._master)

    def write(self, text: str) -> float:
        """Types text; returns when, in seconds."""
        now = time.perf_counter()
        os.write(self._master, text.encode())
        return now

    def until_quiet(self, first_s: float = QUIET_S) -> tuple[bytes, list[float]]:
        """All output until there is none for a while, and when each piece came."""
        seen, stamps, patience = b"", list[float](), first_s
        while select.select([self._master], [], [], patience)[0]:
            seen += os.read(self._master, 65536)
            stamps.append(time.perf_counter())
            patience = QUIET_S
        return seen, stamps


def measure(terminal: Terminal) -> dict[str, float]:
    """The three times of one shell, in milliseconds."""
    terminal.write("echo ready\n")
    terminal.until_quiet()
    terminal.write(LINE)
    terminal.until_quiet()
    began = terminal.write("x")
    _, stamps = terminal.until_quiet()
    found = {"input": (stamps[0] - began) * 1e3, "colours": (stamps[-1] - began) * 1e3}
    terminal.write("\x15")
    terminal.until_quiet()
    began = terminal.write("\n" * EMPTY_LINES)
    seen, stamps = terminal.until_quiet()
    if seen.count(TOKEN) < EMPTY_LINES:
        message = f"{seen.count(TOKEN)} prompts instead of {EMPTY_LINES}"
        raise SystemExit(message)
    return found | {"command": (stamps[-1] - began) * 1e3 / EMPTY_LINES}


def prepare(root: Path, lines: int) -> dict[str, tuple[Path, Path]]:
    """Homes by name, each with a history of so many lines."""
    homes = {}
    for name in ("shipped", "plain"):
        home = root / f"{name}-{lines}"
        home.mkdir()
        zdotdir = home
        if name == "shipped":
            zdotdir = home / "zdotdir"
            shutil.copytree(SHIPPED, zdotdir)
            local = home / ".config" / "zshforge" / "local" / "pre"
            local.mkdir(parents=True)
            (local / "history.zsh").write_text("HISTSIZE=200000 SAVEHIST=200000\n")
        else:
            (home / ".zshrc").write_text(PLAIN + f"HISTFILE={home}/.zsh_history\n")
        text = "".join(f": {1600000000 + number}:0;print number {number}\n" for number in range(lines))
        (home / ".zsh_history").write_text(text)
        homes[f"{name}, history {lines}"] = (home, zdotdir)
    return homes


def main() -> None:
    """Measures and prints one line a home."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--history", type=int, nargs="+", default=[0, 100_000])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        homes: dict[str, tuple[Path, Path]] = {}
        for lines in arguments.history:
            homes |= prepare(Path(folder), lines)
        values: dict[str, list[dict[str, float]]] = {name: [] for name in homes}
        for number in range(arguments.rounds + 1):  # the first one warms up: caches are made
            for name, places in homes.items():
                with Terminal(*places) as terminal:
                    found = measure(terminal)
                if number:
                    values[name].append(found)
        print(f"{'':28}" + "".join(f"{key:>10}" for key in ("input", "colours", "command")))
        for name, rows in values.items():
            medians = (statistics.median(row[key] for row in rows) for key in ("input", "colours", "command"))
            print(f"{name:28}" + "".join(f"{value:10.2f}" for value in medians))


if __name__ == "__main__":
    main()
