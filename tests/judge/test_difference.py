"""Recorded runs held against each other: floors, drift, doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from recorded_runs import POST, PRE, recorded_run

from zshforge.judge.baseline_record import baseline_of
from zshforge.judge.difference import KINDS, diff, floors_of
from zshforge.judge.held import held_of
from zshforge.judge.own_cost import costs
from zshforge.model.markers import Provenance, Segment
from zshforge.model.sample import ProvenanceTrio
from zshforge.model.settings import load_settings

if TYPE_CHECKING:
    from zshforge.model.difference import PerfDiff
    from zshforge.model.run import Run

FLOORS = floors_of(load_settings(environ={}))
ALIKE = (1.0, 1.01, 0.99, 1.0, 1.02)


def with_segments(**ms: float) -> Run:
    return recorded_run("r", segments={name: [value * part for part in ALIKE] for name, value in ms.items()})


def held_against(before: Run, after: Run, **options: float) -> PerfDiff:
    return diff(held_of(before, "b"), held_of(after, "c"), FLOORS._replace(**options), "gate")


def names(made: PerfDiff, kind: str) -> list[str]:
    return [change.name for change in made.details[kind]]


def test_the_floors_are_the_guides() -> None:
    assert FLOORS[:5] == (75.0, 25.0, 150.0, 5.0, 10.0)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (200, 280, "regressions"),
        (200, 275, "regressions"),
        (200, 274, "unchanged"),  # 75 ms are not reached
        (400, 480, "unchanged"),  # 25 % are not reached
        (20, 40, "unchanged"),
        (280, 200, "improvements"),
        (200, 190, "unchanged"),
        (0, 80, "regressions"),
        (0, 60, "unchanged"),
        (0, 0, "unchanged"),
    ],
)
def test_a_segment_changes_beyond_both_floors(before: float, after: float, kind: str) -> None:
    made = held_against(with_segments(compinit=before), with_segments(compinit=after))
    assert "compinit" in names(made, kind)
    assert made.verdict == ("fail" if kind == "regressions" else "pass")
    assert made.exit_code == (1 if kind == "regressions" else 0)


@pytest.mark.parametrize(("ms", "verdict"), [(149, "pass"), (150, "fail")])
def test_a_new_segment_may_cost_less_than_its_allowance(ms: float, verdict: str) -> None:
    made = held_against(with_segments(a=3), with_segments(a=3, b=ms))
    assert names(made, "new") == ["b"]
    assert made.verdict == verdict


def test_a_segment_that_went_is_removed_and_fails_nothing() -> None:
    made = held_against(with_segments(a=300, b=300), with_segments(a=300))
    assert (names(made, "removed"), made.verdict) == (["b"], "pass")


def test_totals_are_compared_like_segments_and_every_name_is_in_one_list() -> None:
    made = held_against(with_segments(a=3), recorded_run(post=[ms + 200 for ms in POST]))
    assert names(made, "regressions") == ["post_plugin_total", "prompt_ready"]
    assert made.counts == {"regressions": 2, "new": 0, "removed": 1, "improvements": 0, "unchanged": 1}


@pytest.mark.parametrize(
    ("after", "tier", "message"),
    [
        (100, "none", "0"),
        (103, "low", "1 (<5.0%)"),
        (106, "warn", "1 warn (+6.0% max)"),
        (112, "fail", "1 fail (+12.0% max)"),
    ],
)
def test_drift_is_told_beside_the_floors(after: float, tier: str, message: str) -> None:
    made = held_against(with_segments(a=100), with_segments(a=after))
    assert (made.drift.tier, made.drift.message, made.verdict) == (tier, message, "pass")
    assert made.drift.segment == (None if tier == "none" else "a")


def test_a_rise_of_a_fraction_of_a_millisecond_is_no_drift() -> None:
    assert held_against(with_segments(a=1.0), with_segments(a=1.9)).drift.tier == "none"


def test_another_machine_is_unknown_and_the_field_is_named() -> None:
    made = held_against(with_segments(a=100), recorded_run(host="elsewhere"))
    assert (made.verdict, made.exit_code, made.differing) == ("unknown", 3, ("host",))
    assert made.drift.max_positive_regression_pct is None


def test_cold_and_warm_cannot_be_compared() -> None:
    warm = recorded_run()
    cold = replace(warm, fingerprint=replace(warm.fingerprint, state="cold"))
    assert held_against(warm, cold).differing == ("state",)


def test_a_run_that_lies_is_unknown_whichever_side_it_is_on() -> None:
    run = with_segments(a=100)
    lying = replace(run, lifecycle=dict(recorded_run(pre=[ms * 2 for ms in PRE]).lifecycle))
    assert held_against(run, lying).verdict == "unknown"
    assert held_against(lying, run).verdict == "unknown"


def test_an_empty_or_partial_run_is_unknown_and_never_passes() -> None:
    run = with_segments(a=100)
    empty = replace(run, per_run=(), samples=0, authentic_samples=0)
    for other in (empty, replace(run, partial=True)):
        made = held_against(run, other)
        assert (made.verdict, made.exit_code) == ("unknown", 3)


def test_a_baseline_says_the_same_as_the_run_it_was_made_from() -> None:
    run = with_segments(a=100)
    of_run, of_baseline = held_of(run, "x"), held_of(baseline_of(run, "default", "now"), "x")
    assert of_run == of_baseline


def test_markers_that_fall_back_are_an_alert() -> None:
    run = with_segments(a=100)
    seen = ProvenanceTrio(pre=Provenance.OBSERVED, post=Provenance.OBSERVED, prompt=Provenance.OBSERVED)
    fallen = replace(run, per_run=tuple(replace(s, provenance=seen) for s in run.per_run))
    made = held_against(run, fallen)
    assert (made.markers_fell_back, made.verdict) == (True, "warn")


@given(
    st.dictionaries(st.sampled_from("abcde"), st.floats(0, 5000)),
    st.dictionaries(st.sampled_from("abcde"), st.floats(0, 5000)),
)
def test_forth_and_back_mirror_each_other(before: dict[str, float], after: dict[str, float]) -> None:
    one, other = with_segments(**before), with_segments(**after)
    forth, back = held_against(one, other), held_against(other, one)
    assert sum(forth.counts.values()) == len(before.keys() | after.keys()) + 3
    assert names(forth, "new") == [] or set(names(forth, "new")) == set(names(back, "removed"))
    assert set(KINDS) == set(forth.details)


def segment(name: str, start: int, end: int) -> Segment:
    return Segment(name=name, phase="post_plugin", start_us=start, end_us=end)


def test_an_own_cost_is_without_what_lies_inside() -> None:
    found = costs([segment("outer", 0, 10_000), segment("inner", 2_000, 5_000), segment("next", 10_000, 11_000)])
    assert found["outer"] == (10.0, 7.0)
    assert found["inner"] == (3.0, 3.0)
    assert sum(cost.own_ms for cost in found.values()) == 11.0


def test_a_segment_inside_one_of_its_own_name_counts_once() -> None:
    assert costs([segment("f", 0, 8_000), segment("f", 1_000, 3_000)])["f"] == (8.0, 8.0)


def test_segments_that_overlap_or_run_backwards_share_no_time() -> None:
    found = costs([segment("a", 0, 6_000), segment("b", 4_000, 9_000), segment("back", 20_000, 15_000)])
    assert found == {"a": (6.0, 4.0), "b": (5.0, 5.0), "back": (0.0, 0.0)}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 50), st.integers(0, 50)), max_size=12))
def test_own_costs_never_sum_to_more_than_the_time_that_passed(spans: list[tuple[str, int, int]]) -> None:
    found = costs([segment(name, start * 1000, (start + length) * 1000) for name, start, length in spans])
    covered = {at for _, start, length in spans for at in range(start, start + length)}
    assert sum(cost.own_ms for cost in found.values()) == pytest.approx(len(covered))
    assert all(0 <= cost.own_ms <= cost.ms for cost in found.values())
