"""Location, spread and outliers of many values."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.model.summary import Summary
from zshforge.stats.describe import (
    iqr_fences,
    median,
    nearest_rank,
    population_stddev,
    robust_rsd,
    sample_stddev,
    summarise,
)

FACTOR = 2.0
MAD_Z = 3.5

#: Times from a microsecond to a quarter of an hour, in milliseconds.
times = st.lists(st.floats(min_value=0.001, max_value=1e6), min_size=1, max_size=40)


def described(values: list[float]) -> Summary:
    return summarise(values, outlier_factor=FACTOR, mad_z=MAD_Z)


@pytest.mark.parametrize(
    ("values", "mean", "stddev", "rsd"),
    [
        ([144, 141, 385], 223.33, 114.32, 0.5119),
        ([565, 174, 158], 299.00, 188.20, 0.6294),
        ([4243, 4247, 4165], 4218.33, 37.75, 0.0089),
    ],
)
def test_the_recorded_rows_of_the_guide_are_reproduced_with_the_population_spread(
    values: list[float], mean: float, stddev: float, rsd: float
) -> None:
    told = described(values)
    spread = population_stddev(values)
    assert told.mean is not None
    assert spread is not None
    assert round(told.mean, 2) == mean
    assert round(spread, 2) == stddev
    assert round(spread / told.mean, 4) == rsd


def test_the_spread_of_a_summary_is_that_of_a_sample() -> None:
    told = described([144, 141, 385])
    assert told.stddev == pytest.approx(140.0155, abs=1e-4)
    assert told.rsd == pytest.approx(140.0155 / 223.3333, abs=1e-6)


def test_percentiles_are_values_that_were_measured_and_p50_is_the_median() -> None:
    told = described([float(v) for v in range(10, 0, -1)])
    assert (told.p50, told.p90, told.p95) == (5.5, 9.0, 10.0)
    assert told.median == told.p50


def test_nearest_rank_of_twenty_values_needs_no_rounding_luck() -> None:
    assert nearest_rank([float(v) for v in range(1, 21)], 95) == 19.0


def test_the_guides_outlier_is_marked_with_its_index_and_stays_in_the_mean() -> None:
    told = described([565, 174, 158])
    assert [(o.index, o.value, o.rule) for o in told.outliers] == [(0, 565.0, "factor")]
    assert told.mean == 299.0
    assert told.excluded_mean == 166.0
    assert told.values == (565.0, 174.0, 158.0)


def test_an_outlier_below_the_factor_is_found_by_the_median_deviation() -> None:
    told = described([100, 101, 99, 100.5, 99.5, 130])
    assert [(o.index, o.rule) for o in told.outliers] == [(5, "mad")]


def test_a_value_far_too_small_is_an_outlier_too() -> None:
    assert [o.index for o in described([100, 101, 99, 100.5, 99.5, 60]).outliers] == [5]


def test_an_outlier_tells_its_provenance_and_the_segment_that_grew() -> None:
    told = summarise(
        [10, 11, 50],
        outlier_factor=FACTOR,
        mad_z=MAD_Z,
        provenances=["native", "native", "observed"],
        causes=[None, None, "compinit"],
    )
    assert told.outliers[0].provenance == "observed"
    assert told.outliers[0].segment == "compinit"


def test_lists_shorter_than_the_values_leave_the_rest_untold() -> None:
    told = summarise([10, 11, 50], outlier_factor=FACTOR, mad_z=MAD_Z, provenances=["native"], causes=[])
    assert told.outliers[0].provenance is None
    assert told.outliers[0].segment is None


def test_no_value_gives_a_reason_and_no_number() -> None:
    told = described([])
    assert told == Summary.unknown("no value was observed")


def test_one_value_has_a_location_and_a_reason_for_its_missing_spread() -> None:
    told = described([31.5])
    assert (told.median, told.mean, told.min, told.max) == (31.5, 31.5, 31.5, 31.5)
    assert told.stddev is None
    assert told.rsd is None
    assert told.reason == "one value has no spread"


def test_two_values_have_a_spread() -> None:
    told = described([1.0, 3.0])
    assert told.median == 2.0
    assert told.stddev == pytest.approx(math.sqrt(2))
    assert told.reason is None


def test_equal_values_have_no_spread_and_no_outlier() -> None:
    told = described([0.1] * 7)
    assert (told.mean, told.stddev, told.mad, told.rsd) == (0.1, 0.0, 0.0, 0.0)
    assert told.outliers == ()
    assert told.excluded_mean is None


def test_zeros_have_no_relative_spread_and_say_why() -> None:
    told = described([0.0, 0.0, 0.0])
    assert told.mean == 0.0
    assert told.rsd is None
    assert told.reason == "the mean is 0, so there is no relative spread"


def test_a_median_of_zero_marks_nothing_by_factor() -> None:
    assert described([0.0, 0.0, 0.0, 5.0]).outliers == ()


@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan, 1e200])
def test_what_is_no_finite_number_gives_a_reason_that_names_it(odd: float) -> None:
    told = described([1.0, odd, 2.0])
    assert told.median is None
    assert told.reason == f"value 1 ({odd}) is not a usable number"


@given(times, st.randoms(use_true_random=False))
def test_the_order_of_the_values_does_not_matter(values: list[float], chance: random.Random) -> None:
    shuffled = list(values)
    chance.shuffle(shuffled)
    told, again = described(values), described(shuffled)
    for name in ("median", "min", "max", "p50", "p90", "p95", "mad"):
        assert getattr(told, name) == getattr(again, name)
    assert told.mean == pytest.approx(again.mean, rel=1e-12)
    assert sorted(o.value for o in told.outliers) == sorted(o.value for o in again.outliers)


@given(times, st.integers(min_value=-8, max_value=8))
def test_a_change_of_unit_scales_every_number_and_no_verdict(values: list[float], power: int) -> None:
    scale = 2.0**power
    told, scaled = described(values), described([v * scale for v in values])
    for name in ("median", "mean", "stddev", "min", "max", "p90", "p95", "mad"):
        before, after = getattr(told, name), getattr(scaled, name)
        assert after == (before if before is None else pytest.approx(before * scale, rel=1e-9))
    assert told.rsd == (scaled.rsd if scaled.rsd is None else pytest.approx(scaled.rsd, rel=1e-9))
    assert [o.index for o in told.outliers] == [o.index for o in scaled.outliers]


@given(st.lists(st.integers(min_value=1, max_value=100_000), min_size=2), st.integers(0, 100_000))
def test_a_constant_on_top_moves_the_location_and_leaves_the_spread(values: list[int], shift: int) -> None:
    told, moved = described([float(v) for v in values]), described([float(v + shift) for v in values])
    assert told.median is not None
    assert told.mean is not None
    assert moved.median == told.median + shift
    assert moved.mean == pytest.approx(told.mean + shift)
    assert moved.mad == told.mad
    assert moved.stddev == pytest.approx(told.stddev, abs=1e-6)


@given(times)
def test_every_location_lies_between_the_smallest_and_the_largest_value(values: list[float]) -> None:
    told = described(values)
    for name in ("median", "mean", "p50", "p90", "p95"):
        assert min(values) <= getattr(told, name) <= max(values)
    assert told.p90 in values
    assert told.p95 in values
    assert told.mad is not None
    assert 0 <= told.mad <= max(values) - min(values)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=6))
def test_whatever_comes_in_an_answer_or_a_reason_comes_out(values: list[float]) -> None:
    told = described(values)
    assert (told.median is None) == (told.mean is None)
    assert told.median is not None or told.reason
    for name in ("median", "mean", "stddev", "rsd", "mad", "excluded_mean"):
        number = getattr(told, name)
        assert number is None or math.isfinite(number)


@pytest.mark.parametrize("few", [[], [math.nan, 1.0]])
def test_bare_statistics_of_nothing_are_nothing(few: list[float]) -> None:
    assert median(few) is None
    assert population_stddev(few) is None
    assert sample_stddev(few) is None
    assert nearest_rank(few, 90) is None
    assert robust_rsd(few) is None


def test_the_population_spread_of_one_value_is_zero_and_the_sample_spread_is_unknown() -> None:
    assert population_stddev([5.0]) == 0.0
    assert sample_stddev([5.0]) is None


def test_the_robust_spread_ignores_one_wild_value() -> None:
    calm = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2, 99.8]
    wild = [*calm, 900.0]
    spread = robust_rsd(wild)
    assert spread is not None
    assert spread < 0.02


def test_the_robust_spread_around_a_zero_median_is_unknown() -> None:
    assert robust_rsd([0.0, 0.0, 1.0]) is None


def test_fences_lie_one_and_a_half_quartile_distances_outside_the_quartiles() -> None:
    # quartiles between two values, as most statistics programs have them: 1.75 and 3.25
    assert iqr_fences([4.0, 2.0, 1.0, 3.0], 1.5) == pytest.approx((1.75 - 2.25, 3.25 + 2.25))
    assert iqr_fences([7.0], 1.5) == (7.0, 7.0)
    assert iqr_fences([], 1.5) is None


@given(times)
def test_the_middle_half_of_any_values_lies_inside_the_fences(values: list[float]) -> None:
    fences = iqr_fences(values, 1.5)
    assert fences is not None
    ordered = sorted(values)
    middle = ordered[len(ordered) // 4 + 1 : len(ordered) - len(ordered) // 4 - 1]
    assert all(fences[0] <= value <= fences[1] for value in middle)
