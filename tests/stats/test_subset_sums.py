"""Subsets counted by their sums, against counting each of them."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zshforge.stats.subset_sums import SubsetSums


@settings(deadline=None)
@given(st.lists(st.integers(1, 20), max_size=9), st.integers(-5, 200))
def test_every_subset_is_counted(sizes: list[int], total: int) -> None:
    sums = [
        sum(size for size, taken in zip(sizes, ways, strict=True) if taken)
        for ways in product((0, 1), repeat=len(sizes))
    ]
    made = SubsetSums(sizes)
    assert made.at_least(total) == sum(found >= total for found in sums) / len(sums)
    assert made.at_most(total) == sum(found <= total for found in sums) / len(sums)


def test_nothing_has_one_subset_and_many_have_theirs() -> None:
    assert SubsetSums([]).at_least(0) == SubsetSums([]).at_most(0) == 1.0
    many = SubsetSums([1] * 64)
    assert many.at_least(65) == many.at_most(-1) == 0.0
    assert many.at_least(33) == many.at_most(31)
    assert many.at_least(33) == pytest.approx(0.4503, abs=0.0001)  # half of all but those that tie at 32
