"""A program in a pseudo-terminal of its own, with job control, as a terminal emulator starts it.

``pty.fork`` would copy this interpreter (0.8 to 2 ms); a tiny ``sh`` opens the terminal instead. It is the leader of a
new session without a terminal, so the first one that it opens becomes its controlling terminal. It waits at a gate
until observers are attached, writes one byte to say that it starts, and turns into the program.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import termios
import time
from pathlib import Path
from typing import Self

from msgspec import Struct

from zshforge.shell.processes import Descendants, children_of_ours, end, leave
from zshforge.shell.signals import none_ignored, uninterrupted

_HELPER = 'read -r _ || exit; exec <>"$1"; shift; printf .; exec "$@" >&0 2>&1'
_CHUNK = 1 << 16
_HANG_UP_S = 0.25  # how long a shell may take to leave after its terminal is gone
_KILLED_S = 2.0  # how long a killed shell may take to be gone
_FOLLOW_S = 0.1  # how long its children, and a tmux server, may take to follow it
_TURNS = 5  # a process that is being ended may start another one meanwhile


class Spawn(Struct, frozen=True, kw_only=True):
    """What to start, and in which surroundings; nothing else reaches the program."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    folder: Path
    columns: int = 80
    rows: int = 24
    typed: bytes = b""
    """What waits in the terminal's input queue before the program starts."""
    pass_fds: tuple[int, ...] = ()


class ExitStatus(Struct, frozen=True, kw_only=True):
    """How a program ended, and what it and the children it waited for used."""

    code: int
    """The exit status, or minus the signal's number."""
    user_ms: float
    sys_ms: float
    peak_rss_kb: int


def now_us() -> int:
    """The session clock: CLOCK_REALTIME in integer microseconds, the clock of zsh's EPOCHREALTIME."""
    return time.time_ns() // 1000


class PtyProcess:
    """One program in one terminal, from the gate to the reaping of everything that it left."""

    def __init__(self, child: subprocess.Popen[bytes], master: int, slave: int, before: frozenset[int]) -> None:
        self.pid = child.pid
        self.master = master
        self._slave: int | None = slave
        self.spawn_us: int | None = None
        self.status: ExitStatus | None = None
        self.stayed: tuple[int, ...] = ()
        self._hung_up = False
        self._child = child
        self._before = before
        self._exit_fd = _pidfd(child.pid)

    @classmethod
    def spawn(cls, spawn: Spawn) -> PtyProcess:
        """Start the helper and let it wait at the gate.

        Raises:
            OSError: No terminal or no process could be had.
        """
        before = frozenset(Descendants(os.getpid()).pids())
        master, slave = os.openpty()
        try:
            termios.tcsetwinsize(slave, (spawn.rows, spawn.columns))
            name = os.ttyname(slave)
            if spawn.typed:
                os.write(master, spawn.typed)
            with none_ignored():
                child = subprocess.Popen(
                    ["/bin/sh", "-c", _HELPER, "zf-spawn", name, *spawn.argv],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=spawn.environment,
                    cwd=spawn.folder,
                    start_new_session=True,
                    pass_fds=spawn.pass_fds,
                    bufsize=0,
                )
        except BaseException:
            os.close(master)
            os.close(slave)
            raise
        os.set_blocking(master, False)
        return cls(child, master, slave, before)

    @property
    def watched(self) -> list[int]:
        """Descriptors that become readable when the program prints, or ends."""
        return [fd for fd in (self.master, self._exit_fd) if fd is not None]

    def release(self) -> None:
        """Open the gate, and stamp the moment in which the helper turns into the program."""
        assert self._child.stdin is not None  # noqa: S101  a pipe was asked for
        assert self._child.stdout is not None  # noqa: S101  the same
        self._child.stdin.write(b"\n")
        started = self._child.stdout.read(1)
        self.spawn_us = now_us() if started else None
        self._child.stdin.close()
        self._child.stdout.close()
        self._close_slave()

    def read(self, timeout_s: float = 0.05) -> bytes | None:
        """What the program printed: bytes, ``b""`` when the terminal is closed, ``None`` when nothing came in time."""
        ready, _, _ = select.select([self.master], [], [], timeout_s)
        if not ready:
            return None
        try:
            return os.read(self.master, _CHUNK)
        except BlockingIOError:
            return None
        except OSError:  # EIO: nobody holds the other end any more
            return b""

    def write(self, data: bytes) -> None:
        """Type something; a program that does not read loses what the queue cannot hold."""
        with contextlib.suppress(BlockingIOError, OSError):
            os.write(self.master, data)

    def poll(self) -> ExitStatus | None:
        """How the program ended, or ``None`` while it lives."""
        if self.status is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self._set_status(status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss)
        return self.status

    def wait(self, seconds: float) -> ExitStatus | None:
        """Wait for the end; the terminal is read meanwhile so that the program cannot block on it."""
        limit = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < limit:
            select.select(self.watched, [], [], 0.02)
            self.read(0)
        return self.status

    def family(self) -> list[int]:
        """All living processes of the session, also those that left it and became ours (``adopt_orphans``)."""
        return children_of_ours(self._before)

    def hang_up(self) -> None:
        """Close the terminal and see the program out; what then is still there is kept in :attr:`stayed`.

        A program that does not leave when its terminal is gone is killed with its process group.
        """
        if self._hung_up:
            return
        self._close_slave()
        for stream in (self._child.stdin, self._child.stdout):
            if stream is not None:
                stream.close()
        master, self.master = self.master, -1
        if master >= 0:
            os.close(master)
        if self._ended(_HANG_UP_S) is None:
            self._kill_group()
            self._ended(_KILLED_S)
        self.stayed = tuple(leave(self._others(), _FOLLOW_S))
        self._hung_up = True

    def close(self) -> None:
        """Hang up, then kill and reap whatever is left of the session and of its orphans."""
        self.hang_up()
        self._kill_group()
        self._ended(_KILLED_S)
        for _ in range(_TURNS):
            left = self._others()
            if not left:
                break
            end(left)
        if self._exit_fd is not None:
            os.close(self._exit_fd)
            self._exit_fd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with uninterrupted():
            self.close()

    def _others(self) -> list[int]:
        return [pid for pid in self.family() if pid != self.pid]

    def _kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _ended(self, seconds: float) -> ExitStatus | None:
        """Wait for the end of the program itself, without a terminal to read from."""
        limit = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < limit:
            if self._exit_fd is None:
                time.sleep(0.002)
            else:
                select.select([self._exit_fd], [], [], max(0.0, limit - time.monotonic()))
        return self.status

    def _set_status(self, status: int, user: float, system: float, peak: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        self._child.returncode = code  # it was reaped here, not by subprocess
        self.status = ExitStatus(code=code, user_ms=user * 1000, sys_ms=system * 1000, peak_rss_kb=peak)

    def _close_slave(self) -> None:
        if self._slave is not None:
            os.close(self._slave)
            self._slave = None


def _pidfd(pid: int) -> int | None:
    """A descriptor that tells of the process's end, where the system has such a thing."""
    opener = getattr(os, "pidfd_open", None)
    with contextlib.suppress(OSError):
        return int(opener(pid)) if opener else None
    return None
