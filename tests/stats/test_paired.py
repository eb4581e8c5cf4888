"""What pairs tell: the effect, its bounds, what could have been seen."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zshforge.stats.bootstrap import median_bounds
from zshforge.stats.describe import median
from zshforge.stats.looks import alpha_of_looks, holm
from zshforge.stats.paired import Design, paired_effect

DESIGN = Design(alpha=0.005, power=0.8, floor=0.025, confidence=0.95, pairs_share=0.2)
times = st.floats(min_value=0.01, max_value=1e5)
pairs = st.lists(st.tuples(times, times), min_size=3, max_size=30)


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  noise, not a secret


def split(both: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [a for a, _ in both], [b for _, b in both]


def test_the_median_effect_is_that_of_the_pairs_own_ratios() -> None:
    found = paired_effect([10.0, 20.0, 100.0], [11.0, 20.0, 120.0], DESIGN)
    assert found.median_effect == pytest.approx(0.1)
    assert found.median_difference == 1.0
    assert found.pairs == 3


def test_the_effect_is_told_by_the_fast_sessions_where_the_slow_ones_are_wild() -> None:
    draw = seeded(4)

    def session(ms: float) -> float:
        return ms * (1 + abs(draw.gauss(0, 0.02))) * (1.6 if draw.random() < 0.5 else 1.0)

    before, after = [session(40.0) for _ in range(80)], [session(42.0) for _ in range(80)]
    found = paired_effect(before, after, DESIGN)
    assert found.effect == pytest.approx(0.05, abs=0.01)
    assert found.difference == pytest.approx(2.0, abs=0.4)
    assert found.p is not None
    assert found.p < 0.005


def test_a_slowdown_of_two_sessions_in_three_is_significant_although_the_fast_side_does_not_show_it() -> None:
    draw = seeded(5)
    before = [40.0 * (1 + abs(draw.gauss(0, 0.02))) for _ in range(60)]
    after = [40.0 * (1 + abs(draw.gauss(0, 0.02))) * (1.3 if index % 3 else 1.0) for index in range(60)]
    found = paired_effect(before, after, DESIGN)
    assert found.median_effect == pytest.approx(0.3, abs=0.02)
    assert found.p is not None
    assert found.p < 0.005


def test_two_tests_at_once_are_paid_for() -> None:
    draw = seeded(6)
    alarms = 0
    for _ in range(500):
        before, after = ([math.exp(draw.gauss(0, 0.2)) for _ in range(20)] for _ in range(2))
        alarms += (paired_effect(before, after, DESIGN).p or 0.0) <= 0.05
    assert alarms / 500 <= 0.07


def test_a_shift_in_every_pair_is_seen_through_a_drift_of_the_machine() -> None:
    before = [10.0 * (1 + 0.1 * index) for index in range(16)]
    found = paired_effect(before, [1.06 * value for value in before], DESIGN)
    assert found.effect == pytest.approx(0.06)
    assert found.p is not None
    assert found.p < 0.005
    assert found.lower == pytest.approx(0.06)


@settings(deadline=None)
@given(pairs, st.floats(0.01, 100))
def test_the_unit_does_not_matter(both: list[tuple[float, float]], factor: float) -> None:
    before, after = split(both)
    one = paired_effect(before, after, DESIGN)
    other = paired_effect([factor * v for v in before], [factor * v for v in after], DESIGN)
    assert other.effect == pytest.approx(one.effect, rel=1e-6, abs=1e-6)
    assert other.upper == pytest.approx(one.upper, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(pairs)
def test_exchanging_the_labels_turns_the_effect_around(both: list[tuple[float, float]]) -> None:
    before, after = split(both)
    there, back = paired_effect(before, after, DESIGN), paired_effect(after, before, DESIGN)
    assert there.effect is not None
    assert back.effect is not None
    assert math.log1p(there.effect) == pytest.approx(-math.log1p(back.effect), abs=1e-6)
    assert there.p == pytest.approx(back.p_faster)


@settings(deadline=None)
@given(pairs, st.floats(1.0, 3.0))
def test_slower_sessions_never_make_a_smaller_effect(both: list[tuple[float, float]], factor: float) -> None:
    before, after = split(both)
    one, other = paired_effect(before, after, DESIGN), paired_effect(before, [factor * v for v in after], DESIGN)
    assert one.effect is not None
    assert other.effect is not None
    assert other.effect >= one.effect - 1e-9
    assert other.median_effect is not None
    assert one.median_effect is not None
    assert other.median_effect >= one.median_effect - 1e-12


@settings(deadline=None)
@given(pairs)
def test_the_bounds_stand_around_the_effect(both: list[tuple[float, float]]) -> None:
    found = paired_effect(*split(both), DESIGN)
    assert found.lower is not None
    assert found.upper is not None
    assert found.effect is not None
    assert found.lower <= found.effect + 1e-9
    assert found.effect <= found.upper + 1e-9


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ([], [], "no pair"),
        ([1.0, math.inf], [1.0, 2.0], "not finite"),
        ([1.0, 2.0], [math.nan, 2.0], "not finite"),
        ([0.0, 2.0], [1.0, 2.0], "0 has no ratio"),
        ([-1.0], [1.0], "negative"),
    ],
)
def test_where_there_is_no_answer_there_is_a_reason(before: list[float], after: list[float], reason: str) -> None:
    found = paired_effect(before, after, DESIGN)
    assert found.effect is None
    assert found.p is None
    assert reason in (found.reason or "")


def test_one_pair_two_pairs_and_equal_values_have_an_answer() -> None:
    assert paired_effect([1.0], [2.0], DESIGN).effect == pytest.approx(1.0)
    assert paired_effect([1.0, 1.0], [2.0, 2.0], DESIGN).p == pytest.approx(0.25 / 0.8)
    same = paired_effect([3.0] * 9, [3.0] * 9, DESIGN)
    assert (same.effect, same.lower, same.upper, same.p) == (0.0, 0.0, 0.0, 1.0)
    assert paired_effect([0.0] * 4, [0.0] * 4, DESIGN).effect == 0.0


def test_what_can_be_seen_grows_finer_with_pairs_and_is_unknown_where_nothing_can() -> None:
    draw = seeded(3)
    before = [10 * math.exp(draw.gauss(0, 0.05)) for _ in range(64)]
    after = [10 * math.exp(draw.gauss(0, 0.05)) for _ in range(64)]
    few, many = (paired_effect(before[:n], after[:n], DESIGN).mde for n in (16, 64))
    assert few is not None
    assert many is not None
    assert DESIGN.floor < many < few < 0.2
    assert paired_effect(before[:5], after[:5], DESIGN).mde is None  # 1/32 is above alpha


def test_an_effect_as_large_as_what_can_be_seen_is_mostly_seen() -> None:
    draw = seeded(11)
    found = tried = 0
    for _ in range(200):
        before = [10 * math.exp(draw.gauss(0, 0.05)) for _ in range(20)]
        after = [11.2 * math.exp(draw.gauss(0, 0.05)) for _ in range(20)]
        made = paired_effect(before, after, DESIGN)
        if made.mde is not None and made.mde <= 0.12:
            tried += 1
            found += (made.p or 1) <= DESIGN.alpha
    assert tried > 100
    assert found / tried > 0.75


def test_bounds_are_the_seeds_and_the_seed_alone_moves_them() -> None:
    noise = seeded(1)
    values = [noise.gauss(0, 1) for _ in range(21)]
    first = median_bounds(values, confidence=0.95, resamples=300, seed=1)
    assert first == median_bounds(values, confidence=0.95, resamples=300, seed=1)
    assert first != median_bounds(values, confidence=0.95, resamples=300, seed=2)
    assert first is not None
    assert first[0] <= (median(values) or 0) <= first[1]


def test_bounds_of_nothing_and_of_one() -> None:
    assert median_bounds([], confidence=0.95, resamples=100, seed=1) is None
    assert median_bounds([4.0], confidence=0.95, resamples=100, seed=1) == (4.0, 4.0)
    assert median_bounds([math.inf, 1.0], confidence=0.95, resamples=100, seed=1) is None


def test_bounds_hold_the_true_median_as_often_as_they_say() -> None:
    draw = seeded(5)
    held = 0
    for _ in range(400):
        made = median_bounds([draw.gauss(0, 1) for _ in range(16)], confidence=0.95, resamples=400, seed=1)
        assert made is not None
        held += made[0] <= 0
    assert 0.92 <= held / 400 <= 0.99


def test_the_chance_of_a_false_alarm_is_spent_over_the_looks_the_early_ones_most() -> None:
    assert alpha_of_looks(0.03, (16, 64)) == pytest.approx((0.02, 0.01))
    assert alpha_of_looks(0.01, ()) == ()
    assert sum(alpha_of_looks(0.03, (16, 30, 45, 120, 240))) == pytest.approx(0.03)


def test_many_questions_at_once_are_paid_for_the_smallest_most() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({"a": 0.5, "b": 0.9}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}
    assert holm({"a": 0.02}) == {"a": 0.02}


anything = st.floats(allow_nan=True, allow_infinity=True)


@settings(deadline=None)
@given(st.lists(st.tuples(anything, anything), max_size=6), st.lists(anything, max_size=2))
def test_whatever_comes_there_is_an_answer_or_a_reason(both: list[tuple[float, float]], more: list[float]) -> None:
    before, after = split(both)
    for found in (paired_effect(before, after, DESIGN), paired_effect([*before, *more], after, DESIGN)):
        assert (found.effect is None) == (found.p is None) == (found.reason is not None)
        if found.effect is not None:
            assert all(map(math.isfinite, (found.effect, found.lower or 0.0, found.upper or 0.0, found.p or 0.0)))


def test_ratios_beyond_all_measure_are_refused_with_a_reason() -> None:
    found = paired_effect([5e-324], [1e149], DESIGN)
    assert found.effect is None
    assert "too far apart" in (found.reason or "")


def test_what_could_be_seen_of_wild_pairs_is_nothing_and_no_error() -> None:
    wild = [1e-60, 1e60] * 5
    found = paired_effect(wild, wild[::-1], DESIGN)
    assert found.mde is None
    assert found.p is not None
