"""The log of what the shell was doing: looks at its call stack, as often as the plan says."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from zshforge.shell.inside import Look, StackReader, WatchRefused, prepare
from zshforge.shell.lines import LineReader, Moment, prepare_lines
from zshforge.shell.scheduling import processors

if TYPE_CHECKING:
    from zshforge.capture.plan import SessionPlan

_ATTACH_US = 1_000_000  # how long after its start a program may take to become the shell
_SLOW_US = 1000  # no look takes that long by itself
_BURST_NS = 250_000  # what the terminal shows meanwhile is stamped late by as much


class _Seen(Protocol):
    @property
    def editing(self) -> bool: ...


_L = TypeVar("_L", bound=_Seen)
_L_co = TypeVar("_L_co", bound=_Seen, covariant=True)


class _Reads(Protocol[_L_co]):
    lost: bool

    def look(self) -> _L_co | None: ...
    def close(self) -> None: ...


_R = TypeVar("_R", bound=_Reads)  # type: ignore[type-arg]  # a bound cannot name another variable


class _Watch(Generic[_R, _L]):
    """Attaches itself once the helper has turned into the shell, then records every change.

    It attaches itself again when the shell starts itself anew (``exec zsh``).

    Args:
        pid: The session's first process.
        shell: The program that it will become.
    """

    restless = False
    """Whether the time between two looks is this watch's own business."""

    def __init__(self, pid: int, shell: str) -> None:
        prepare(shell)
        self._pid = pid
        self._shell = shell
        self._reader: _R | None = None
        self._first_us: int | None = None
        self._last_us: int | None = None
        self.looks: list[tuple[int, _L]] = []
        self.unseen_us: list[int] = []
        self.gap_us = 0
        self._stamps = array("q")
        self.refused: str | None = None

    @property
    def active(self) -> bool:
        """Whether another look can tell something."""
        return self.refused is None

    def tick(self, stamp_us: int) -> None:
        """Look once; what is seen is stamped with that moment."""
        if self._reader is None:
            self._attach(stamp_us)
            return
        look = self._reader.look()
        if self._reader.lost:  # a shell that starts itself anew lies elsewhere in memory
            self.close()
            self._first_us = None
        if look is None or time.time_ns() // 1000 - stamp_us > _SLOW_US:
            return  # slow: we lost the processor meanwhile, so what was read is of another moment than the stamp
        gap_us = stamp_us - self._last_us if self._last_us is not None else 0
        self.gap_us = max(self.gap_us, gap_us)
        self._last_us = stamp_us
        self._stamps.append(stamp_us)
        if not self.looks or self.looks[-1][1] is not look:
            self.looks.append((stamp_us, look))
            self.unseen_us.append(gap_us)

    def close(self) -> None:
        """Look no more."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def taken_by(self, stamp_us: int | None) -> int:
        """How many looks were taken up to a moment."""
        return len(self._stamps) if stamp_us is None else bisect_right(self._stamps, stamp_us)

    def edited_us(self) -> int | None:
        """When the line editor was first seen at work."""
        return next((stamp for stamp, look in self.looks if look.editing), None)

    def _attach(self, stamp_us: int) -> None:
        if self._first_us is None:
            self._first_us = stamp_us
        try:
            self._reader = self._open()
        except WatchRefused as refused:
            if stamp_us - self._first_us > _ATTACH_US:
                self.refused = str(refused)

    def _open(self) -> _R:
        raise NotImplementedError


class StackWatch(_Watch[StackReader, Look]):
    """Looks at the call stack now and then."""

    def _open(self) -> StackReader:
        return StackReader(self._pid, self._shell)


class LineWatch(_Watch[LineReader, Moment]):
    """Looks at the call stack and the line all the time.

    Args:
        pid: The session's first process.
        shell: The program that it will become.
        period_us: The time between two looks; without a processor of our own we sleep that long.
    """

    restless = True

    def __init__(self, pid: int, shell: str, period_us: float) -> None:
        super().__init__(pid, shell)
        prepare_lines(shell)
        self._period_ns = int(period_us * 1000)
        self._own_processor = len(processors()) > 1

    def tick(self, stamp_us: int) -> None:
        """Look for a while; each look is stamped with its beginning."""
        end = time.perf_counter_ns() + _BURST_NS
        super().tick(stamp_us)
        while self._reader is not None and time.perf_counter_ns() < end:
            self._wait()
            before = time.time_ns()
            super().tick(before // 1000)

    def _open(self) -> LineReader:
        return LineReader(self._pid, self._shell)

    def _wait(self) -> None:
        if not self._own_processor:
            time.sleep(self._period_ns / 1e9)
            return
        until = time.perf_counter_ns() + self._period_ns
        while time.perf_counter_ns() < until:
            pass


def watch_for(plan: SessionPlan, pid: int) -> StackWatch | LineWatch | None:
    """What a plan wants the shell to be watched with."""
    if not plan.watch:
        return None
    return LineWatch(pid, plan.zsh, plan.line_look_us) if plan.lines else StackWatch(pid, plan.zsh)
