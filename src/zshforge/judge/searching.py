"""The binary search of a bisection, over commits or over pieces of one commit; it only asks, and measures nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.model.comparison import Verdict


class Range(NamedTuple):
    """What is left: the first slow state lies after ``fast`` and not after ``slow``.

    Attributes:
        fast: The last state that is known to be as fast as the first one.
        slow: The first state that is known to be slow.
    """

    fast: int
    slow: int

    @property
    def found(self) -> bool:
        """Whether one state alone is left."""
        return self.slow - self.fast == 1


def search(states: int, ask: Callable[[int, int], Verdict]) -> Range:
    """Find the first slow state of a history whose first state is fast and whose last one is slow.

    Args:
        states: How many states there are, at least two; state 0 is fast.
        ask: Judges a state (the second number) against another.

    Returns:
        What is left when nothing more can be told.
    """
    fast, slow = 0, states - 1
    while slow - fast > 1:
        middle = _next(fast, slow, ask)
        if middle is None:
            break
        state, is_slow = middle
        fast, slow = (fast, state) if is_slow else (state, slow)
    return Range(fast, slow)


def _next(fast: int, slow: int, ask: Callable[[int, int], Verdict]) -> tuple[int, bool] | None:
    """The state nearest to the middle that can be told, and whether it is slow."""
    middle = (fast + slow) // 2
    for state in sorted(range(fast + 1, slow), key=lambda index: (abs(index - middle), index)):
        verdict = ask(0, state)
        if verdict in {"fail", "pass", "warn"}:
            return state, verdict == "fail"
        # not told from the fast end: whether the slow end is slower still tells as much
        if ask(state, slow) == "fail":
            return state, False
    return None
