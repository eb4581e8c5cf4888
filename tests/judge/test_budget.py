"""Budgets of a recorded run, and the ratchet of its pre-plugin phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from recorded_runs import PRE, recorded_run

from zshforge.judge.baseline_record import preplugin_of
from zshforge.judge.budget import budget, limits_of, phase_of
from zshforge.judge.held import held_of
from zshforge.judge.ratchet import ratchet, ratchet_rules
from zshforge.model.errors import UsageError
from zshforge.model.settings import load_settings

if TYPE_CHECKING:
    from zshforge.model.budget import Budget, Phase, Ratchet
    from zshforge.model.run import Run

SETTINGS = load_settings(environ={})
RULES = ratchet_rules(SETTINGS)
BASELINE = preplugin_of(recorded_run("base"), "default", SETTINGS)


def judged(run: Run, phase: Phase = "interim", *spared: str, ratchet: Ratchet | None = None) -> Budget:
    return budget(held_of(run, "x"), phase, limits_of(SETTINGS, phase, spared), ratchet, enforce=True)


def with_compinit(ms: float) -> Run:
    return recorded_run(segments={"compinit": [ms + part / 10 for part in range(5)]})


def test_the_table_is_the_guides() -> None:
    tables = [
        {name: limit.ms for name, limit in limits_of(SETTINGS, phase, ()).items()} for phase in ("interim", "final")
    ]
    assert tables == [
        {
            "pre_plugin_total": 120,
            "post_plugin_total": 3000,
            "prompt_ready": 3500,
            "compinit": 400,
            "p10k_theme": 900,
            "gitstatus_init": 250,
        },
        {
            "pre_plugin_total": 100,
            "post_plugin_total": 500,
            "prompt_ready": 1000,
            "compinit": 250,
            "p10k_theme": 600,
            "gitstatus_init": 150,
        },
    ]


@pytest.mark.parametrize(
    ("ms", "phase", "verdict"),
    [(10, "final", "pass"), (260, "interim", "pass"), (260, "final", "fail"), (410, "interim", "fail")],
)
def test_a_cost_is_held_against_its_phase(ms: float, phase: Phase, verdict: str) -> None:
    made = judged(with_compinit(ms), phase)
    assert (made.verdict, made.violations) == (verdict, int(verdict == "fail"))


def test_what_is_missing_is_no_pass_unless_it_is_spared() -> None:
    made = judged(recorded_run())
    assert (made.verdict, made.exit_code, made.missing_required) == ("unknown", 3, 1)
    assert judged(recorded_run(), "interim", "compinit").verdict == "pass"


def test_a_run_that_is_not_authentic_is_unknown_however_cheap_it_is() -> None:
    run = with_compinit(1)
    assert judged(replace(run, per_run=())).verdict == "unknown"
    assert judged(replace(run, lifecycle={})).verdict == "pass"
    assert judged(replace(run, authentic_samples=9)).verdict == "unknown"


def test_words_that_name_nothing_are_refused() -> None:
    with pytest.raises(UsageError, match="no budget phase"):
        phase_of("later")
    with pytest.raises(UsageError, match="has no budget"):
        limits_of(SETTINGS, "final", ["compinti"])


def turned(runs: list[tuple[str, float]], previous: Ratchet | None = None) -> list[Ratchet]:
    """The ratchet after each run, whose pre-plugin totals are the baseline's times a factor."""
    states = []
    for run_id, factor in runs:
        run = recorded_run(run_id, pre=[ms * factor for ms in PRE])
        previous = ratchet(previous, BASELINE, held_of(run, "x"), RULES)
        states.append(previous)
    return states


def test_three_green_runs_tighten_the_ratchet_and_the_same_run_counts_once() -> None:
    states = turned([(f"r{i}", 1.02) for i in (1, 1, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10)])
    assert [state.allowed_pct for state in states] == [10, 10, 10, 10, 10, 10, 7, 7, 7, 5, 5, 5, 5]
    assert states[5].greens == ("r1", "r2", "r3")
    assert "tightest" in states[-1].reason


def test_a_red_run_ends_the_streak_and_loosens_nothing() -> None:
    states = turned([("r1", 1.0), ("r2", 1.0), ("r3", 1.2), ("r4", 1.0)])
    assert [(state.status, len(state.greens)) for state in states] == [("ok", 1), ("ok", 2), ("over", 0), ("ok", 1)]
    tight = turned([(f"r{i}", 1.0) for i in range(1, 5)])[-1]
    assert turned([("r9", 1.08)], tight)[0].status == "over"
    assert turned([("r9", 1.08)], tight)[0].step == 1


def test_an_unsteady_run_and_the_baselines_own_run_are_no_evidence() -> None:
    wild = ratchet(None, BASELINE, held_of(recorded_run("w", pre=(3.0, 5.1, 5.2, 7.3, 4.4)), "x"), RULES)
    assert (wild.status, wild.greens) == ("ok", ())
    assert turned([("base", 1.0)])[0].greens == ()


def test_a_fresh_baseline_begins_anew() -> None:
    tight = turned([(f"r{i}", 1.0) for i in range(1, 5)])[-1]
    fresh = ratchet(tight, replace(BASELINE, run_id="new"), held_of(recorded_run("r9"), "x"), RULES)
    assert (fresh.step, fresh.greens) == (0, ("r9",))


def test_another_machine_is_unknown() -> None:
    far = ratchet(None, BASELINE, held_of(recorded_run("r1", host="far"), "x"), RULES)
    assert (far.status, far.greens) == ("unknown", ())
    assert "host" in far.reason


def test_what_the_ratchet_finds_fails_the_budget() -> None:
    over = turned([("r1", 1.3)])[0]
    made = judged(with_compinit(10), "final", ratchet=over)
    assert (made.verdict, made.violations) == ("fail", 1)


def test_an_allowance_set_by_hand_holds() -> None:
    loose = ratchet(
        None, BASELINE, held_of(recorded_run("r1", pre=[ms * 1.2 for ms in PRE]), "x"), RULES._replace(override_pct=30)
    )
    assert (loose.status, loose.allowed_pct) == ("ok", 30)
