"""Keeping the observer out of the way of what it observes."""

from __future__ import annotations

import contextlib
import gc
import os
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet


_PROCESSOR = 36  # proc(5), /proc/pid/stat, field 39 counted from the one behind the command


@contextlib.contextmanager
def steady() -> Iterator[None]:
    """While a session runs: no garbage collection, and afterwards the processors that we were allowed before."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        if allowed:
            os.sched_setaffinity(0, allowed)


class Aside:
    """Keeps this process off the processor that a shell runs on; the shell itself may run anywhere.

    An observer that wakes on the shell's processor takes time from it, or waits until its slice is over. How much that
    is depends on where the system puts both (benchmarks/wakeup.py measures it). Where the system does not tell, nothing
    is done.

    Args:
        pid: The shell.
        allowed: Processors to choose from.
    """

    def __init__(self, pid: int, allowed: AbstractSet[int]) -> None:
        self._allowed = allowed
        self._fd: int | None = None
        if len(allowed) > 1:
            with contextlib.suppress(OSError):
                self._fd = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)

    def step(self) -> None:
        """Go to another processor if the shell is on ours."""
        if self._fd is None:
            return
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = os.pread(self._fd, 1024, 0).rpartition(b")")[2].split()
            others = self._allowed - {int(fields[_PROCESSOR])}
            if others and not os.sched_getaffinity(0) <= others:
                os.sched_setaffinity(0, others)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def processors() -> frozenset[int]:
    """Processors that this process may run on; none where the system does not tell."""
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()
