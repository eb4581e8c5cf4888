"""A person at the keyboard of a real zsh: keys go in, the screen is read with its colours."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from tests.zsh.conftest import Shell

ZSH = shutil.which("zsh") or "zsh"
DEADLINE_S = 20.0
# The slave, opened by the leader of a new session, becomes its controlling terminal; exec keeps the process.
ON_TERMINAL = 'tty=$1; shift; exec "$@" <>"$tty" >&0 2>&1'
#: As long as the screen stays as it is, nothing more is expected.
QUIET_S = 0.25
GREY = "brightblack"


@dataclass
class Keyboard:
    """An interactive zsh with the shipped configuration, on a screen of 24 lines and 200 columns."""

    shell: Shell
    env: Mapping[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        """Starts the shell and waits for the prompt."""
        self._screen = pyte.Screen(200, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 200, 0, 0))
        self._child = subprocess.Popen(
            ["/bin/sh", "-c", ON_TERMINAL, "sh", os.ttyname(slave), ZSH, "-i", *self.options],
            env=self.shell.environment(self.env),
            cwd=self.shell.root / "zf-here",
            start_new_session=True,
        )
        os.close(slave)
        self.until(lambda: "zf-here" in self.text())
        self.settle()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the shell and everything that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        os.close(self._master)

    def type(self, keys: str, *, apart: bool = True) -> None:
        """Types keys; apart from each other (each is drawn before the next comes), or all at once."""
        for part in keys if apart else [keys]:
            os.write(self._master, part.encode())
            self._take(0.02)
        self.settle()

    def paste(self, text: str) -> None:
        """Pastes text, in brackets, as a terminal does."""
        self.type(f"\x1b[200~{text}\x1b[201~", apart=False)

    def settle(self) -> None:
        """Waits until the screen has been quiet for a while."""
        end = time.monotonic() + DEADLINE_S
        while self._take(QUIET_S):
            assert time.monotonic() < end, f"never quiet: {self.text()}"

    def until(self, true: Callable[[], bool]) -> None:
        """Waits until something is true of the screen."""
        end = time.monotonic() + DEADLINE_S
        while not true():
            assert time.monotonic() < end, f"waited in vain: {self.text()}"
            self._take(0.05)

    def text(self) -> str:
        """What is on the screen, without trailing spaces."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip()

    def line(self) -> str:
        """The line in which the cursor stands."""
        return str(self._screen.display[self._screen.cursor.y]).rstrip()

    def colour(self, text: str) -> str:
        """The one colour of the last place where a text stands; `mixed` when it has several, empty without it."""
        for row in range(23, -1, -1):
            column = self._screen.display[row].rfind(text)
            if column >= 0:
                cells = [self._screen.buffer[row][column + offset] for offset in range(len(text))]
                found = {str(cell.fg) for cell in cells}
                return found.pop() if len(found) == 1 else "mixed"
        return ""

    def grey(self) -> str:
        """What stands in grey in the line of the cursor."""
        row = self._screen.buffer[self._screen.cursor.y]
        return "".join(row[column].data for column in range(200) if row[column].fg == GREY).rstrip()

    def reverse(self, text: str) -> bool:
        """Whether the last place where a text stands is shown in reverse, all of it."""
        for row in range(23, -1, -1):
            column = self._screen.display[row].rfind(text)
            if column >= 0:
                return all(self._screen.buffer[row][column + offset].reverse for offset in range(len(text)))
        return False

    def children(self) -> int:
        """How many page faults children of the shell have had: more means that it has started a process."""
        stat = Path(f"/proc/{self._child.pid}/stat").read_text()
        return int(stat.rpartition(")")[2].split()[8])

    def _take(self, patience_s: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], patience_s)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the shell has gone
            return False
        self._stream.feed(data)
        return bool(data)
