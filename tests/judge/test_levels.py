"""Levels: the rolling baseline, its ratchet, and the creep guard on the best sustained level."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from zshforge.judge.levels import (
    best_levels,
    check_levels,
    level_rules,
    rolling_level,
    sustained_level,
    tightened,
    verdict_of_levels,
)
from zshforge.judge.spread import spread_of, variance_rules
from zshforge.model.ladder import Ladder
from zshforge.model.settings import load_settings
from zshforge.model.variance import VarianceRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.ladder import LevelCheck

SETTINGS = load_settings(environ={})
RULES = level_rules(SETTINGS)
VARIANCE = variance_rules(SETTINGS)._replace(metrics=("prompt_ready_ms",))
ALIKE = (1.0, 1.01, 0.99, 1.005, 0.995)
WILD = (1.0, 1.3, 0.7, 1.2, 0.9)


def run_of(name: str, level: float, parts: Sequence[float] = ALIKE, verdict: str | None = None) -> VarianceRun:
    return VarianceRun(
        run_id=name,
        identity=name,
        timestamp="2026-01-01T00:00:00+00:00",
        config_digest="d",
        metrics={"prompt_ready_ms": spread_of([level * part for part in parts], {}, VARIANCE)},
        decisions={},
        verdict=verdict,  # type: ignore[arg-type]  # a verdict
    )


def checked(*levels: float, ladder: Ladder | None = None, parts: Sequence[float] = ALIKE) -> LevelCheck:
    *before, last = levels
    runs = [run_of(f"r{at}", level) for at, level in enumerate(before)] + [run_of("last", last, parts)]
    return check_levels(ladder or Ladder(), runs, RULES, VARIANCE)[0]


def test_the_allowances_are_the_guides() -> None:
    assert RULES.steps_pct == (10.0, 7.0, 5.0)


@pytest.mark.parametrize(
    ("tighter", "now", "status"),
    [
        (0, 109, "ok"),
        (0, 111, "over"),
        (1, 106, "ok"),
        (1, 108, "over"),
        (2, 104, "ok"),
        (2, 106, "over"),
        (2, 96, "ok"),
        (2, 94, "improved"),
    ],
)
def test_a_rise_beyond_the_allowance_is_over(tighter: int, now: float, status: str) -> None:
    assert checked(100, 100, 100, now, ladder=Ladder(tightened=tighter)).status == status


def test_a_level_needs_runs_before_it_and_a_rise_needs_a_millisecond() -> None:
    assert [checked(*levels).status for levels in ((100,), (100, 100), (100, 100, 200))] == ["unknown"] * 3
    assert checked(100, 100, 100, 200).status == "over"
    assert checked(3, 3, 3, 3.9).status == "ok"  # 30 %, below drift.min_ms


def test_the_baseline_rolls_over_passing_runs_and_not_over_failing_ones() -> None:
    runs = [run_of(str(at), 100) for at in range(3)] + [run_of("bad", 150, verdict="fail")] * 3 + [run_of("x", 150)]
    assert check_levels(Ladder(), runs, RULES, VARIANCE)[0].rolling_ms == pytest.approx(100)
    accepted = [*runs[:-1], run_of("acc", 150, verdict="fail"), run_of("y", 150), run_of("z", 150), run_of("w", 151)]
    check = check_levels(Ladder(level_since="acc"), accepted, RULES, VARIANCE)[0]
    assert check.rolling_ms == pytest.approx(150)
    assert check.status == "ok"
    assert rolling_level([1, 2, 3, 100, 100, 100, 101, 102], RULES) == 100


def test_small_steps_that_add_up_are_found_by_the_best_level_that_was_sustained() -> None:
    levels = [100.0] * 3 + [100 * 1.015**at for at in range(1, 9)]
    checks = [checked(*levels[:count]) for count in range(4, len(levels) + 1)]
    assert [check.status for check in checks] == ["ok"] * 8
    assert [check.creep for check in checks] == ["ok"] * 6 + ["over"] * 2
    assert "best sustained" in checks[-1].reason


def test_one_lucky_run_is_no_level() -> None:
    assert sustained_level([100, 100, 50, 100, 100], RULES) == 100
    assert sustained_level([100, 100], RULES) is None


@given(st.lists(st.floats(1, 1000), max_size=12), st.floats(1, 1000))
def test_the_best_sustained_level_never_rises(levels: list[float], more: float) -> None:
    before, after = sustained_level(levels, RULES), sustained_level([*levels, more], RULES)
    assert before is None or (after is not None and after <= before)
    assert before is None or sum(level <= before for level in levels) >= RULES.sustained_runs


@given(st.lists(st.floats(5, 1000), min_size=1, max_size=12), st.sampled_from((0.5, 2.0, 4.0)))
def test_levels_are_free_of_scale(levels: list[float], factor: float) -> None:
    free = RULES._replace(min_ms=0.0)
    runs = [run_of(f"r{at}", level) for at, level in enumerate(levels)]
    scaled = [run_of(f"r{at}", level * factor) for at, level in enumerate(levels)]
    one, other = (check_levels(Ladder(), each, free, VARIANCE)[0] for each in (runs, scaled))
    assert (one.status, one.creep) == (other.status, other.creep)


def test_the_ratchet_tightens_after_green_runs_and_never_loosens() -> None:
    ladder, seen = Ladder(), []
    for number, green in enumerate([True] * 4 + [False] + [True] * 8):
        step, greens = tightened(ladder, f"r{number}", RULES, green=green)
        ladder = replace(ladder, tightened=step, greens=greens)
        seen.append(step)
    assert seen == [0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert all(one <= other for one, other in pairwise(seen))


def test_a_rise_of_an_unsteady_run_proves_nothing_and_unknown_is_no_pass() -> None:
    def verdict(*levels: float, parts: Sequence[float] = ALIKE) -> str:
        return verdict_of_levels([checked(*levels, parts=parts)], run_of("last", levels[-1], parts), VARIANCE)[0]

    assert verdict(100, 100, 100, 120) == "fail"
    assert verdict(100, 100, 100, 120, parts=WILD) == "inconclusive"
    assert verdict(100, 100, 100, 100) == "pass"
    assert verdict(100, 100) == "unknown"


def test_a_run_that_is_not_authentic_is_unknown() -> None:
    run = run_of("last", 100)
    doubtful = replace(run.metrics["prompt_ready_ms"], doubtful=True, rsd=None, median_ms=None, reason="partial")
    run = replace(run, metrics={"prompt_ready_ms": doubtful})
    assert verdict_of_levels([checked(100, 100, 100, 100)], run, VARIANCE) == ("unknown", ("partial",))


def test_best_levels_are_kept_beyond_the_runs_that_are_kept() -> None:
    runs = [run_of(str(at), 100) for at in range(4)]
    assert best_levels(Ladder(best_ms={"prompt_ready_ms": 90.0}), runs, RULES, VARIANCE) == {"prompt_ready_ms": 90.0}
    assert best_levels(Ladder(), runs, RULES, VARIANCE)["prompt_ready_ms"] == pytest.approx(100)
