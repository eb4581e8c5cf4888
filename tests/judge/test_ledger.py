"""The cost ledger: costs, shares and classes of modules, budgets, trend, history, two snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from recorded_runs import recorded_run, recorded_sample

from zshforge.judge.difference import floors_of
from zshforge.judge.held import held_of
from zshforge.judge.ledger import LedgerRules, added_limits, class_of, ledger, ledger_rules
from zshforge.judge.ledger_compare import compare_ledgers
from zshforge.judge.ledger_history import keep_snapshot, read_snapshots, snapshot_named
from zshforge.judge.own_cost import attributed
from zshforge.model.errors import ArtifactInvalid, NothingRecorded, UsageError
from zshforge.model.markers import Segment
from zshforge.model.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zshforge.model.ledger import Ledger
    from zshforge.model.run import Run

SETTINGS = load_settings(environ={})
RULES = ledger_rules(SETTINGS)
FLOORS = floors_of(SETTINGS)
ALIKE = (1.0, 1.01, 0.99, 1.0, 1.02)


def run_with(run_id: str = "r1", day: int = 1, host: str | None = None, /, **ms: float) -> Run:
    run = recorded_run(
        run_id,
        post=[25 + sum(ms.values()) * part for part in ALIKE],
        segments={name: [value * part for part in ALIKE] for name, value in ms.items()},
        host=host,
    )
    return replace(run, timestamp=f"2026-01-{day:02}T00:00:00+00:00")


def ledger_of(
    run: Run, *earlier: Ledger, limits: Mapping[str, float] | None = None, rules: LedgerRules = RULES
) -> Ledger:
    return ledger(held_of(run, "current"), limits or {}, rules, earlier, None)


def row(made: Ledger, name: str) -> tuple[str, str | None]:
    found = next(one for one in made.segments if one.name == name)
    return found.cost_class, found.budget


def test_the_thresholds_are_the_guides() -> None:
    assert RULES[:4] == (500.0, 120.0, 10.0, 3.0)


@pytest.mark.parametrize(
    ("ms", "pct", "expected"),
    [
        (500, 0.1, "heavy"),
        (499, 2.9, "moderate"),
        (120, 0.1, "moderate"),
        (119, 2.9, "light"),
        (119, 3.0, "moderate"),
        (119, 10.0, "heavy"),
        (0.4, 30.0, "light"),  # below ledger.min_ms a share says nothing
        (119, None, "light"),
    ],
)
def test_a_class_follows_from_the_cost_or_the_share(ms: float, pct: float | None, expected: str) -> None:
    assert class_of(ms, pct, RULES) == expected


def test_each_module_has_its_cost_its_share_and_its_class() -> None:
    made = ledger_of(run_with(compinit=40, theme=5, small=0.5))
    assert [one.name for one in made.segments] == ["compinit", "theme", "small"]
    assert made.segments[0].ms == pytest.approx(40, rel=0.01)
    assert made.total_ms is not None
    assert made.segments[0].pct_total == pytest.approx(100 * made.segments[0].own_ms / made.total_ms)
    assert [row(made, name)[0] for name in ("compinit", "theme", "small")] == ["heavy", "moderate", "light"]
    assert made.segments[0].sessions == 5


def test_what_lies_inside_another_is_counted_once_and_totals_stand_apart() -> None:
    sample = recorded_sample(1, 5.0, 100.0, {})
    at = sample.stamp("pre_plugin_end") or 0
    nested = (
        Segment(name="outer", phase="post_plugin", start_us=at, end_us=at + 60_000),
        Segment(name="inner", phase="post_plugin", start_us=at + 10_000, end_us=at + 50_000),
        Segment(name="later", phase="prompt", start_us=at + 50_000_000, end_us=at + 51_000_000),
    )
    run = recorded_run("r1", pre=[5.0], post=[100.0])
    made = ledger_of(replace(run, per_run=(replace(sample, segments=nested),)))
    costs = {one.name: (one.ms, one.own_ms) for one in made.segments}
    assert costs == {"outer": (60.0, 20.0), "inner": (40.0, 40.0)}
    assert made.attributed_ms == 60.0
    assert made.total_ms is not None
    assert made.unattributed_ms == pytest.approx(made.total_ms - 60)
    assert set(made.totals) == {"pre_plugin_total", "post_plugin_total", "prompt_ready"}


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-50, 150), st.integers(0, 80)), max_size=12),
    st.integers(1, 100),
)
def test_own_costs_never_come_to_more_than_the_start(spans: Sequence[tuple[str, int, int]], length: int) -> None:
    found = [Segment(name=n, phase="p", start_us=at, end_us=at + us) for n, at, us in spans]
    own = attributed(found, 0, length)
    assert sum(cost.own_ms for cost in own.values()) <= length / 1000 + 1e-9
    assert all(0 <= cost.own_ms <= cost.ms + 1e-9 <= length / 1000 + 2e-9 for cost in own.values())


def test_budgets_count_what_is_over_and_fail_only_when_asked() -> None:
    run = run_with(compinit=40, theme=5)
    made = ledger_of(run, limits={"compinit": 30.0, "theme": 10.0, "absent": 1.0, "post_plugin_total": 1.0})
    assert (made.budget_eval.checked, made.budget_eval.over_count) == (3, 2)
    assert [row(made, name)[1] for name in ("compinit", "theme")] == ["over", "ok"]
    assert made.budget_eval.budgets["absent"].status == "missing"
    assert (made.verdict, made.exit_code) == ("fail", 0)
    assert ledger_of(run, limits={"compinit": 30.0}, rules=RULES._replace(fail_on_over=True)).exit_code == 1
    assert ledger_of(run).verdict == "pass"


def test_limits_of_the_command_line_come_on_top() -> None:
    assert added_limits(("compinit:30,theme:2.5", "x:1")) == {"compinit": 30.0, "theme": 2.5, "x": 1.0}
    for word in ("compinit", "compinit:", ":3", "a:b", "a:-1", "a:nan", "a:inf"):
        with pytest.raises(UsageError, match="is no budget"):
            added_limits((word,))


def test_a_run_that_is_not_authentic_is_unknown_and_has_no_trend() -> None:
    made = ledger_of(replace(run_with(compinit=40), authentic_samples=9), limits={"compinit": 30.0})
    assert (made.verdict, made.over_trend.direction) == ("unknown", "unknown")
    nothing = ledger_of(replace(run_with(compinit=40), per_run=()))
    assert (nothing.verdict, nothing.total_ms, nothing.segments) == ("unknown", None, ())


def test_the_trend_is_told_over_comparable_snapshots_and_a_run_counts_once() -> None:
    limits = {"compinit": 30.0, "theme": 4.0}
    first = ledger_of(run_with("r1", 1, compinit=40, theme=5), limits=limits)
    second = ledger_of(run_with("r2", 2, compinit=40, theme=3), first, limits=limits)
    third = ledger_of(run_with("r3", 3, compinit=20, theme=3), first, second, limits=limits)
    assert [point.over_count for point in third.over_trend.points] == [2, 1, 0]
    assert (first.over_trend.direction, second.over_trend.direction) == ("unknown", "falling")
    assert third.over_trend.zero_in_a_row == 1
    again = ledger_of(run_with("r3", 3, compinit=20, theme=3), first, second, third, limits=limits)
    assert again.over_trend == third.over_trend
    fourth = ledger_of(run_with("r4", 4, compinit=20, theme=3), second, third, limits=limits)
    assert (fourth.over_trend.direction, fourth.over_trend.zero_in_a_row) == ("level", 2)
    far = ledger_of(run_with("r5", 5, "far", compinit=20), second, third, limits=limits)
    assert [point.run_id for point in far.over_trend.points] == ["r5"]


def test_the_largest_rise_is_told_against_a_baseline_or_the_snapshot_before() -> None:
    first = ledger_of(run_with("r1", 1, compinit=40))
    assert (first.max_positive_regression_pct, first.regression_against) == (None, None)
    assert first.regression_reason == "there is no baseline and no earlier snapshot"
    second = ledger_of(run_with("r2", 2, compinit=44), first)
    assert second.max_positive_regression_pct == pytest.approx(10, abs=0.01)
    assert second.regression_against == "snapshot r1"
    held = held_of(run_with("base", 1, compinit=20), "default")
    based = ledger(held_of(run_with("r2", 2, compinit=44), "c"), {}, RULES, (first,), held)
    assert based.max_positive_regression_pct == pytest.approx(120, abs=0.1)
    assert (based.regression_against, based.regression_segment) == ("baseline default", "compinit")
    far = held_of(run_with("base", 1, "far", compinit=20), "default")
    odd = ledger(held_of(run_with("r2", 2, compinit=44), "c"), {}, RULES, (), far)
    assert odd.max_positive_regression_pct is None
    assert odd.regression_reason is not None
    assert "host" in odd.regression_reason


def test_the_history_is_dated_keeps_a_run_once_and_reads_in_order(tmp_path: Path) -> None:
    for run_id, day in (("r2", 2), ("r1", 1), ("r2", 2)):
        file = keep_snapshot(ledger_of(run_with(run_id, day, compinit=40)), tmp_path)
        assert file is not None
        assert file.name == f"perf-ledger-2026010{day}-{run_id}.json"
    found, notes = read_snapshots(tmp_path)
    assert ([one.source.run_id for one in found], notes) == (["r1", "r2"], ())
    (tmp_path / "perf-ledger-20260103-r3.json").write_bytes(b'{"schema": "module-led')
    found, notes = read_snapshots(tmp_path)
    assert (len(found), len(notes)) == (2, 1)
    assert "perf-ledger-20260103-r3.json" in notes[0]


def test_a_snapshot_that_is_no_evidence_is_not_kept(tmp_path: Path) -> None:
    assert keep_snapshot(ledger_of(replace(run_with(), authentic_samples=9)), tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ArtifactInvalid, match="run id"):
        keep_snapshot(ledger_of(run_with("../x", compinit=4)), tmp_path)


def test_a_snapshot_is_named_by_its_place_its_day_or_its_run(tmp_path: Path) -> None:
    every = [ledger_of(run_with(f"r{day}", day, compinit=40)) for day in (1, 2)]
    assert snapshot_named("latest", every).source.run_id == "r2"
    assert snapshot_named("previous", every).source.run_id == "r1"
    assert snapshot_named("20260101", every).source.run_id == "r1"
    assert snapshot_named("r2", every).source.run_id == "r2"
    with pytest.raises(NothingRecorded, match="no snapshot"):
        snapshot_named("r3", every)
    with pytest.raises(NothingRecorded, match="no snapshot"):
        snapshot_named("previous", every[:1])
    assert tmp_path.exists()


def test_two_snapshots_are_compared_module_by_module() -> None:
    limits = {"compinit": 100.0, "theme": 4.0}
    before = ledger_of(run_with("r1", 1, compinit=90, theme=5, gone=200), limits=limits)
    after = ledger_of(run_with("r2", 2, compinit=180, theme=3, fresh=160), limits=limits)
    made = compare_ledgers(before, after, FLOORS)
    assert [change.name for change in made.details["regressions"]] == ["compinit"]
    assert ([c.name for c in made.details["new"]], [c.name for c in made.details["removed"]]) == (["fresh"], ["gone"])
    assert (made.newly_over, made.no_longer_over) == (("compinit",), ("theme",))
    assert (made.over_before, made.over_after, made.verdict) == (1, 1, "fail")
    assert made.max_positive_regression_pct == pytest.approx(100, abs=1)
    assert [(move.name, move.before, move.after) for move in made.classes] == [
        ("fresh", None, "heavy"),
        ("gone", "heavy", None),
    ]


def test_snapshots_of_different_machines_are_unknown() -> None:
    before, after = ledger_of(run_with("r1", 1, compinit=9)), ledger_of(run_with("r2", 2, "far", compinit=90))
    made = compare_ledgers(before, after, FLOORS)
    assert (made.verdict, made.max_positive_regression_pct) == ("unknown", None)
    assert "host" in made.differing
