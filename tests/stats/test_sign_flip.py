"""The sign-flip test: every sign of every difference is counted, against scipy and by counting."""

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zshforge.stats.sign_flip import Tails, sign_flip

differences = st.lists(st.integers(-8, 8).map(float), min_size=1, max_size=9)


def tails(values: list[float]) -> Tails:
    made = sign_flip(values)
    assert made is not None
    return made


def by_counting(values: list[float]) -> float:
    """The share of all signs that give a sum as large as the one that was seen."""
    sums = [
        sum(abs(v) * sign for v, sign in zip(values, signs, strict=True))
        for signs in product((1, -1), repeat=len(values))
    ]
    return sum(total >= sum(values) for total in sums) / len(sums)


@settings(deadline=None)
@given(differences)
def test_every_sign_is_counted_also_with_ties_and_zeros(values: list[float]) -> None:
    assert tails(values).more == pytest.approx(by_counting(values))


@pytest.mark.parametrize("seed", range(5))
def test_it_is_scipys_permutation_test_of_paired_samples(seed: int) -> None:
    values = stats.norm.rvs(loc=0.4, size=12, random_state=seed)
    wanted = stats.permutation_test(
        (values,), lambda x, axis: x.sum(axis=axis), permutation_type="samples", alternative="greater", vectorized=True
    ).pvalue
    assert tails(values.tolist()).more == pytest.approx(float(wanted), abs=0.002)  # rounded to a grid


@settings(deadline=None)
@given(differences, st.floats(0.01, 100))
def test_the_unit_does_not_matter(values: list[float], factor: float) -> None:
    assert tails(values).more == pytest.approx(tails([v * factor for v in values]).more)


@settings(deadline=None)
@given(differences)
def test_the_order_of_the_pairs_does_not_matter(values: list[float]) -> None:
    assert tails(values).more == tails(values[::-1]).more


@settings(deadline=None)
@given(differences)
def test_both_directions_together_cover_everything(values: list[float]) -> None:
    up, down = tails(values), tails([-v for v in values])
    assert up == pytest.approx(down[::-1])
    assert up.more + up.less >= 1 - 1e-12


def test_many_pairs_agree_with_the_normal_law() -> None:
    values = stats.norm.rvs(loc=0.1, size=400, random_state=1).tolist()
    z = math.fsum(values) / math.sqrt(math.fsum(v * v for v in values))
    assert tails(values).more == pytest.approx(float(stats.norm.sf(z)), rel=0.06)


def test_nothing_equal_values_and_what_is_no_number_have_an_answer() -> None:
    assert sign_flip([]) is None
    assert sign_flip([0.0, 0.0]) == (1.0, 1.0)
    assert sign_flip([1.0]) == (0.5, 1.0)
    assert sign_flip([-1.0]) == (1.0, 0.5)
    assert sign_flip([1.0, math.nan]) is None
    assert sign_flip([1.0, math.inf]) is None
    assert tails([1e-300, 1e-300]).more == 0.25
