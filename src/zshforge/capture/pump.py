"""The one loop of a session: whatever arrives is stamped and kept, until a condition holds or its time is up."""

from __future__ import annotations

import os
import select
import termios
import time
from typing import TYPE_CHECKING

from zshforge.capture.watch import watch_for
from zshforge.shell.pty import now_us
from zshforge.shell.terminal import Terminal
from zshforge.shell.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.capture.plan import SessionPlan
    from zshforge.shell.pty import PtyProcess
    from zshforge.shell.scheduling import Aside

_IDLE_WAIT_S = 0.01
_ASIDE_US = 1000  # a shell moves to another processor rarely
_GATHER_US = 10_000  # the kernel's buffers hold far more than a shell can do in this time
_LOCAL_MODES = 3  # where termios.tcgetattr has c_lflag
_DRAIN_READS = 256  # as much as a terminal's buffer holds, and not what an endless loop goes on to print


class Pipe:
    """Lines from a descriptor, each with the stamp of its arrival.

    Args:
        fd: The descriptor, not blocking.
        awaited: Whether somebody waits for its lines. Lines that carry their own stamps are only collected now and
            then: to be woken by each of them costs the writing shell a quarter of a millisecond per start.
        unfold: What lines a line stands for.
    """

    def __init__(
        self, fd: int, *, awaited: bool = True, unfold: Callable[[str], tuple[str, ...]] = lambda line: (line,)
    ) -> None:
        self.fd = fd
        self.awaited = awaited
        self._unfold = unfold
        self._rest = b""
        self.lines: list[tuple[int, str]] = []
        self.closed = False

    def take(self, stamp_us: int) -> None:
        """Read what is there."""
        try:
            data = os.read(self.fd, 1 << 16)
        except BlockingIOError:
            return
        self.closed = not data
        *lines, self._rest = (self._rest + data).split(b"\n")
        texts = (text for line in lines for text in self._unfold(line.decode(errors="replace")))
        self.lines += [(stamp_us, text) for text in texts]


class Pump:
    """Reads the terminal and the pipes of one session, answers the terminal's queries, watches the shell.

    Args:
        process: The session's terminal.
        plan: What to observe, and how often to look.
        aside: Keeps us off the shell's processor.
        pipes: More descriptors to read lines from.
    """

    def __init__(self, process: PtyProcess, plan: SessionPlan, aside: Aside, pipes: tuple[Pipe, ...]) -> None:
        self.process = process
        self._aside = aside
        self._aside_us = self._gather_us = 0
        self.transcript = Transcript(plan.keep_bytes)
        self.terminal = Terminal(plan.columns, plan.rows)
        self.typed: list[tuple[int, bytes]] = []
        self.watch = watch_for(plan, process.pid)
        self._period_s = plan.watch_period_us / 1e6
        self._look_share = plan.look_share
        self._begin = 0.0
        self._pipes = pipes
        self._open = True
        self.gather: Callable[[], None] = lambda: None
        self.deadline = float("inf")

    def type(self, data: bytes) -> None:
        """Press keys."""
        self.typed.append((now_us(), data))
        self.process.write(data)

    def quiet_us(self) -> int:
        """How long nothing has been printed and nothing typed."""
        return now_us() - max(self.transcript.last_us or 0, self.typed[-1][0] if self.typed else 0)

    def raw(self) -> bool:
        """Whether whoever reads the terminal wants each key at once, as a line editor does."""
        try:
            return not termios.tcgetattr(self.process.master)[_LOCAL_MODES] & termios.ICANON
        except termios.error:
            return False

    def until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Pump until a condition holds, the time is up, or ``deadline`` (of the monotonic clock) is reached.

        Returns:
            Whether it held before the time was up and before the program ended.
        """
        limit = min(time.monotonic() + seconds, self.deadline)  # the session clock may be set while we wait
        while not condition():
            left_s = limit - time.monotonic()
            if left_s <= 0:
                return False
            if not self._once(min(_IDLE_WAIT_S, left_s)):
                self.drain()
                return condition()
        return True

    def drain(self) -> None:
        """Take everything that has already arrived."""
        for _ in range(_DRAIN_READS):
            if not self._read_terminal(now_us()):
                break
        for pipe in self._pipes:
            pipe.take(now_us())

    def end_watch(self) -> None:
        """Stop looking at the stack; from here on waiting costs nothing."""
        if self.watch is not None:
            self.watch.close()
        self._watching = False

    _watching = True

    def _once(self, wait_s: float) -> bool:
        """Wait for something to arrive and take it; false when the program has ended."""
        watching = self.watch is not None and self._watching and self.watch.active
        fds = [fd for fd in self.process.watched if self._open or fd != self.process.master]
        fds += [pipe.fd for pipe in self._pipes if pipe.awaited and not pipe.closed]
        ready = self._wait(fds, wait_s, watching=watching)
        stamp = now_us()
        if self.process.master in ready:
            self._read_terminal(stamp)
        for pipe in self._pipes:
            if pipe.fd in ready:
                pipe.take(stamp)
        self._look_around(now_us(), watching=watching)
        return self.process.poll() is None

    def _wait(self, fds: list[int], wait_s: float, *, watching: bool) -> list[int]:
        """Wait until something arrives or the time is up; looks are taken meanwhile, with as little as can be around.

        What we compute takes time from the shell, also on another processor: it shares caches and the host.
        """
        end = time.monotonic() + wait_s
        while True:
            left_s = end - time.monotonic()
            ready, _, _ = select.select(fds, [], [], max(0.0, min(left_s, self._look_wait_s()) if watching else left_s))
            if ready or not watching or self.watch is None or self.watch.restless or left_s <= self._period_s:
                return ready
            self.watch.tick(now_us())

    def _look_wait_s(self) -> float:
        """Until the next look: exact to a share of what has passed, because every look costs the shell something."""
        if self.watch is not None and self.watch.restless:
            return 0.0
        self._begin = self._begin or time.monotonic()
        return max(self._period_s, self._look_share * (time.monotonic() - self._begin))

    def _look_around(self, stamp_us: int, *, watching: bool) -> None:
        """What is not waited for; it comes after the reading, because what arrives meanwhile is stamped late."""
        if watching and self.watch is not None:
            self.watch.tick(stamp_us)
        if stamp_us - self._aside_us > _ASIDE_US:
            self._aside.step()
            self._aside_us = stamp_us
        if stamp_us - self._gather_us > _GATHER_US:
            self.gather()
            for pipe in self._pipes:
                if not pipe.awaited and not pipe.closed:
                    pipe.take(stamp_us)
            self._gather_us = stamp_us

    def _read_terminal(self, stamp_us: int) -> bool:
        data = self.process.read(0)
        if data is None or not data:
            self._open = self._open and data is None
            return False
        self.transcript.feed(stamp_us, data)
        answer = self.terminal.feed(data)
        if answer:
            self.process.write(answer)
        return True
