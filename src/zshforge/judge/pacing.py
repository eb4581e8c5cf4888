"""When a run of pairs ends: at a declared look that can tell, or when the time is up.

How long the sessions of a pair take together says nothing of which one is slower, so that ending by the clock leaves
the tests exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.judge.look import look, schedule
from zshforge.judge.values import values_of
from zshforge.judge.verdict import question_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zshforge.model.comparison import Rules
    from zshforge.model.sample import Sample

_CONFIRMING_SHARE = 0.5  # of the budget, for a fresh run that begins when all of it is spent


class Pace:
    """Asked after each round whether the run shall end; between the looks nobody looks.

    Args:
        rules: The schedule, and what is judged by.
        seed: What bounds are drawn from.
        limit_s: How long the run may take, from now on.
        clock: Tells seconds.
    """

    def __init__(self, rules: Rules, seed: int, limit_s: float, clock: Callable[[], float]) -> None:
        self._rules, self._seed, self._limit_s, self._clock = rules, seed, limit_s, clock
        self._alphas = dict(schedule(rules, rules.looks[-1]))
        self._begin = clock()

    @property
    def spent_s(self) -> float:
        """How long the run has taken."""
        return self._clock() - self._begin

    def __call__(self, rounds: int, samples: Sequence[Sequence[Sample]]) -> bool:
        """Whether to end after so many rounds."""
        return self._can_tell(rounds, samples) or self.spent_s * (1 + 1 / rounds) > self._limit_s

    def _can_tell(self, rounds: int, samples: Sequence[Sequence[Sample]]) -> bool:
        alpha = self._alphas.get(rounds)
        if alpha is None:
            return False
        question = question_of(self._rules, self._seed)._replace(pairs=rounds, alpha=alpha)
        return look(values_of(samples[0], rounds), values_of(samples[1], rounds), question).enough


def confirming_s(rules: Rules, spent_s: float) -> float:
    """How long a fresh run may take after so many seconds."""
    return max(rules.budget_s - spent_s, _CONFIRMING_SHARE * rules.budget_s)


def longest_s(rules: Rules) -> tuple[float, float]:
    """How long a comparison measures at most: without an alarm, and with one that comes as late as it can."""
    late = confirming_s(rules, rules.budget_s) if rules.confirm else 0.0
    return rules.budget_s, rules.budget_s + late
