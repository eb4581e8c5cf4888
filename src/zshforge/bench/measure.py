"""How calls are timed: calibrated rounds in random order, each beside an empty loop of its own length."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from zshforge.stats.describe import mad, median

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

_FEWEST_ROUNDS = 5
_GROWTH = 4.0  # a first guess is as good as the clock; growing by more would overshoot what a round may take


class Shell(Protocol):
    """Whatever can run a call many times."""

    def time(self, call: str | None, iterations: int) -> tuple[float, int]:
        """Microseconds for all of them, and the status of the last; ``None`` is the empty loop."""


class Limits(Struct, frozen=True, kw_only=True):
    """How much is measured."""

    rounds: int
    """Rounds of each call, when it is fast enough."""
    round_us: int
    """How long one round shall take, at least."""
    budget_us: int
    """How long all rounds of one call may take together."""
    trim_share: float
    """Share of the largest rounds that the trimmed median leaves out."""


class Timed(Struct, frozen=True, kw_only=True):
    """One call, in microseconds without the loop around it."""

    iterations: int
    """Calls in a round."""
    rc: int
    """Status of the last call."""
    rounds_us: tuple[float, ...]
    """Time per call of each round, in the order in which they ran; may be a little below 0 for a call of no cost."""
    empty_us: float
    """Median time per turn of the empty loop, which was subtracted."""
    median_us: float
    mad_us: float
    median_trimmed_us: float
    trimmed: int
    """How many rounds the trimmed median leaves out."""
    max_us: float
    median_round_us: float
    """Median time of a whole round, the loop included."""


class _Call:
    """The state of one call while it is measured."""

    def __init__(self, call: str, iterations: int, rounds: int) -> None:
        self.call = call
        self.iterations = iterations
        self.rounds = rounds
        self.rc = 0
        self.whole: list[float] = []
        self.net: list[float] = []
        self.empty: list[float] = []


def measure(
    shell: Shell,
    calls: Sequence[str],
    limits: Limits,
    rng: random.Random,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[str, Timed]:
    """Time some calls in one shell.

    Args:
        shell: Runs them.
        calls: Words of command lines, each once.
        limits: How much.
        rng: Draws the order of the rounds, and which loop of a round is first.
        tell: Is told how many rounds are done, and of how many.

    Returns:
        What each costs, in the order in which they were given.
    """
    states = [_calibrated(shell, call, limits) for call in calls]
    order = [state for state in states for _ in range(state.rounds)]
    rng.shuffle(order)
    for done, state in enumerate(order):
        tell(done, len(order))
        _round(shell, state, empty_first=rng.random() < 0.5)  # noqa: PLR2004  either way
    return {state.call: _timed(state, limits) for state in states}


def _calibrated(shell: Shell, call: str, limits: Limits) -> _Call:
    """How many calls fill a round, and how many rounds the budget allows. The first call is thrown away."""
    shell.time(call, 1)
    iterations = 1
    while True:
        elapsed, _ = shell.time(call, iterations)
        if elapsed >= limits.round_us:
            break
        wanted = limits.round_us / max(elapsed, 1.0)
        iterations = math.ceil(iterations * min(max(wanted * 1.1, 1.5), _GROWTH))
    rounds = int(limits.budget_us / max(elapsed, limits.round_us))
    return _Call(call, iterations, min(limits.rounds, max(_FEWEST_ROUNDS, rounds)))


def _round(shell: Shell, state: _Call, *, empty_first: bool) -> None:
    """The call and the empty loop, one right behind the other: a machine that is slow now is slow for both."""
    times: dict[str | None, float] = {}
    for call in (None, state.call) if empty_first else (state.call, None):
        times[call], status = shell.time(call, state.iterations)
        state.rc = state.rc if call is None else status
    state.whole.append(times[state.call])
    state.empty.append(times[None] / state.iterations)
    state.net.append((times[state.call] - times[None]) / state.iterations)


def _timed(state: _Call, limits: Limits) -> Timed:
    cut = math.ceil(len(state.net) * limits.trim_share)
    kept = sorted(state.net)[: len(state.net) - cut] or state.net
    return Timed(
        iterations=state.iterations,
        rc=state.rc,
        rounds_us=tuple(state.net),
        empty_us=_sure(median(state.empty)),
        median_us=_sure(median(state.net)),
        mad_us=_sure(mad(state.net)),
        median_trimmed_us=_sure(median(kept)),
        trimmed=cut,
        max_us=max(state.net),
        median_round_us=_sure(median(state.whole)),
    )


def _sure(value: float | None) -> float:
    """There is at least one round, and clocks give finite numbers."""
    if value is None:
        raise ValueError("a round without a usable time")
    return value
