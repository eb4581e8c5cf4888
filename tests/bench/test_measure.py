"""The plan of a micro-benchmark, against a shell that costs what it is told to cost."""

# ruff: noqa: S311  an order, no secret

from __future__ import annotations

import math
import random

import pytest

from zshforge.bench.measure import Limits, measure
from zshforge.bench.shims import shim_reason

LIMITS = Limits(rounds=21, round_us=4000, budget_us=2_000_000, trim_share=0.05)


class FakeShell:
    """Calls of known cost, an empty loop of known cost, noise now and then."""

    def __init__(self, cost_us: dict[str, float], *, loop_us: float = 0.05, seed: int = 1) -> None:
        self.cost_us = cost_us
        self.loop_us = loop_us
        self.random = random.Random(seed)
        self.asked: list[tuple[str | None, int]] = []

    def time(self, call: str | None, iterations: int) -> tuple[float, int]:
        self.asked.append((call, iterations))
        late = 500.0 if self.random.random() < 0.08 else 0.0
        each = self.loop_us + (self.cost_us[call] if call is not None else 0.0)
        return 1.0 + late + each * iterations, 0 if call is None else len(call) % 3


def test_known_costs_come_back_without_the_loop() -> None:
    shell = FakeShell({"cheap": 0.8, "dear": 40.0, "fork": 900.0})
    timed = measure(shell, ["cheap", "dear", "fork"], LIMITS, random.Random(3))
    assert timed["cheap"].median_us == pytest.approx(0.8, rel=0.05)
    assert timed["dear"].median_us == pytest.approx(40.0, rel=0.05)
    assert timed["fork"].median_us == pytest.approx(900.0, rel=0.05)


def test_iterations_fill_a_round_and_no_more() -> None:
    shell = FakeShell({"cheap": 0.8, "dear": 40.0, "slow": 90_000.0})
    timed = measure(shell, ["cheap", "dear", "slow"], LIMITS, random.Random(3))
    assert 4000 / 0.85 <= timed["cheap"].iterations <= 4 * 4000 / 0.85
    assert 4000 / 40.1 <= timed["dear"].iterations <= 4 * 4000 / 40.1
    assert timed["slow"].iterations == 1


def test_a_slow_call_gets_fewer_rounds_but_never_fewer_than_five() -> None:
    shell = FakeShell({"slow": 900_000.0, "cheap": 1.0})
    timed = measure(shell, ["slow", "cheap"], LIMITS, random.Random(3))
    assert len(timed["slow"].rounds_us) == 5
    assert len(timed["cheap"].rounds_us) == 21


def test_rounds_of_different_calls_are_mixed_and_the_seed_reproduces_their_order() -> None:
    orders = []
    for seed in (7, 7, 8):
        shell = FakeShell({"a": 10.0, "b": 10.0})
        measure(shell, ["a", "b"], LIMITS, random.Random(seed))
        orders.append([call for call, _ in shell.asked if call is not None][-42:])
    assert orders[0] == orders[1] != orders[2]
    assert sum(one != two for one, two in zip(orders[0], orders[0][1:], strict=False)) > 5


def test_every_round_stands_beside_an_empty_loop_of_its_own_length() -> None:
    shell = FakeShell({"a": 10.0})
    measure(shell, ["a"], LIMITS, random.Random(1))
    rounds = shell.asked[-42:]
    for one, two in zip(rounds[::2], rounds[1::2], strict=True):
        assert {one[0], two[0]} == {None, "a"}
        assert one[1] == two[1]


def test_trimmed_values_stand_beside_raw_ones() -> None:
    shell = FakeShell({"a": 10.0}, seed=5)
    timed = measure(shell, ["a"], LIMITS, random.Random(1))["a"]
    assert len(timed.rounds_us) == 21
    assert timed.trimmed == math.ceil(21 * 0.05)
    assert timed.median_trimmed_us <= timed.median_us
    assert timed.max_us == max(timed.rounds_us)


def test_the_status_of_the_call_is_kept() -> None:
    shell = FakeShell({"aa": 10.0})
    assert measure(shell, ["aa"], LIMITS, random.Random(1))["aa"].rc == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty"),
        ("\t:", "does nothing"),
        ("\ttrue", "does nothing"),
        ("\treturn 0", "does nothing"),
        ("\t:\n\treturn 0", "does nothing"),
        ("\tbuiltin true", "does nothing"),
        ("\t# undefined\n\tbuiltin autoload -XUz", "never defined"),
    ],
)
def test_a_body_that_does_nothing_is_a_stand_in(body: str, reason: str) -> None:
    assert reason in (shim_reason(body) or "")


@pytest.mark.parametrize("body", ["\tprint hello", "\t(( a + 1 ))", "\treturn 1", "\t: ${x:=1}", "\ttrue && f"])
def test_a_body_that_does_something_is_none(body: str) -> None:
    assert shim_reason(body) is None
