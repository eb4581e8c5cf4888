"""The distance between the wall clock, which stamps are taken on, and one that nobody can step."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_READINGS = 5  # more than the scheduler interrupts in a row


def clock_offset_us(
    wall_ns: Callable[[], int] = time.time_ns, monotonic_ns: Callable[[], int] = time.monotonic_ns
) -> int:
    """Wall time minus monotonic time in microseconds; the same at every moment unless the wall clock is stepped.

    Of several readings the one counts that took least, because one that is interrupted in the middle looks like a
    step.

    Args:
        wall_ns: The wall clock in nanoseconds.
        monotonic_ns: The monotonic clock in nanoseconds.
    """
    readings = []
    for _ in range(_READINGS):
        before, wall, after = monotonic_ns(), wall_ns(), monotonic_ns()
        readings.append((after - before, wall - (before + after) // 2))
    return min(readings)[1] // 1000
