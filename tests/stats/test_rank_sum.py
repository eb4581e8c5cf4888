"""The rank-sum test of two independent groups, against scipy."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zshforge.stats.rank_sum import rank_sum_p

group = st.lists(st.integers(0, 9).map(float), min_size=1, max_size=5)


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
def test_with_ties_every_way_to_hand_out_the_labels_is_counted(before: list[float], after: list[float]) -> None:
    both = [*before, *after]
    ranks = stats.rankdata(both)
    seen = ranks[len(before) :].sum()
    sums = [ranks[list(chosen)].sum() for chosen in combinations(range(len(both)), len(after))]
    assert rank_sum_p(before, after) == pytest.approx(sum(total >= seen - 1e-9 for total in sums) / len(sums))


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
