"""A zsh at a screen: keys go in as a person presses them, the screen is drawn by pyte and read as lines."""

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
from typing import TYPE_CHECKING, Self

import pyte
import pytest

from zshforge.shell.zsh import find_zsh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.zsh.conftest import Shell

ZSH = shutil.which("zsh") or "zsh"
#: Of zsh itself, in 5.8: colours of the line have no names, and `${(kv)options}` is no list of pairs under ksh_arrays,
#: on which the highlighter stumbles.
IS_5_8 = shutil.which("zsh") is not None and find_zsh(os.environ["PATH"], None).version < (5, 9)
KSH_ARRAYS = pytest.param("ksh_arrays", marks=pytest.mark.skipif(IS_5_8, reason="options under ksh_arrays in zsh 5.8"))
DEADLINE_S = 20.0
# The slave, opened by the leader of a new session, becomes its controlling terminal; exec keeps the process.
ON_TERMINAL = 'tty=$1; shift; exec "$@" <>"$tty" >&0 2>&1'


class Live:
    """One interactive zsh of the shipped configuration, until the `with` block ends.

    Args:
        shell: The home and the configuration.
        folder: Where it starts; `zf-here` when not given.
        size: Columns and rows.
        typed: What waits in the terminal before the shell starts.
        options: Options of zsh itself.
        global_rcs: Whether zsh reads the system's start files, too.
        under: A command that is given the shell's own, such as a tracer.
        env: Variables on top; one that is None is not set.
        more: The same.
    """

    def __init__(
        self,
        shell: Shell,
        *,
        folder: Path | None = None,
        size: tuple[int, int] = (80, 24),
        typed: bytes = b"",
        options: tuple[str, ...] = (),
        global_rcs: bool = False,
        under: tuple[str, ...] = (),
        env: Mapping[str, str | None] | None = None,
        **more: str | None,
    ) -> None:
        self.raw = b""
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.master, self._slave = os.openpty()
        self._set_size(*size)
        if typed:
            os.write(self.master, typed)
        self.child = subprocess.Popen(
            [
                "/bin/sh",
                "-c",
                ON_TERMINAL,
                "sh",
                os.ttyname(self._slave),
                *under,
                ZSH,
                "-i" if global_rcs else "-di",
                *options,
            ],
            env=shell.environment({**(env or {}), **more}),
            cwd=folder or shell.root / "zf-here",
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()
        os.close(self._slave)
        os.close(self.master)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int) -> None:
        """The terminal gets another size, and tells the shell."""
        self._set_size(columns, rows)
        self.screen.resize(rows, columns)

    def press(self, *pieces: str | bytes) -> None:
        """Keys, one piece behind the other; what the shell prints meanwhile is taken, so that neither waits."""
        for keys in pieces:
            self._send(keys.encode() if isinstance(keys, str) else keys)

    def _send(self, left: bytes) -> None:
        while left:
            _, ready, _ = select.select([], [self.master], [], 0.05)
            if ready:
                left = left[os.write(self.master, left[:1024]) :]
            self.take(0.0)

    def take(self, patience_s: float = 0.02) -> bytes:
        """Draws what came."""
        got = b""
        while select.select([self.master], [], [], 0.0 if got else patience_s)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:  # the last user of the terminal has gone
                break
            if not data:
                break
            got += data
            self._stream.feed(data)
        self.raw += got
        return got

    def lines(self) -> list[str]:
        """The screen's lines without blanks at their ends, down to the last one with text."""
        found = [line.rstrip() for line in self.screen.display]
        while found and not found[-1]:
            found.pop()
        return found

    @property
    def text(self) -> str:
        """The screen, as one text."""
        return "\n".join(self.lines())

    def line(self) -> str:
        """The line in which the cursor stands."""
        return str(self.screen.display[self.screen.cursor.y]).rstrip()

    @property
    def last(self) -> str:
        """The lowest line with text: where the prompt stands."""
        return (self.lines() or [""])[-1]

    def until(self, wanted: Callable[[], bool] | str, seconds: float = DEADLINE_S) -> None:
        """Draws until the screen shows a text, or something holds.

        Raises:
            AssertionError: It did not in time.
        """
        end = time.monotonic() + seconds
        while not ((wanted in self.text) if isinstance(wanted, str) else wanted()):
            assert time.monotonic() < end, (
                f"waiting for {wanted!r}; the screen: {self.lines()}; raw: {self.raw[-600:]!r}"
            )
            self.take()

    def rest(self, seconds: float = 0.3) -> None:
        """Draws until the line editor has been there and nothing has come for so long."""
        self.until(lambda: b"\x1b[?2004h" in self.raw)
        while self.take(seconds):
            pass

    def run(self, command: str) -> None:
        """A command line, and the prompt after it."""
        self._commands = getattr(self, "_commands", 0) + 1
        done = f"done-{self._commands}."
        self.until(lambda: b"\x1b[?2004h" in self.raw)
        self.press(f"{command}; print -r -- done''-{self._commands}.\n")
        self.until(lambda: any(line.startswith(done) for line in self.lines()) and not self.last.startswith(done))
