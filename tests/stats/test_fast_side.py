"""The shift between paired values, judged by the side on which a machine's noise is small."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zshforge.stats.fast_side import Shift, fast_side

values = st.floats(-5, 5)
pairs = st.lists(st.tuples(values, values), min_size=1, max_size=40)


def split(both: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [a for a, _ in both], [b for _, b in both]


def found(before: list[float], after: list[float]) -> Shift:
    made = fast_side(before, after, confidence=0.95)
    assert made is not None
    return made


def two_speeds(draw: random.Random) -> float:
    """What a session on a shared machine takes, as a logarithm: one time in two it is slowed by sixty percent."""
    return 3.5 + abs(draw.gauss(0, 0.03)) + (0.5 * draw.random() + 0.2 if draw.random() < 0.5 else 0.0)


def test_a_constant_shift_is_found_exactly() -> None:
    made = found([1.0, 5.0, 2.0, 8.0], [1.3, 5.3, 2.3, 8.3])
    assert made.shift == pytest.approx(0.3)
    assert made.p == pytest.approx(1 / 16)


def test_slow_sessions_do_not_hide_a_small_shift() -> None:
    draw = random.Random(5)  # noqa: S311  noise, not a secret
    errors, medians = [], []
    for _ in range(60):
        before, after = ([two_speeds(draw) + add for _ in range(60)] for add in (0.0, 0.05))
        errors.append(found(before, after).shift - 0.05)
        ratios = sorted(b - a for a, b in zip(before, after, strict=True))
        medians.append((ratios[29] + ratios[30]) / 2 - 0.05)
    assert math.fsum(e * e for e in errors) < 0.25 * math.fsum(e * e for e in medians)


def test_where_the_machine_has_two_speeds_the_estimate_rests_on_the_fast_one() -> None:
    draw = random.Random(6)  # noqa: S311  noise, not a secret
    assert found([two_speeds(draw) for _ in range(60)], [two_speeds(draw) for _ in range(60)]).share < 1


def test_nothing_happened_is_called_significant_as_often_as_it_says() -> None:
    draw = random.Random(7)  # noqa: S311  noise, not a secret
    alarms = sum(found(*([two_speeds(draw) for _ in range(32)] for _ in range(2))).p <= 0.05 for _ in range(800))
    assert 0.03 <= alarms / 800 <= 0.07


def test_the_bounds_hold_the_shift_as_often_as_they_say() -> None:
    draw = random.Random(8)  # noqa: S311  noise, not a secret
    low = high = 0
    for _ in range(400):
        made = found([two_speeds(draw) for _ in range(24)], [two_speeds(draw) + 0.1 for _ in range(24)])
        low += made.lower <= 0.1
        high += made.upper >= 0.1
    assert 0.92 <= low / 400 <= 0.985
    assert 0.92 <= high / 400 <= 0.985


@settings(deadline=None)
@given(pairs, st.floats(0.0, 3.0))
def test_slower_sessions_never_make_a_smaller_shift(both: list[tuple[float, float]], more: float) -> None:
    before, after = split(both)
    one, other = found(before, after), found(before, [value + more for value in after])
    assert other.shift == pytest.approx(one.shift + more, abs=1e-6)


@settings(deadline=None)
@given(pairs)
def test_exchanging_the_labels_turns_everything_around(both: list[tuple[float, float]]) -> None:
    before, after = split(both)
    there, back = found(before, after), found(after, before)
    assert there.shift == pytest.approx(-back.shift, abs=1e-6)
    assert there.lower == pytest.approx(-back.upper, abs=1e-6)
    assert there.p == pytest.approx(back.p_faster)


@settings(deadline=None)
@given(pairs)
def test_the_bounds_stand_around_the_shift(both: list[tuple[float, float]]) -> None:
    made = found(*split(both))
    assert made.lower <= made.shift + 1e-9
    assert made.shift <= made.upper + 1e-9


def test_one_two_and_equal_values_have_an_answer_and_none_has_none() -> None:
    assert fast_side([], [], confidence=0.95) is None
    assert fast_side([1.0], [math.inf], confidence=0.95) is None
    assert fast_side([1.0], [1.0, 2.0], confidence=0.95) is None
    one = found([1.0], [1.5])
    assert one.shift == pytest.approx(0.5)
    assert one.p == 0.5
    same = found([2.0] * 12, [2.0] * 12)
    assert (same.shift, same.lower, same.upper, same.p, same.p_faster) == (0.0, 0.0, 0.0, 1.0, 1.0)
    assert found([0.0, 0.0], [0.0, 0.0]).error == 0.0


def test_a_fast_side_of_equal_values_says_nothing() -> None:
    made = found([1.0, 2.0] * 10, [2.0, 1.0] * 10)
    assert made.share == 1.0
    assert made.lower < 0 < made.upper
