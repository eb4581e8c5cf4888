"""Variance: spreads by the guide's arithmetic, its decisions, streaks by run identity, its log."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from recorded_runs import recorded_run

from zshforge.judge.segment_advice import advice_for
from zshforge.judge.spread import decide, identity_of, spread_of, variance_rules, weigh
from zshforge.judge.variance import begin, count_run
from zshforge.judge.variance_log import with_rows
from zshforge.model.errors import UsageError
from zshforge.model.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.model.run import Run
    from zshforge.model.variance import Spread, VarianceState

RULES = variance_rules(load_settings(environ={}))
TRIO = ("pre_plugin_total_ms", "post_plugin_total_ms", "prompt_ready_ms")

#: The guide's log, section 1.3, by metric: values, then mean, spread, relative spread and decision of the row. Values
#: that the guide does not have are whole milliseconds with the recorded mean and spread.
GUIDE_LOG = {
    "pre_plugin_total_ms": [
        ((), None, None, None, "pending"),  # synthetic: 85, "~2-3", "~0.03", candidate there; nothing was measured
        ((333, 346, 378), 352.33, 18.91, 0.0537, "observe"),
        ((305, 316, 322, 329, 332), 320.80, 9.66, 0.0301, "candidate"),
        ((31, 31, 34), 32.00, 1.41, 0.0441, "observe"),
    ],
    "post_plugin_total_ms": [
        ((), None, None, None, "pending"),  # a placeholder there, hold
        ((144, 141, 385), 223.33, 114.32, 0.5119, "hold"),
        ((139, 142, 145, 149, 153), 145.60, 4.96, 0.0341, "observe"),
        ((565, 158, 174), 299.00, 188.20, 0.6294, "hold"),
    ],
    "prompt_ready_ms": [
        ((), None, None, None, "pending"),  # a placeholder there, hold
        ((144, 141, 385), 223.33, 114.32, 0.5119, "hold"),
        ((139, 142, 145, 149, 153), 145.60, 4.96, 0.0341, "observe"),
        ((565, 158, 174), 299.00, 188.20, 0.6294, "hold"),
    ],
}


def spreads(*lists: Sequence[float]) -> list[Spread]:
    return [spread_of(values, {}, RULES) for values in lists]


def decided(*lists: Sequence[float]) -> str:
    """The decision on a metric after these runs, when the others are as steady."""
    history = spreads(*lists)
    return decide(dict.fromkeys(TRIO, history), RULES)["pre_plugin_total_ms"].decision


STEADY = (100.0, 101.0, 99.0, 100.5, 99.5)
NEAR = (100.0, 110.0, 92.0, 101.0, 97.0)  # 6 %
WILD = (100.0, 101.0, 300.0, 100.5, 99.5)
FEW = (100.0, 101.0, 99.0)


def test_every_row_of_the_guides_log_comes_out_as_it_stands_there() -> None:
    for entry in range(4):
        history = {name: spreads(*(row[0] for row in rows[: entry + 1])) for name, rows in GUIDE_LOG.items()}
        found = decide(history, RULES)
        for name, rows in GUIDE_LOG.items():
            _, mean, stddev, rsd, decision = rows[entry]
            last = history[name][-1]
            assert found[name].decision == decision, (entry, name, found[name].reason)
            if mean is None or stddev is None or rsd is None:
                assert (last.mean_ms, last.stddev_ms, last.rsd) == (None, None, None)
                continue
            assert last.mean_ms == pytest.approx(mean, abs=0.005)
            assert last.stddev_ms == pytest.approx(stddev, abs=0.005)
            assert last.rsd == pytest.approx(rsd, abs=0.0001)


def test_the_outliers_of_the_guides_rows_are_named() -> None:
    assert [spread.outliers for spread in spreads((144, 141, 385), (565, 158, 174), (31, 31, 34))] == [(2,), (0,), ()]
    assert "385" in decide({"post_plugin_total_ms": spreads((144, 141, 385))}, RULES)["post_plugin_total_ms"].reason


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([STEADY], "candidate"),
        ([STEADY, STEADY], "enable_warn"),
        ([STEADY, STEADY, STEADY], "enable_fail"),
        ([FEW], "observe"),
        ([FEW, FEW, FEW], "observe"),
        ([STEADY, FEW], "observe"),
        ([STEADY, FEW, STEADY], "enable_warn"),  # three samples speak neither for nor against
        ([NEAR], "observe"),
        ([NEAR, STEADY], "observe"),  # one of two
        ([NEAR, STEADY, STEADY], "enable_warn"),  # two of three and two in a row
        ([STEADY, NEAR, STEADY], "candidate"),  # two of three, one in a row
        ([STEADY, STEADY, NEAR], "observe"),  # two of three, but the latest is not among them
        ([WILD], "hold"),
        ([STEADY, STEADY, WILD], "hold"),
        ([WILD, STEADY], "observe"),
        ([(144, 141, 385), STEADY], "observe"),  # wild, even with three samples
        ([(100.0, 101.0)], "pending"),
        ([()], "pending"),
        ([STEADY, ()], "pending"),
        ([(0.0, 0.0, 0.0, 0.0, 0.0)], "pending"),
        ([(7.0,) * 5], "pending"),  # no clock gives the same five times
    ],
)
def test_a_decision_follows_from_the_runs_so_far(runs: list[Sequence[float]], expected: str) -> None:
    assert decided(*runs) == expected


def test_failing_needs_every_total_and_warning_needs_every_total_seen() -> None:
    steady, wild = spreads(STEADY, STEADY, STEADY), spreads(STEADY, STEADY, WILD)
    found = decide({"pre_plugin_total_ms": steady, "post_plugin_total_ms": wild, "prompt_ready_ms": steady}, RULES)
    assert [found[name].decision for name in TRIO] == ["enable_warn", "hold", "enable_warn"]
    unseen = spreads(STEADY, STEADY, ())
    found = decide({"pre_plugin_total_ms": steady, "post_plugin_total_ms": unseen, "prompt_ready_ms": steady}, RULES)
    assert [found[name].decision for name in TRIO] == ["candidate", "pending", "candidate"]


_VALUES = st.lists(st.integers(1, 10**6).map(lambda thousandths: thousandths / 1000), max_size=8)


@given(st.lists(_VALUES, min_size=1, max_size=8))
def test_any_history_has_a_decision_with_a_reason(runs: list[list[float]]) -> None:
    found = decide(dict.fromkeys(TRIO, spreads(*runs)), RULES)["pre_plugin_total_ms"]
    assert found.reason
    assert 0 <= found.streak <= len(runs)
    if found.decision in ("candidate", "enable_warn", "enable_fail"):
        rsd = spreads(*runs)[-1].rsd
        assert rsd is not None
        assert rsd <= RULES.rsd_max


@given(_VALUES, st.sampled_from((0.25, 2.0, 64.0)))
def test_the_weight_of_a_run_is_free_of_scale_and_order(values: list[float], factor: float) -> None:
    one, other = spreads(values, [value * factor for value in reversed(values)])
    if one.rsd is None or min(abs(one.rsd - RULES.rsd_max), abs(one.rsd - RULES.hold_rsd)) > 1e-9:
        assert weigh(one, RULES) == weigh(other, RULES)


@given(st.lists(_VALUES, min_size=1, max_size=6))
def test_one_more_unsteady_run_never_promotes(runs: list[list[float]]) -> None:
    order = ("pending", "hold", "observe", "candidate", "enable_warn", "enable_fail")
    assert order.index(decided(*runs, WILD)) <= order.index("hold")


def steady_run(run_id: str, day: int = 1, host: str | None = None) -> Run:
    """A steady run; each id has stamps of its own."""
    shift = crc32(run_id.encode()) % 1000 / 1000
    pre, post = (
        [5 + shift + part / 100 for part in (1, 3, 2, 4, 0)],
        [20 + shift + part / 50 for part in (3, 1, 4, 0, 2)],
    )
    run = recorded_run(run_id, pre, post, {"theme": [4 + part / 10 for part in (1, 9, 2, 30, 0)]}, host=host)
    return replace(run, timestamp=f"2026-01-{day:02}T00:00:00+00:00")


def counted(*runs: Run, state: VarianceState | None = None) -> VarianceState:
    for run in runs:
        state = count_run(state or begin(run, RULES), run, RULES).state
    assert state is not None
    return state


def test_the_same_run_never_counts_twice_also_under_another_name() -> None:
    state = counted(steady_run("a", 1))
    again = count_run(state, steady_run("a", 1), RULES)
    assert (again.counted, again.state) == (False, state)
    renamed = count_run(state, replace(steady_run("a", 1), run_id="b", timestamp="2026-01-09T00:00:00+00:00"), RULES)
    assert (renamed.counted, renamed.state.stable_run_count) == (False, 1)
    assert "already" in renamed.note
    assert identity_of(steady_run("a")) != identity_of(steady_run("b"))


def test_stable_runs_are_counted_and_the_next_step_names_what_is_missing() -> None:
    states = [counted(*(steady_run(f"r{day}", day) for day in range(1, last))) for last in (2, 3, 4)]
    assert [(s.decision, s.stable_run_count) for s in states] == [
        ("candidate", 1),
        ("enable_warn", 2),
        ("enable_fail", 3),
    ]
    assert [s.next_step for s in states] == ["enable_warn", "enable_fail", None]
    assert [len(s.missing) for s in states] == [1, 1, 0]
    assert "1 more stable run" in states[0].missing[0]


def test_a_run_that_is_not_authentic_ends_every_streak_and_gives_no_number() -> None:
    state = counted(steady_run("r1", 1), replace(steady_run("r2", 2), authentic_samples=9))
    assert (state.decision, state.stable_run_count) == ("pending", 0)
    assert state.rsd["pre"].rsd is None
    later = counted(steady_run("r3", 3), state=state)
    assert (later.decision, later.stable_run_count) == ("candidate", 1)  # two of three, one in a row


def test_an_earlier_run_is_not_counted_after_a_later_one() -> None:
    state = counted(steady_run("r2", 2))
    late = count_run(state, steady_run("r1", 1), RULES)
    assert (late.counted, late.state) == (False, state)
    assert "earlier" in late.note


def test_another_machine_begins_anew_and_another_configuration_is_refused() -> None:
    state = counted(steady_run("r1", 1), steady_run("r2", 2))
    moved = count_run(state, steady_run("r3", 3, "far"), RULES)
    assert (moved.state.stable_run_count, len(moved.state.runs)) == (1, 1)
    assert "host" in moved.note
    with pytest.raises(UsageError, match="home"):
        count_run(state, replace(steady_run("r3", 3), config="home"), RULES)


def test_only_the_last_runs_are_kept_in_full() -> None:
    state = counted(*(steady_run(f"r{day:02}", day) for day in range(1, 10)))
    few = count_run(state, steady_run("r10", 10), RULES._replace(keep_runs=4)).state
    assert [run.run_id for run in few.runs] == ["r07", "r08", "r09", "r10"]


def test_segments_that_swing_come_with_advice() -> None:
    state = counted(steady_run("r1", 1))
    theme = next(one for one in state.segments_variance if one.name == "theme")
    assert theme.rsd is not None
    assert theme.rsd > RULES.hold_rsd
    assert (theme.advice, theme.samples) == ("defer", 5)


@pytest.mark.parametrize(
    ("name", "rsd", "own_ms", "expected"),
    [
        ("nvm.sh", 0.3, 20.0, "lazy_load"),
        ("/home/x/.pyenv/init.zsh", 0.3, 20.0, "lazy_load"),
        ("theme", 0.3, 20.0, "defer"),
        ("theme", 0.09, 20.0, None),
        ("theme", 0.3, 0.2, None),
        ("theme", None, 20.0, None),
    ],
)
def test_advice_follows_from_the_spread_and_from_what_it_is(
    name: str, rsd: float | None, own_ms: float, expected: str | None
) -> None:
    found = advice_for(name, rsd, own_ms, RULES)
    assert (found[0] if found else None) == expected


def test_the_log_is_appended_once_for_each_run_and_keeps_what_others_wrote() -> None:
    state = counted(steady_run("r1", 1))
    text = with_rows("", state)
    rows = [line for line in text.splitlines() if line.startswith("| 2026")]
    assert [row.split(" | ")[2] for row in rows] == list(TRIO)
    assert rows[0].startswith("| 2026-01-01 | 5 (authentic) | pre_plugin_total_ms | ")
    assert " | candidate | " in rows[0]
    assert with_rows(text, state) == text
    noted = text + "\nA remark of mine.\n"
    later = with_rows(noted, counted(steady_run("r2", 2), state=state))
    assert later.startswith(noted)
    assert later.count("| enable_warn |") == 3
    assert later.count("| Date (UTC) |") == 2  # a table of its own after the remark


def test_a_row_of_the_log_has_the_guides_columns_and_precision() -> None:
    run = recorded_run("r1", pre=(333.0, 346.0, 378.0), post=(144.0, 141.0, 385.0))
    text = with_rows("", counted(replace(run, timestamp="2025-09-04T00:00:00+00:00")))
    assert (
        "| Date (UTC) | Samples (N) | Metric | Mean (ms) | Stddev (ms) | RSD | Decision | Notes |\n"
        "|------------|-------------|--------|-----------|-------------|-----|----------|-------|\n"
    ) in text
    assert "| 2025-09-04 | 3 (authentic) | post_plugin_total_ms | 223.33 | 114.32 | 0.5119 | hold | " in text


def test_a_name_cannot_break_a_row() -> None:
    state = counted(replace(steady_run("r|1\n| x", 1)))
    rows = [line for line in with_rows("", state).splitlines() if line.startswith("| 2026")]
    assert len(rows) == 3
    assert all(row.replace("\\|", "").count("|") == 9 for row in rows)
