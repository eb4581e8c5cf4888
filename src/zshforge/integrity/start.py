"""One start of a configuration, in a throw-away home and a real terminal, to see every file of code that it reads."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from zshforge.model.errors import SessionFailed
from zshforge.shell.pty import PtyProcess, Spawn
from zshforge.shell.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

_TOLD = Path(__file__).with_name("told.zsh")
_TRACER = Path(__file__).parents[1] / "shell" / "tracer.py"
_STEP_S = 0.05
_LINES_SHOWN = 6
_WAITING = b" : > '%s'\n"
_ASKING = b" ZF_TOLD='%s' builtin source '%s'\n"


class StartPlan(Struct, frozen=True, kw_only=True):
    """How the start runs."""

    zsh: str
    environment: dict[str, str]
    folder: Path
    """Where the shell stands."""
    control: Path
    """An empty folder of ours; what is read from there is not the configuration's."""
    columns: int
    rows: int
    deadline_s: float
    """How long the first command, and then the end, may take."""
    settle_s: float
    """So long nothing may be read before deferred work counts as done."""
    settle_max_s: float
    """After this, it is done whatever is read."""
    traced: bool = True
    """Whether the kernel is asked; without it the shell's own trace must do."""
    asking: Path = _TOLD
    """What the shell sources at its end to tell of itself: pairs of words, each with a NUL behind it, to ``$ZF_TOLD``;
    the last pair is twice ``end``."""


class Started(Struct, frozen=True, kw_only=True):
    """What one start read, by the paths of the throw-away home."""

    observed: Literal["system calls", "source trace"]
    files: tuple[tuple[str, str, str], ...]
    """Use, the path that was asked for, and the path that it led to, each time that one was read."""
    fpath: tuple[str, ...]
    functions: tuple[str, ...]
    """Functions that are still to be read when they are called."""
    directories: tuple[str, ...]
    """Folders besides ``fpath`` that such functions were named with."""
    told: tuple[tuple[str, str], ...] = ()
    """All that the shell told of itself."""


def start(plan: StartPlan) -> Started:
    """Start the configuration, let it come to rest, and ask it where it would find the rest.

    Raises:
        SessionFailed: It did not get to its first command, or not to its end.
    """
    session = _Session(plan)
    try:
        session.run()
    finally:
        session.process.close()
    return session.result()


class _Session:
    """The conversation with one shell."""

    def __init__(self, plan: StartPlan) -> None:
        self._plan = plan
        self._log, self._told, self._ready = (plan.control / name for name in ("log", "told", "ready"))
        self._terminal = Terminal(plan.columns, plan.rows)
        self._printed = b""
        self.process = PtyProcess.spawn(self._spawn())

    def _spawn(self) -> Spawn:
        plan = self._plan
        shell = [plan.zsh, "-il"] if plan.traced else [plan.zsh, "-il", "-o", "sourcetrace"]
        traced = [sys.executable, "-I", str(_TRACER), str(self._log), *shell]
        return Spawn(
            argv=tuple(traced if plan.traced else shell),
            environment=plan.environment | ({} if plan.traced else {"PS4": "+%x:%I> "}),
            folder=plan.folder,
            columns=plan.columns,
            rows=plan.rows,
            typed=_WAITING % _quoted(self._ready),
        )

    def run(self) -> None:
        """Wait for the first command, for rest, and for the end."""
        self.process.release()
        self._until(self._ready.exists, "first command", _WAITING % _quoted(self._ready))
        self._settle()
        asking = _ASKING % (_quoted(self._told), _quoted(self._plan.asking))
        self.process.write(asking)
        self._until(lambda: self.process.poll() is not None, "exit", asking)

    def _until(self, done: Callable[[], bool], phase: str, typed: bytes) -> None:
        """Pump until something holds; half-way, what was typed may have been thrown away, and is typed again."""
        begin, again = time.monotonic(), False
        while not done():
            self._pump()
            spent = time.monotonic() - begin
            if self.process.poll() is not None and not done():
                raise self._failed(f"the shell ended with status {self._status()} before its {phase}", phase)
            if spent > self._plan.deadline_s:
                raise self._failed(f"no {phase} within {self._plan.deadline_s:g} s", phase)
            if spent > self._plan.deadline_s / 2 and not again:
                again = True
                self.process.write(b"\n" + typed)

    def _settle(self) -> None:
        begin = quiet = time.monotonic()
        seen = -1
        while time.monotonic() - quiet < self._plan.settle_s:
            self._pump()
            size = self._log.stat().st_size if self._plan.traced and self._log.exists() else len(self._printed)
            if size != seen:
                seen, quiet = size, time.monotonic()
            if time.monotonic() - begin > self._plan.settle_max_s or self.process.poll() is not None:
                return

    def _pump(self) -> None:
        data = self.process.read(_STEP_S)
        if data:
            self._printed += data
            self.process.write(self._terminal.feed(data))
        elif data == b"":
            time.sleep(_STEP_S)

    def _status(self) -> str:
        return str(self.process.status.code) if self.process.status else "unknown"

    def _failed(self, what: str, phase: str) -> SessionFailed:
        hint = "zf capture, which tells more of a configuration that does not start"
        return SessionFailed(what, phase=phase, screen=self._terminal.lines()[-_LINES_SHOWN:], hint=hint)

    def result(self) -> Started:
        """What the log and the shell itself told."""
        told = _pairs(_content(self._told))
        if ("end", "end") not in told:
            raise self._failed("the shell did not tell where it looks for functions", "report")
        log = _content(self._log)
        if self._plan.traced and not log.endswith(b"end\n"):
            raise self._failed("the record of the start ends too early", "report")
        files = _logged(log) if self._plan.traced else _traced(self._printed)
        return Started(
            observed="system calls" if self._plan.traced else "source trace",
            files=tuple(files),
            fpath=tuple(value for key, value in told if key == "fpath"),
            functions=tuple(sorted(value for key, value in told if key == "function")),
            directories=tuple(sorted({value for key, value in told if key == "place"})),
            told=tuple(told),
        )


def may_trace(control: Path, environment: dict[str, str]) -> bool:
    """Whether the kernel lets a process be traced here; tried with a program that does nothing."""
    log = control / "try"
    words = [sys.executable, "-I", str(_TRACER), str(log), "/bin/sh", "-c", ":"]
    done = subprocess.run(words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0 and _content(log).endswith(b"end\n")


def _logged(log: bytes) -> list[tuple[str, str, str]]:
    words = [os.fsdecode(word) for word in log.removesuffix(b"end\n").split(b"\0")]
    rows = zip(words[0::3], words[1::3], words[2::3], strict=False)
    return [(use.removeprefix("\n"), asked, real) for use, asked, real in rows]


def _traced(printed: bytes) -> list[tuple[str, str, str]]:
    """The lines of zsh's own trace (zshoptions(1), SOURCE_TRACE); relative names cannot be placed."""
    rows: list[tuple[str, str, str]] = []
    for line in printed.replace(b"\r", b"").split(b"\n"):
        if line.endswith(b"<sourcetrace>") and line.startswith(b"+/"):
            name = os.fsdecode(line[1:].rpartition(b":")[0])
            rows.append(("sourced", name, os.path.realpath(name)))
    return rows


def _pairs(data: bytes) -> list[tuple[str, str]]:
    words = [os.fsdecode(word) for word in data.split(b"\0")]
    return list(zip(words[0::2], words[1::2], strict=False))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _quoted(path: Path) -> bytes:
    return os.fsencode(path).replace(b"'", b"'\\''")
