"""The ladder: earned by evidence, lost by evidence, every step recorded with its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from zshforge.judge.ladder import RUNGS, after_run, after_trial, lacks, ladder_rules
from zshforge.judge.modes import EXIT_CODES
from zshforge.model.ladder import Ladder, LadderFacts, Trial
from zshforge.model.settings import load_settings

RULES = ladder_rules(load_settings(environ={}))
AT = "2026-01-01T00:00:00+00:00"
READY = LadderFacts(
    at=AT,
    evidence="r",
    verdict="pass",
    decision="enable_fail",
    unsteady="",
    baseline_lack="",
    uncovered=(),
    hit_interim=False,
    over_budget=(),
)
QUIET = Trial(identity="q", kind="same", outcome="quiet", before="a", after="a", reason="pass")
DETECTED = Trial(
    identity="d", kind="injected", outcome="detected", before="a", after="b", reason="+9 ms", injected_ms=10
)


def facts(number: int, **changed: object) -> LadderFacts:
    return replace(READY, evidence=f"r{number}", **changed)


def with_trials(ladder: Ladder) -> Ladder:
    for number in range(RULES.same_trials):
        ladder = after_trial(ladder, replace(QUIET, identity=f"q{number}"), AT, RULES)
    return after_trial(ladder, DETECTED, AT, RULES)


def climbed(runs: int, ladder: Ladder | None = None, rules: object = RULES) -> Ladder:
    ladder = ladder or with_trials(Ladder())
    for number in range(runs):
        ladder = after_run(ladder, facts(number), rules)  # type: ignore[arg-type]  # the same rules, bent
    return ladder


def test_each_rung_is_one_step_and_is_earned_by_what_the_guide_names() -> None:
    assert [climbed(runs).mode for runs in range(7)] == ["observe", "warn", "gate", "gate", "gate", "budget", "budget"]
    assert [(step.before, step.after) for step in climbed(5).steps] == [
        ("observe", "warn"),
        ("warn", "gate"),
        ("gate", "budget"),
    ]
    assert climbed(5).steps[-1].reason == "3 passes in a row"
    assert climbed(5).steps[-1].evidence == "r4"


def test_the_last_rung_is_reached_only_where_it_is_wanted_and_budgets_are_kept() -> None:
    wanted = RULES._replace(adaptive=True)
    assert climbed(20).mode == "budget"
    assert "ladder.adaptive is false" in climbed(20).missing
    assert climbed(20, rules=wanted).mode == "adaptive"
    at_budget = climbed(8, rules=wanted)
    assert at_budget.mode == "adaptive"
    over = climbed(7, rules=wanted)
    assert over.mode == "budget"
    assert after_run(over, facts(9, over_budget=("compinit",)), wanted).mode == "budget"


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"decision": "enable_warn"}, "enable_fail is needed"),
        ({"baseline_lack": "there is no baseline"}, "there is no baseline"),
        ({"uncovered": ("compinit",)}, "compinit was not seen"),
    ],
)
def test_a_gate_needs_every_piece_of_evidence(changed: dict[str, object], missing: str) -> None:
    at_warn = climbed(1)
    stays = after_run(at_warn, facts(2, **changed), RULES)
    assert stays.mode == "warn"
    assert any(missing in lack for lack in stays.missing)


def test_a_gate_needs_trials_on_itself_and_a_known_slowdown() -> None:
    without = climbed(5, Ladder())
    assert without.mode == "warn"
    assert [lack.split(" (")[0] for lack in without.missing] == [
        "0 of 3 comparisons of a configuration with itself",
        "0 of 1 known slowdowns that were detected",
    ]
    assert climbed(1, with_trials(without)).mode == "gate"
    assert with_trials(without).missing == ()  # told at once, earned by the next run


@pytest.mark.parametrize("decision", ["pending", "hold", "observe", "candidate"])
def test_warnings_need_two_stable_runs(decision: str) -> None:
    stays = after_run(Ladder(), facts(1, decision=decision), RULES)
    assert (stays.mode, len(stays.missing)) == ("observe", 1)


def test_a_budget_is_also_earned_by_an_optimisation_that_hit_the_interim_target() -> None:
    at_gate = climbed(2)
    assert lacks("budget", at_gate, facts(3), RULES) == ("0 of 3 passes in a row",)
    hit = after_run(at_gate, facts(3, hit_interim=True), RULES)
    assert (hit.mode, hit.steps[-1].reason) == ("budget", "the post-plugin total came below its interim target")


@pytest.mark.parametrize("outcome", ["false_alarm", "cleared_alarm", "missed"])
def test_evidence_against_the_gate_takes_one_rung_and_every_trial_before_it(outcome: str) -> None:
    against = Trial(identity="x", kind="change", outcome=outcome, before="a", after="b", reason="why")  # type: ignore[arg-type]
    for runs, lower in ((1, "observe"), (2, "warn"), (5, "gate")):
        lost = after_trial(climbed(runs), against, AT, RULES)
        assert (lost.mode, lost.steps[-1].evidence) == (lower, "x")
        assert lost.steps[-1].reason.endswith(": why")
        assert not any(trial.counts for trial in lost.trials)
        assert after_trial(lost, against, AT, RULES) == lost  # the same comparison counts once
    assert climbed(3, after_trial(climbed(2), against, AT, RULES)).mode == "warn"
    assert after_trial(Ladder(), against, AT, RULES).mode == "observe"


def test_spread_that_is_lost_leads_back_to_observe_with_the_reason() -> None:
    lost = after_run(climbed(5), facts(9, unsteady="post: spread 51 %"), RULES)
    assert (lost.mode, lost.steps[-1].reason, lost.cycles) == ("observe", "post: spread 51 %", ())
    assert len(lost.steps) == len(climbed(5).steps) + 1


def test_a_failure_ends_the_passes_in_a_row_and_what_cannot_be_told_does_not() -> None:
    two = climbed(4)
    assert two.cycles == ("r2", "r3")
    assert after_run(two, facts(8, verdict="fail"), RULES).cycles == ()
    assert after_run(two, facts(8, verdict="inconclusive"), RULES).cycles == two.cycles
    clean = Trial(identity="c", kind="change", outcome="clean", before="a", after="b", reason="pass")
    assert after_trial(two, clean, AT, RULES).cycles == ("r2", "r3", "c")
    regressed = replace(clean, outcome="regressed")
    assert (after_trial(two, regressed, AT, RULES).cycles, after_trial(two, regressed, AT, RULES).mode) == ((), "gate")


def test_a_run_that_fails_earns_nothing() -> None:
    assert after_run(with_trials(Ladder()), facts(1, verdict="fail"), RULES).mode == "observe"


_FACTS = st.builds(
    facts,
    st.integers(0, 5),
    verdict=st.sampled_from(("pass", "fail", "inconclusive", "unknown")),
    decision=st.sampled_from(("pending", "hold", "observe", "candidate", "enable_warn", "enable_fail")),
    unsteady=st.sampled_from(("", "", "", "wild")),
    baseline_lack=st.sampled_from(("", "", "none")),
    hit_interim=st.booleans(),
)
_TRIALS = st.builds(
    Trial,
    identity=st.text("abcdef", min_size=1, max_size=2),
    kind=st.sampled_from(("same", "injected", "change")),
    outcome=st.sampled_from(
        ("quiet", "quiet", "false_alarm", "detected", "missed", "clean", "cleared_alarm", "regressed", "inconclusive")
    ),
    before=st.just("a"),
    after=st.just("b"),
    reason=st.just("why"),
)


@given(st.lists(st.one_of(_FACTS, _TRIALS), max_size=40), st.booleans())
def test_whatever_comes_every_change_is_one_recorded_step(evidence: list[LadderFacts | Trial], adaptive: bool) -> None:
    rules, ladder = RULES._replace(adaptive=adaptive), Ladder()
    for one in evidence:
        before = ladder
        ladder = after_trial(ladder, one, AT, rules) if isinstance(one, Trial) else after_run(ladder, one, rules)
        assert RUNGS.index(ladder.mode) <= RUNGS.index(before.mode) + 1
        assert ladder.steps[: len(before.steps)] == before.steps
        added = ladder.steps[len(before.steps) :]
        assert [(step.before, step.after) for step in added] == (
            [(before.mode, ladder.mode)] if ladder.mode != before.mode else []
        )
        assert all(step.reason for step in added)
        assert isinstance(one, LadderFacts) or RUNGS.index(ladder.mode) <= RUNGS.index(before.mode)
        assert set(EXIT_CODES[ladder.mode]) == {"pass", "warn", "fail", "inconclusive", "unknown"}
    assert len({trial.identity for trial in ladder.trials}) == len(ladder.trials)


def test_every_mode_has_an_exit_code_for_every_verdict_and_only_gates_stop() -> None:
    assert tuple(EXIT_CODES) == RUNGS
    assert {mode for mode, codes in EXIT_CODES.items() if codes["fail"]} == {"gate", "budget", "adaptive"}
