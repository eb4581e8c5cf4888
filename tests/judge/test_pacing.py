"""When a run ends: at a declared look that can tell, or when its time is up, and never between."""

import math
import random

import pytest

from zshforge.judge.pacing import Pace, longest_s
from zshforge.judge.rules import rules_of
from zshforge.model.sample import Latencies, Sample
from zshforge.model.settings import load_settings

RULES = rules_of(
    load_settings(environ={}, overrides={"compare.gate_metrics": "first_prompt_ms", "compare.resamples": 400})
)


def samples(rounds: int, spread: float, seed: int, factor: float = 1.0) -> list[Sample]:
    draw = random.Random(seed)  # noqa: S311  noise, not a secret
    return [
        Sample(
            index=index,
            config="c",
            authentic=True,
            latencies=Latencies(first_prompt_ms=factor * 40 * math.exp(draw.gauss(0, spread))),
        )
        for index in range(1, rounds + 1)
    ]


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nobody_looks_between_the_looks() -> None:
    pace = Pace(RULES, seed=1, limit_s=1e9, clock=Clock())
    steady = [samples(30, 0.001, seed) for seed in (1, 2)]
    assert [rounds for rounds in range(1, 31) if pace(rounds, [side[:rounds] for side in steady])] == [16, 30]


def test_a_look_that_cannot_tell_goes_on() -> None:
    pace = Pace(RULES, seed=1, limit_s=1e9, clock=Clock())
    wild = [samples(30, 0.8, seed) for seed in (1, 2)]
    assert not any(pace(rounds, [side[:rounds] for side in wild]) for rounds in (16, 30))


def test_a_round_that_would_not_end_in_time_is_not_begun() -> None:
    clock = Clock()
    pace = Pace(RULES, seed=1, limit_s=10.0, clock=clock)
    ends = None
    for rounds in range(1, 12):
        clock.now += 1.5
        if pace(rounds, [[], []]):
            ends = rounds
            break
    assert ends == 6
    assert pace.spent_s == pytest.approx(9.0)


def test_what_a_comparison_takes_at_most_is_known_before() -> None:
    assert longest_s(RULES) == (60.0, 90.0)
