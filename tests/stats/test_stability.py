"""Whether the spread of a run allows a conclusion, and what to do when it does not."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.model.summary import Summary
from zshforge.stats.describe import summarise
from zshforge.stats.stability import StabilityLimits, check

LIMITS = StabilityLimits(
    min_samples=5,
    max_rsd=0.10,
    max_robust_rsd=0.10,
    max_drift=0.05,
    max_outlier_share=0.10,
    max_load_per_cpu=0.7,
    max_distance=0.5,
    min_useful_ms=0.1,
    wanted_precision=0.01,
    surplus=4.0,
)

CALM = [31.0, 32.1, 30.4, 31.7, 30.9, 31.3, 30.2, 31.9, 31.1, 30.7, 32.0, 30.6, 31.5, 31.2, 30.8, 31.6]


def metric(values: list[float]) -> dict[str, Summary]:
    return {"first_prompt_ms": summarise(values, outlier_factor=2.0, mad_z=3.5)}


def test_a_calm_run_is_stable_without_a_reason() -> None:
    told = check(metric(CALM), limits=LIMITS)
    assert told.verdict == "stable"
    assert told.reasons == ()


def test_nothing_measured_is_unknown_and_not_stable() -> None:
    told = check({"first_prompt_ms": Summary.unknown("no session reached the prompt")}, limits=LIMITS)
    assert told.verdict == "unknown"
    assert "no session reached the prompt" in told.reasons[0]
    assert check({}, limits=LIMITS).verdict == "unknown"


def test_too_few_samples_are_unknown_however_calm_they_are() -> None:
    told = check(metric(CALM[:4]), limits=LIMITS)
    assert told.verdict == "unknown"
    assert told.reasons == ("first_prompt_ms: 4 samples, fewer than the 5 that a verdict needs",)
    assert "-n 5" in told.advice[0]


def test_a_metric_without_values_is_left_to_its_own_reason_when_others_were_measured() -> None:
    metrics = metric(CALM) | {"command_ms": Summary.unknown("no own terminal")}
    assert check(metrics, limits=LIMITS).verdict == "stable"


def test_a_wide_spread_is_unstable_and_gives_both_measures_of_it() -> None:
    wide = [20.0, 45.0, 31.0, 38.0, 24.0, 42.0, 29.0, 36.0]
    told = check(metric(wide), limits=LIMITS)
    assert told.verdict == "unstable"
    assert any("spread" in r and "robust" in r and "10 %" in r for r in told.reasons)


def test_one_slow_session_among_sixteen_gives_a_reason_and_leaves_the_run_stable() -> None:
    told = check(metric([*CALM[:7], 96.0, *CALM[8:]]), limits=LIMITS)
    assert told.verdict == "stable"
    assert any("1 of 16" in r for r in told.reasons)
    assert any("three" in r or "above the median" in r for r in told.reasons)


def test_many_slow_sessions_are_unstable_by_their_share() -> None:
    told = check(metric([*CALM[:12], 80.0, 90.0, 85.0, 95.0]), limits=LIMITS)
    assert told.verdict == "unstable"
    assert any("4 of 16" in r for r in told.reasons)


def test_a_run_that_drifts_is_unstable_even_though_each_half_is_calm() -> None:
    drifting = [*CALM[:8], *(v * 1.08 for v in CALM[8:])]
    told = check(metric(drifting), limits=LIMITS)
    assert told.verdict == "unstable"
    assert any("second half" in r and "slower" in r for r in told.reasons)


def test_a_run_that_gets_faster_says_so() -> None:
    told = check(metric([*(v * 1.2 for v in CALM[:8]), *CALM[8:]]), limits=LIMITS)
    assert any("second half" in r and "faster" in r for r in told.reasons)


def test_a_difference_of_the_halves_that_the_spread_explains_is_no_drift() -> None:
    noisy = [30.0, 36.0, 29.0, 37.0, 31.0, 33.0, 38.0, 31.5, 36.5, 34.5]
    told = check(metric(noisy), limits=LIMITS)
    assert not any("second half" in r for r in told.reasons)


def test_a_session_that_was_far_too_fast_is_unstable() -> None:
    told = check(metric([*CALM[:7], 9.0, *CALM[8:]]), limits=LIMITS)
    assert told.verdict == "unstable"
    assert any("below the median" in r for r in told.reasons)


def test_a_busy_machine_is_told_but_only_the_spread_condemns() -> None:
    told = check(metric(CALM), limits=LIMITS, load_per_cpu=1.4)
    assert told.verdict == "stable"
    assert told.reasons == ("the machine's load was 1.40 per CPU, above 0.7",)


def test_values_below_what_the_clock_resolves_are_not_judged_by_their_spread() -> None:
    tiny = {"input_ms": summarise([0.01, 0.03, 0.02, 0.05, 0.01, 0.04], outlier_factor=2.0, mad_z=3.5)}
    told = check(metric(CALM) | tiny, limits=LIMITS)
    assert told.verdict == "stable"
    assert len(told.reasons) == 1
    assert told.reasons[0].startswith("input_ms: the median of 0.025 ms is below")


def test_only_values_below_what_the_clock_resolves_are_unknown() -> None:
    assert check(metric([0.01, 0.02, 0.03, 0.02, 0.01]), limits=LIMITS).verdict == "unknown"


def test_identical_values_are_suspicious_not_perfect() -> None:
    told = check(metric([31.0] * 8), limits=LIMITS)
    assert told.verdict == "unknown"
    assert any("identical" in r for r in told.reasons)


def test_more_samples_than_needed_are_told_and_change_no_verdict() -> None:
    told = check(metric([100 + (i * 37 % 11) / 100 for i in range(60)]), limits=LIMITS)
    assert told.verdict == "stable"
    assert told.reasons == ("60 samples where 5 would have been enough for 1 %",)


def test_limits_can_be_moved_and_the_verdict_follows() -> None:
    wide = [20.0, 45.0, 31.0, 38.0, 24.0, 42.0, 29.0, 36.0]
    loose = msgspec.structs.replace(LIMITS, max_rsd=0.9, max_robust_rsd=0.9, max_distance=9.0)
    assert check(metric(wide), limits=loose).verdict == "stable"


@pytest.mark.parametrize("load", [None, 0.0, 0.69])
def test_a_quiet_or_unknown_load_is_not_mentioned(load: float | None) -> None:
    assert check(metric(CALM), limits=LIMITS, load_per_cpu=load).reasons == ()


@given(
    st.lists(st.floats(min_value=0, max_value=1e6), max_size=30),
    st.one_of(st.none(), st.floats(min_value=0, max_value=64)),
)
def test_every_reason_comes_with_its_advice(values: list[float], load: float | None) -> None:
    told = check(metric(values), limits=LIMITS, load_per_cpu=load)
    assert len(told.reasons) == len(told.advice)
    assert told.verdict == "stable" or told.reasons
