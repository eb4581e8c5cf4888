"""The rank-sum test of two independent groups, against scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zshforge.stats.rank_sum import rank_sum_p

group = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=7)


@pytest.mark.parametrize(("first", "second"), [(3, 3), (5, 5), (6, 9), (16, 16)])
def test_without_ties_it_is_scipys_exact_one(first: int, second: int) -> None:
    values = stats.norm.rvs(size=first + second, random_state=first).tolist()
    before, after = values[:first], values[first:]
    wanted = stats.mannwhitneyu(after, before, alternative="greater", method="exact").pvalue
    assert rank_sum_p(before, after) == pytest.approx(float(wanted))


def test_of_many_it_is_scipys_approximation_also_with_ties() -> None:
    before = [float(v % 7) for v in range(40)]
    after = [float(v % 9) for v in range(45)]
    wanted = stats.mannwhitneyu(after, before, alternative="greater", method="asymptotic").pvalue
    assert rank_sum_p(before, after) == pytest.approx(float(wanted))


@given(group, group)
def test_with_ties_the_whole_permutation_law_is_used(before: list[float], after: list[float]) -> None:
    found = (
        stats.permutation_test(
            (after, before),
            lambda x, y: stats.mannwhitneyu(x, y).statistic,
            alternative="greater",
            n_resamples=math.inf,
            vectorized=False,
        )
        if len(before) + len(after) <= 6
        else None
    )
    p = rank_sum_p(before, after)
    assert p is not None
    assert 0 < p <= 1
    if found is not None:
        assert p == pytest.approx(float(found.pvalue))


@given(group, group)
def test_exchanging_the_groups_exchanges_the_directions(before: list[float], after: list[float]) -> None:
    one, other = rank_sum_p(before, after), rank_sum_p(after, before)
    assert one == pytest.approx(rank_sum_p([-v for v in after], [-v for v in before]))
    assert (one or 0) + (other or 0) >= 1 - 1e-9


def test_nothing_and_what_is_no_number_have_an_answer() -> None:
    assert rank_sum_p([], [1.0]) is None
    assert rank_sum_p([1.0], []) is None
    assert rank_sum_p([math.nan], [1.0]) is None
    assert rank_sum_p([3.0] * 5, [3.0] * 5) == 1.0
    assert rank_sum_p([3.0] * 60, [3.0] * 60) == 1.0
