"""Signals around a session: what its shell inherits, and an interrupt that waits until the cleaning up is done."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_IGNORABLE = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP)


@contextlib.contextmanager
def none_ignored() -> Iterator[None]:
    """Inside, no signal of a terminal is ignored.

    A child inherits which signals are ignored (``nohup zf``, ``zf &`` in a script), and a shell cannot undo that; in a
    terminal emulator it would not have inherited it.
    """
    ignored = [number for number in _IGNORABLE if signal.getsignal(number) is signal.SIG_IGN] if _may_set() else []
    for number in ignored:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number in ignored:
            signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Inside, SIGINT is only remembered; it does its work when the block is over."""
    if not _may_set():
        yield
        return
    seen: list[tuple[int, FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if seen and callable(before):
        before(*seen[0])
    elif seen and before is signal.SIG_DFL:
        os.kill(os.getpid(), signal.SIGINT)


def _may_set() -> bool:
    """Only the main thread may say what a signal does; an interrupt is delivered to it alone, too."""
    return threading.current_thread() is threading.main_thread()
