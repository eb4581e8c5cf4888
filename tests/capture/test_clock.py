"""Whether the wall clock was stepped while a session ran."""

from collections.abc import Callable
from itertools import count

from zshforge.capture.clock import clock_offset_us

WALL_NS = 1_700_000_000_000_000_000


def clocks(step_ns: int, pauses: dict[int, int]) -> tuple[Callable[[], int], Callable[[], int]]:
    """Both clocks of a machine: each reading takes 100 ns, and the numbered ones are interrupted before they answer."""
    numbers = count()
    now = 0

    def read() -> int:
        nonlocal now
        now += 100 + pauses.get(next(numbers), 0)
        return now

    return (lambda: WALL_NS + step_ns + read()), read


def test_the_offset_moves_with_the_wall_clock_alone() -> None:
    assert clock_offset_us(*clocks(0, {})) == WALL_NS // 1000
    assert clock_offset_us(*clocks(7_000_000, {})) == WALL_NS // 1000 + 7_000


def test_a_reading_that_was_interrupted_is_no_step() -> None:
    for interrupted in range(9):
        offset = clock_offset_us(*clocks(0, {interrupted: 30_000_000}))
        assert abs(offset - WALL_NS // 1000) <= 1
