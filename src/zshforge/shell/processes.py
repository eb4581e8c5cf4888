"""Processes of a session: finding them, their processor time, and ending all of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
_END_S = 2.0  # how long a killed process may take to disappear
_EXEC_S = 0.002  # while a process turns into another program, it has no environment for some microseconds
_LIVES_IN = ("HOME", "ZDOTDIR", "TMPDIR")


def adopt_orphans() -> bool:
    """Let processes that lose their parent become ours, so that none escapes (Linux only).

    Returns:
        Whether the system does that.
    """
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


class Descendants:
    """A process and everything below it, read from /proc without scanning the whole machine."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def pids(self) -> list[int]:
        """The process and its living descendants, parents first."""
        found, queue = [], [self.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            queue += _children(pid)
        return found

    def busy_us(self) -> int | None:
        """Processor time that the living tree has used, in microseconds; ``None`` where the system does not tell."""
        return busy_us(self.pids())


def busy_us(pids: list[int]) -> int | None:
    """Processor time that these processes have used, in microseconds; ``None`` where the system does not tell."""
    total = None
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            spent = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) // 1000
            total = spent + (total or 0)
    return total


def _children(pid: int) -> list[int]:
    """A process that some thread of another one started, or adopted."""
    found: list[int] = []
    with contextlib.suppress(OSError, ValueError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  names are all that is needed, and this runs often
            text = Path(f"/proc/{pid}/task/{thread}/children").read_text()
            found += [int(child) for child in text.split()]
    return found


def program(pid: int) -> str | None:
    """The file that a process is executing, or ``None`` where the system does not tell."""
    with contextlib.suppress(OSError):
        return os.path.realpath(Path(f"/proc/{pid}/exe").readlink())
    return None


def command(pid: int) -> str:
    """The words that a process was started with; ``?`` when it is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "?"
    return os.fsdecode(b" ".join(words)).strip()[:120] or "?"


def describe(pids: list[int]) -> tuple[str, ...]:
    """One line for each living process: number, state, command."""
    import psutil  # noqa: PLC0415  20 ms, needed only when something went wrong

    lines = []
    for pid in pids:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            command = " ".join(process.cmdline()) or process.name()
            lines.append(f"{pid} {process.status()} {command[:120]}")
    return tuple(lines)


def children_of_ours(before: frozenset[int]) -> list[int]:
    """Our descendants that were not there before."""
    return [pid for pid in Descendants(os.getpid()).pids()[1:] if pid not in before]


def leave(pids: list[int], seconds: float) -> list[int]:
    """Wait for processes to end by themselves; those that are our children are reaped.

    Returns:
        Those that have not ended.
    """
    deadline = time.monotonic() + seconds
    while True:
        pids = [pid for pid in pids if not _gone(pid)]
        if not pids or time.monotonic() >= deadline:
            return pids
        time.sleep(0.001)


def end(pids: list[int]) -> None:
    """Kill these processes and wait until they are gone; those that are our children are reaped."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    leave(pids, _END_S)


def _gone(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def processes_below(folder: Path) -> list[psutil.Process]:
    """Living processes of ours that were started with a HOME, ZDOTDIR or TMPDIR below a folder."""
    import psutil  # noqa: PLC0415  see describe

    found, unborn = [], []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            given = process.environ()
            if _lives_below(given, folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
            elif not given and process.exe():
                unborn.append(process)
    if unborn:
        time.sleep(_EXEC_S)
    for process in unborn:
        with contextlib.suppress(psutil.Error, OSError):
            if _lives_below(process.environ(), folder):
                found.append(process)
    return found


def _lives_below(given: dict[str, str], folder: Path) -> bool:
    return any(Path(given[name]).is_relative_to(folder) for name in _LIVES_IN if given.get(name))
