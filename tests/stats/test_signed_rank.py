"""The signed-rank test: exact, against scipy and against counting every sign."""

import math
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from zshforge.stats.signed_rank import signed_rank_p, smallest_p

differences = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=9)


def by_counting(values: list[float]) -> float:
    """The share of all signs of the differences that give a rank sum as large as the one that was seen."""
    there = [abs(v) for v in values if v]
    if not there:
        return 1.0
    sizes = sorted(abs(v) for v in values)
    rank = {size: (2 * sizes.index(size) + sizes.count(size) + 1) / 2 for size in sizes}
    seen = sum(rank[abs(v)] for v in values if v > 0)
    sums = [
        sum(rank[v] for v, up in zip(there, signs, strict=True) if up) for signs in product((0, 1), repeat=len(there))
    ]
    return sum(total >= seen for total in sums) / len(sums)


@given(differences)
def test_every_sign_is_counted_also_with_ties_and_zeros(values: list[float]) -> None:
    assert signed_rank_p(values) == pytest.approx(by_counting(values))


@pytest.mark.parametrize("seed", range(5))
def test_without_ties_it_is_scipys(seed: int) -> None:
    values = stats.norm.rvs(loc=0.3, size=25, random_state=seed).tolist()
    wanted = stats.wilcoxon(values, alternative="greater", method="exact").pvalue
    assert signed_rank_p(values) == pytest.approx(float(wanted), rel=1e-9)


@given(differences, st.floats(0.01, 100))
def test_only_ranks_and_signs_count(values: list[float], factor: float) -> None:
    assert signed_rank_p(values) == pytest.approx(signed_rank_p([v * factor for v in values]))


@given(differences, st.integers(0, 8))
def test_a_larger_difference_never_speaks_less_for_slower(values: list[float], index: int) -> None:
    # Without ties: to break one changes what the ranks of chance are, too.
    values = [value + 0.001 * place for place, value in enumerate(values, start=1)]
    assume(len({abs(value) for value in values}) == len(values))
    moved = list(values)
    moved[index % len(values)] += 20
    now, before = signed_rank_p(moved), signed_rank_p(values)
    assert now is not None
    assert before is not None
    assert now <= before + 1e-12


@given(differences)
def test_both_directions_together_cover_everything(values: list[float]) -> None:
    up, down = signed_rank_p(values), signed_rank_p([-v for v in values])
    assert up is not None
    assert down is not None
    assert up + down >= 1 - 1e-12


def test_nothing_equal_values_and_what_is_no_number_have_an_answer() -> None:
    assert signed_rank_p([]) is None
    assert signed_rank_p([0.0, 0.0]) == 1.0
    assert signed_rank_p([1.0]) == 0.5
    assert signed_rank_p([1.0, math.nan]) is None
    assert signed_rank_p([1.0, math.inf]) is None


def test_the_smallest_p_of_so_many_pairs_is_known_before() -> None:
    assert smallest_p(0) == 1.0
    assert smallest_p(5) == signed_rank_p([1.0, 2.0, 3.0, 4.0, 5.0])
