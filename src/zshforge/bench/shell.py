"""One real, interactive zsh with a configuration in it, in which calls are timed on request."""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
import select
import time
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from msgspec import Struct

from zshforge.model.errors import SessionFailed, UsageError
from zshforge.shell.config import Config
from zshforge.shell.copying import CopyLimits
from zshforge.shell.environment import Terminal as TerminalKind
from zshforge.shell.environment import session_environment
from zshforge.shell.fifo import fifo, quoted
from zshforge.shell.home import prepare
from zshforge.shell.processes import adopt_orphans
from zshforge.shell.pty import PtyProcess, Spawn
from zshforge.shell.terminal import Terminal

_PROBE = Path(__file__).parent / "probe"
_START = "start"  # the file that the typed line sources, in the folder that the shell stands in
_MICRO = 1_000_000
_COLUMNS, _ROWS = 80, 24


class Place(Struct, frozen=True, kw_only=True):
    """Which configuration, which zsh, where its throw-away home is made, and in which surroundings."""

    config: Config
    zsh: Path
    scratch: Path
    """An empty folder; emptied again afterwards."""
    search_path: str = os.defpath
    locale: str = "C.UTF-8"
    limits: CopyLimits = CopyLimits(copy_entry_mb=64, copy_total_mb=512)


class BenchShell:
    """A shell that has read its start files and takes requests; a context manager.

    Args:
        place: What to start.

    Attributes:
        deadline_s: How long a start, and one request, may take.
        digest: The fingerprint of the configuration.

    Raises:
        SessionFailed: On entry: the start files never came to their end. Later: a call ended the shell or hung.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._stack = contextlib.ExitStack()
        self._rest = b""
        self.deadline_s = 15.0
        self.digest = ""
        self._screen = Terminal(_COLUMNS, _ROWS)

    def __enter__(self) -> Self:
        adopt_orphans()
        with contextlib.ExitStack() as stack:
            self._open(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def names(self, pattern: str) -> list[str]:
        """Functions whose name matches a zsh pattern, sorted."""
        self._ask(f"names {_one_line(pattern)}", pattern)
        return [line for line in self._body.read_text(errors="surrogateescape").splitlines() if line]

    def body(self, name: str) -> str:
        """What a function does, as zsh prints it; an autoloaded one is read first.

        Raises:
            UsageError: There is no such function; names one that was probably meant.
        """
        if self._ask(f"body {_one_line(name)}", name) == "missing":
            close = get_close_matches(name, self.names("*"), n=1)
            raise UsageError(
                f"there is no function {name} in {self._place.config.label}",
                hint=close[0] if close else "zf bench without a name, which takes every zf:: function",
            )
        return self._body.read_text(errors="surrogateescape")

    def time(self, call: str | None, iterations: int) -> tuple[float, int]:
        """Run a call that many times in a row.

        Args:
            call: The words of a command line; ``None`` for a loop around nothing.
            iterations: How often.

        Returns:
            Microseconds for all of them, and the status of the last.
        """
        command = "" if call is None else _one_line(call)
        answer = self._ask(f"time {iterations} {command}", call or "the empty loop").split()
        begin, end, status = answer[1:]
        return (float(end) - float(begin)) * _MICRO, int(status)

    def screen(self) -> tuple[str, ...]:
        """What the terminal shows."""
        return self._screen.lines()

    def _open(self, stack: contextlib.ExitStack) -> None:
        place = self._place
        inside, control = place.scratch / "place", place.scratch / "control"
        inside.mkdir()
        control.mkdir()
        home = prepare(place.config, inside, place.limits)
        stack.callback(home.remove)
        self.digest = home.digest
        self._body = control / "body"
        self._requests, self._answers = (stack.enter_context(fifo(control / name)) for name in ("requests", "answers"))
        words = (_PROBE / "around.zsh", _PROBE / "driver.zsh", control / "requests", control / "answers", self._body)
        (control / _START).write_text(f"'builtin' '.' {' '.join(quoted(word) for word in words)}\n")
        environment = session_environment(
            home=home.home,
            zdotdir=home.zdotdir,
            tmp=home.tmp,
            zsh_path=str(place.zsh),
            search_path=place.search_path,
            user=getpass.getuser(),
            host=platform.node(),
            terminal=TerminalKind(term="xterm-256color", locale=place.locale, columns=_COLUMNS, rows=_ROWS),
            extra={},
        )
        typed = f" 'builtin' '.' ./{_START}\n".encode()
        spawn = Spawn(argv=(str(place.zsh), "-i"), environment=environment, folder=control, typed=typed)
        self._process = stack.enter_context(PtyProcess.spawn(spawn))
        self._process.release()
        self._wait("the start files")

    def _ask(self, request: str, what: str) -> str:
        os.write(self._requests, request.encode(errors="surrogateescape") + b"\n")
        return self._wait(what)

    def _wait(self, what: str) -> str:
        """The next line of the answers; the terminal is read and answered meanwhile."""
        limit = time.monotonic() + self.deadline_s
        while b"\n" not in self._rest:
            left = limit - time.monotonic()
            if left <= 0:
                raise self._failed(what, None)
            ready, _, _ = select.select([self._answers, *self._process.watched], [], [], left)
            if self._answers in ready:
                self._rest += os.read(self._answers, 1 << 16)
                continue
            self._read_terminal()
            status = self._process.poll()
            if status is not None:
                raise self._failed(what, status.code)
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="surrogateescape")

    def _read_terminal(self) -> None:
        data = self._process.read(0)
        if data:
            self._process.write(self._screen.feed(data))

    def _failed(self, what: str, code: int | None) -> SessionFailed:
        starting = what == "the start files"
        if code is not None:
            said = f"{what} ended the shell with status {code}"
        elif starting:
            said = f"the shell never took a command within {self.deadline_s:g} s"
        else:
            said = f"{what} did not return within {self.deadline_s:g} s"
        return SessionFailed(said, phase="start" if starting else "call", screen=self.screen(), hint="zf capture")


def _one_line(text: str) -> str:
    """A request is one line."""
    if "\n" in text or "\0" in text:
        raise UsageError(f"{text!r} is not on one line", hint="a function of your own that runs it")
    return text
