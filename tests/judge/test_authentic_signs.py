"""What made-up numbers look like, and what measured ones do not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.judge.authentic_signs import (
    Sign,
    constant_ratio,
    copied,
    fixed_share,
    follows,
    identical,
    number,
    quantum,
    verdict_of,
)

#: Numbers from a generator, not chosen by the search: it would find the one coincidence in a thousand.
seeds = st.integers(min_value=0, max_value=2**32)


def made_from(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  noise, no secret


def test_integers_are_as_coarse_as_one_and_times_as_fine_as_a_microsecond() -> None:
    assert quantum([31.0, 54.0]) == 1.0
    assert quantum([31.5, 54.0]) == 0.1
    assert quantum([31.1234567]) == 0.001
    assert quantum([]) == 1.0


@pytest.mark.parametrize("text", [None, True, "12", [1], {}, float("nan"), float("inf"), 10**400])
def test_what_is_no_plain_number_is_none(text: object) -> None:
    assert number(text) is None


@given(st.lists(st.integers(min_value=50, max_value=20_000), min_size=3, max_size=16))
def test_a_whole_share_of_thirty_percent_is_always_recognised(totals: list[int]) -> None:
    parts = [max(1, 3 * total // 10) for total in totals]
    assert fixed_share([float(p) for p in parts], [float(t) for t in totals])


@given(st.lists(st.tuples(st.integers(60, 20_000), st.integers(60, 20_000)), min_size=3, max_size=16))
def test_the_share_is_recognised_when_cold_and_warm_were_rounded_apart(pairs: list[tuple[int, int]]) -> None:
    parts = [float((3 * cold // 10 + 3 * warm // 10) // 2) for cold, warm in pairs]
    assert fixed_share(parts, [float((cold + warm) // 2) for cold, warm in pairs])


def test_one_long_total_is_enough_and_one_short_total_is_not() -> None:
    assert fixed_share([4243.0], [14145.0])
    assert not fixed_share([26.0], [87.0])


@given(st.lists(st.floats(min_value=5, max_value=20_000), min_size=3, max_size=16))
def test_the_share_is_recognised_in_milliseconds_with_three_decimals(totals: list[float]) -> None:
    rounded = [round(total, 3) + 0.001 for total in totals]
    assert fixed_share([round(0.3 * total, 3) for total in rounded], rounded)


@given(seeds, st.integers(5, 16), st.sampled_from([0, 3]))
def test_independent_noise_is_never_taken_for_made_up(seed: int, count: int, digits: int) -> None:
    chance = made_from(seed)
    pre = [round(chance.gauss(300, 6), digits) for _ in range(count)]
    post = [round(chance.gauss(1000, 20), digits) for _ in range(count)]
    assert not fixed_share(pre, post)
    assert not constant_ratio(pre, post)
    assert not copied(pre, post)
    assert not identical([*pre, *post])


@given(seeds, st.integers(3, 16), st.floats(0.1, 0.9))
def test_any_constant_ratio_of_varying_times_is_recognised(seed: int, count: int, share: float) -> None:
    chance = made_from(seed)
    whole = [round(1000 + 60 * i + chance.uniform(-20, 20), 3) for i in range(count)]
    assert constant_ratio([round(share * v, 3) for v in whole], whole)


def test_phases_that_slow_down_together_are_not_a_constant_ratio() -> None:
    chance = made_from(7)
    load = [chance.uniform(1.0, 1.4) for _ in range(16)]
    pre = [float(round(30 * f * chance.gauss(1, 0.01))) for f in load]
    post = [float(round(90 * f * chance.gauss(1, 0.01))) for f in load]
    assert not constant_ratio(pre, post)


def test_times_that_hardly_vary_say_nothing_about_their_ratio() -> None:
    assert not constant_ratio([100.0, 100.0, 101.0], [400.0, 401.0, 401.0])


def test_two_samples_are_too_few_for_a_ratio() -> None:
    assert not constant_ratio([3000.0, 6000.0], [10_000.0, 20_000.0])


def test_a_column_equal_to_another_is_copied_unless_there_is_nothing_in_it() -> None:
    assert copied([14145.0], [14145.0])
    assert not copied([0.0], [0.0])
    assert not copied([], [])
    assert not copied([1.0, 2.0], [1.0, 3.0])


def test_identical_fine_values_are_made_up_and_identical_coarse_ones_are_not() -> None:
    assert identical([31.412, 31.412, 31.412])
    assert not identical([4.0, 4.0, 4.0])
    assert not identical([31.412, 31.412])


def test_short_times_may_repeat_a_few_times_and_not_for_ever() -> None:
    assert not identical([0.151] * 3)
    assert identical([0.151] * 16)


@pytest.mark.parametrize(
    ("recorded", "true", "weight"),
    [
        (4772, 4772.0, None),
        (2.62, 2.6286, "doubt"),
        (125.27, 125.2704, None),
        (36, 35.8, None),
        (35, 35.8, "doubt"),
        (334, 1200.0, "made_up"),
        (None, 3.0, None),
    ],
)
def test_a_recorded_statistic_follows_from_its_values_or_is_doubted_or_refused(
    recorded: float | None, true: float, weight: str | None
) -> None:
    sign = follows("mean_ms", recorded, true)
    assert (sign.weight if sign else None) == weight


def test_a_spread_may_be_that_of_the_sample_or_of_the_population() -> None:
    assert follows("stddev", 132.23, 125.44, 132.23) is None


def test_one_made_up_number_outweighs_every_proof() -> None:
    signs = [Sign("proof", "native"), Sign("doubt", "no segment"), Sign("made_up", "copied")]
    assert verdict_of(signs) == ("synthetic", ("copied", "no segment"))


def test_a_doubt_outweighs_a_proof_and_both_are_told() -> None:
    assert verdict_of([Sign("proof", "values vary"), Sign("doubt", "no clock")]) == (
        "unknown",
        ("no clock", "values vary"),
    )


def test_proof_without_doubt_is_authentic() -> None:
    assert verdict_of([Sign("proof", "native"), Sign("note", "no segment")]) == ("authentic", ("native",))


def test_nothing_either_way_is_unknown_with_a_reason() -> None:
    verdict, reasons = verdict_of([])
    assert verdict == "unknown"
    assert reasons
