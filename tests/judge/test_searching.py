"""The binary search over states that are fast, then slow, and sometimes cannot be told."""

from hypothesis import given
from hypothesis import strategies as st

from zshforge.judge.searching import Range, search
from zshforge.model.comparison import Verdict


@given(st.integers(2, 200), st.data())
def test_the_first_slow_state_is_found_in_few_questions(states: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, states - 1))
    asked = 0

    def ask(before: int, after: int) -> Verdict:
        nonlocal asked
        asked += 1
        return "fail" if before < first <= after else "pass"

    assert search(states, ask) == Range(first - 1, first)
    assert asked <= states.bit_length()


def test_a_state_that_cannot_be_told_is_walked_around() -> None:
    def ask(before: int, after: int) -> Verdict:
        if 4 in {before, after}:
            return "unknown"
        return "fail" if before < 6 <= after else "pass"

    assert search(9, ask) == Range(5, 6)


def test_what_the_fast_end_cannot_tell_the_slow_end_may() -> None:
    def ask(before: int, after: int) -> Verdict:
        if before == 0:
            return "inconclusive"
        return "fail" if before < 3 <= after else "pass"

    assert search(4, ask) == Range(2, 3)


def test_when_nothing_can_be_told_the_whole_range_is_left() -> None:
    left = search(6, lambda _before, _after: "inconclusive")
    assert left == Range(0, 5)
    assert not left.found


def test_two_states_need_no_question() -> None:
    assert search(2, lambda _before, _after: "unknown").found
