"""Micro-benchmarks held against a baseline."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from zshforge.judge.bench_judgement import BenchRules, judge_bench, renewed_baseline
from zshforge.model.bench import BenchBaseline, BenchFunction, BenchRun
from zshforge.model.errors import BaselineRefused
from zshforge.model.run import Fingerprint

RULES = BenchRules(warn_factor=2.0, fail_factor=3.0, floor_us=0.5, stable_runs=2)
HERE = Fingerprint(
    host="h",
    system="Linux",
    kernel="6",
    cpu="c",
    cpu_count=2,
    zsh="5.9",
    zsh_path="/bin/zsh",
    columns=80,
    rows=24,
    term="xterm",
    locale="C.UTF-8",
    login=False,
    state="warm",
    config_digest="d",
    tool="0.1",
    load=0.1,
)


def function(name: str, median_us: float, **changed: Any) -> BenchFunction:
    values: dict[str, Any] = {
        "name": name,
        "call": name,
        "body_sha256": "b" * 64,
        "iterations": 100,
        "rounds": 5,
        "repeat": 5,
        "rc": 0,
        "median_per_call_us": median_us,
        "mad_us": 0.1,
        "median_trimmed_us": median_us,
        "trimmed": 1,
        "max_us": median_us,
        "empty_loop_us": 0.05,
        "median_total_ms": 1.0,
        "values_us": (median_us,) * 5,
    }
    return BenchFunction(**{**values, **changed})


def run(*functions: BenchFunction, **changed: Any) -> BenchRun:
    values: dict[str, Any] = {
        "generated_at": "2026-01-01T00:00:00+00:00",
        "config": "builtin",
        "enumeration_mode": "named",
        "seed": 1,
        "iterations": 500,
        "repeat": 5,
        "shimmed_count": sum(one.shimmed for one in functions),
        "functions": functions,
        "fingerprint": HERE,
    }
    return BenchRun(**{**values, **changed})


def baseline_of(*functions: BenchFunction) -> BenchBaseline:
    return renewed_baseline(run(*functions), None, RULES)


@pytest.mark.parametrize(
    ("now", "verdict"), [(10.0, "pass"), (19.9, "pass"), (20.1, "warn"), (29.9, "warn"), (30.1, "fail")]
)
def test_twice_the_baseline_warns_and_three_times_fails(now: float, verdict: str) -> None:
    found = judge_bench(run(function("f", now)), baseline_of(function("f", 10.0)), RULES)
    assert found.verdict == verdict
    assert found.changes[0].ratio == pytest.approx(now / 10)
    assert found.worst_ratio == pytest.approx(now / 10)


def test_a_multiple_of_next_to_nothing_is_no_finding() -> None:
    found = judge_bench(run(function("f", 0.4)), baseline_of(function("f", 0.1)), RULES)
    assert found.verdict == "pass"


def test_without_a_baseline_nothing_is_known() -> None:
    found = judge_bench(run(function("f", 1.0)), None, RULES)
    assert found.verdict == "unknown"
    assert "no baseline" in found.reasons[0]


def test_a_stand_in_on_either_side_is_not_judged() -> None:
    shim = function("f", 0.1, shimmed=True, shim_reason="empty")
    found = judge_bench(run(shim), baseline_of(function("f", 10.0)), RULES)
    assert found.verdict == "unknown"
    assert "stand-in" in found.reasons[0]
    with pytest.raises(BaselineRefused, match="f: empty"):
        renewed_baseline(run(shim), None, RULES)


def test_another_machine_is_named_and_not_compared() -> None:
    other = run(function("f", 99.0), fingerprint=msgspec.structs.replace(HERE, cpu="other"))
    found = judge_bench(other, baseline_of(function("f", 10.0)), RULES)
    assert found.verdict == "unknown"
    assert "cpu" in found.reasons[0]
    assert not found.changes


def test_a_changed_body_is_told_with_its_ratio_and_does_not_fail() -> None:
    found = judge_bench(run(function("f", 99.0, body_sha256="c" * 64)), baseline_of(function("f", 10.0)), RULES)
    assert found.verdict == "warn"
    assert found.changes[0].state == "body changed"
    assert found.changes[0].ratio == pytest.approx(9.9)


def test_functions_that_came_and_went_are_drift() -> None:
    found = judge_bench(run(function("new", 1.0)), baseline_of(function("old", 1.0)), RULES)
    assert {change.name: change.state for change in found.changes} == {"new": "new", "old": "gone"}
    assert found.drift_count == 2
    assert found.verdict == "warn"


def test_a_baseline_is_renewed_only_where_the_body_changed() -> None:
    before = baseline_of(function("same", 10.0), function("edited", 10.0), function("gone", 1.0))
    now = run(function("same", 15.0), function("edited", 15.0, body_sha256="c" * 64), function("new", 3.0))
    after = renewed_baseline(now, before, RULES)
    assert {one.name: one.median_per_call_us for one in after.functions} == {"same": 10.0, "edited": 15.0, "new": 3.0}


def test_stable_runs_are_counted_and_suggest_to_gate() -> None:
    baseline = baseline_of(function("f", 10.0))
    assert baseline.stable_runs == 0
    for count in (1, 2):
        baseline = renewed_baseline(run(function("f", 11.0)), baseline, RULES)
        assert baseline.stable_runs == count
    found = judge_bench(run(function("f", 11.0)), baseline, RULES)
    assert found.suggestion is not None
    assert "gate" in found.suggestion
    assert renewed_baseline(run(function("f", 25.0)), baseline, RULES).stable_runs == 0


def test_a_baseline_of_another_machine_is_not_overwritten() -> None:
    other = run(function("f", 1.0), fingerprint=msgspec.structs.replace(HERE, host="elsewhere"))
    with pytest.raises(BaselineRefused, match="host"):
        renewed_baseline(other, baseline_of(function("f", 1.0)), RULES)
