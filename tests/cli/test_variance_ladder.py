"""The ladder through the command line: runs, recorded comparisons, an accepted level."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from recorded_runs import recorded_run

from zshforge.cli import main
from zshforge.judge.rules import rules_of
from zshforge.judge.verdict import compare_stages
from zshforge.model.comparison import Series, Stage, Values
from zshforge.model.settings import load_settings
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.model.comparison import Comparison
    from zshforge.model.run import Run

SETTINGS = load_settings(environ={}, overrides={"compare.resamples": 400})


def run_of(day: int, factor: float = 1.0) -> Run:
    pre = [factor * (50 + day / 50 + part / 10) for part in range(5)]
    post = [factor * (90 + day / 30 + part / 5) for part in (3, 1, 4, 0, 2)]
    run = recorded_run(f"r{day}", pre, post, {"compinit": [factor * (9 + part / 50) for part in range(5)]})
    return replace(run, timestamp=f"2026-01-{day:02}T00:00:00+00:00")


def comparison(seed: int, added_ms: float = 0.0, cleared_ms: float | None = None, digest: str = "x") -> Comparison:
    """A comparison on the machine of the runs."""
    conditions = run_of(1).fingerprint
    stages = []
    for purpose, ms in (("first", added_ms), ("confirmation", added_ms if cleared_ms is None else cleared_ms)):
        sides = [tuple(40 + (seed + place * 7) % 11 / 30 + side / 100 for place in range(16)) for side in range(2)]
        metrics = [
            {"first_prompt_ms": each, "first_command_ms": each, "command_ms": (1.0,) * 16, "input_ms": (0.5,) * 16}
            for each in (sides[0], tuple(value + ms for value in sides[1]))
        ]
        before, after = (
            Series(config=c, framework="plain", observer="looks", run_id="r", fingerprint=f, values=Values(metrics=m))  # type: ignore[arg-type]
            for c, f, m in (
                ("A", conditions, metrics[0]),
                ("B", replace(conditions, config_digest=digest or conditions.config_digest), metrics[1]),
            )
        )
        stages.append(Stage(purpose=purpose, seed=seed, rounds=16, before=before, after=after))  # type: ignore[arg-type]
    return compare_stages(stages if added_ms else stages[:1], rules_of(SETTINGS), mode="gate", seed=1)


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zf.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "artifacts/metrics"


def counted(metrics: Path, run: Run) -> int:
    write_artifact(metrics / "perf-multi-current.json", run)
    return main(["variance"])


def state(metrics: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((metrics / "variance-state.json").read_bytes())
    return found


def taken(metrics: Path, made: Comparison, *words: str) -> int:
    write_artifact(metrics / "comparison.json", made)
    return main(["variance", "take", str(metrics / "comparison.json"), *words])


def earned(metrics: Path) -> None:
    """As far as the gate."""
    for day in range(1, 4):
        counted(metrics, run_of(day))
    main(["baseline", "save"])
    for seed in range(3):
        assert taken(metrics, comparison(seed, digest="")) == 0
    assert taken(metrics, comparison(9, 10.0), "--injected", "10") == 0
    counted(metrics, run_of(4))


def test_a_gate_is_earned_and_then_fails_what_rose(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earned(metrics)
    assert (state(metrics)["mode"], state(metrics)["verdict"], state(metrics)["exit_code"]) == ("gate", "pass", 0)
    assert [step["after"] for step in state(metrics)["ladder"]["steps"]] == ["warn", "gate"]
    capsys.readouterr()
    assert counted(metrics, run_of(5, 1.25)) == 1
    assert "fail" in capsys.readouterr().out
    assert state(metrics)["checks"][0]["status"] == "over"
    assert main(["variance", "accept", "the new prompt is worth it"]) == 0
    assert state(metrics)["ladder"]["steps"][-1]["reason"] == "level accepted: the new prompt is worth it"
    assert counted(metrics, run_of(6, 1.25)) == 3  # one run makes no level yet, and a gate lets nothing unknown pass


def test_the_same_rise_fails_nobody_before_the_gate(metrics: Path) -> None:
    for day in range(1, 4):
        assert counted(metrics, run_of(day)) == 0
    assert counted(metrics, run_of(4, 1.25)) == 0
    assert (state(metrics)["verdict"], state(metrics)["mode"]) == ("fail", "warn")


def test_an_alarm_that_a_fresh_run_cleared_takes_a_rung(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earned(metrics)
    capsys.readouterr()
    assert taken(metrics, comparison(20, 10.0, 0.0)) == 0
    assert "gate → warn" in capsys.readouterr().out
    assert state(metrics)["mode"] == "warn"
    assert "cleared by a fresh run" in state(metrics)["ladder"]["steps"][-1]["reason"]
    counted(metrics, run_of(5))
    assert state(metrics)["mode"] == "warn"  # the trials before the alarm speak for nothing any more


def test_a_comparison_counts_once(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counted(metrics, run_of(1))
    for _ in range(3):
        taken(metrics, comparison(0, digest=""))
    assert len(state(metrics)["ladder"]["trials"]) == 1
    assert "already" in capsys.readouterr().err


def test_beginning_anew_keeps_the_steps_and_tells_it(metrics: Path) -> None:
    earned(metrics)
    write_artifact(metrics / "perf-multi-current.json", replace(run_of(7), config="home"))
    assert main(["variance", "--restart"]) == 0
    steps = state(metrics)["ladder"]["steps"]
    assert (state(metrics)["mode"], [step["after"] for step in steps]) == ("observe", ["warn", "gate", "observe"])
    assert "by hand" in steps[-1]["reason"]


def test_an_adaptive_pass_makes_the_run_the_baseline(metrics: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZF_LADDER_ADAPTIVE", "1")
    earned(metrics)
    for day in range(5, 12):
        assert counted(metrics, run_of(day)) == 0
    assert state(metrics)["mode"] == "adaptive"
    assert counted(metrics, run_of(12)) == 0
    assert json.loads((metrics / "perf-baseline.json").read_bytes())["run_id"] == "r12"


def test_what_is_no_evidence_is_one_message(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["variance", "accept", "why"]) == 3
    assert main(["variance", "take", "nothing.json"]) == 3
    counted(metrics, run_of(1))
    before = (metrics / "variance-state.json").read_bytes()
    capsys.readouterr()
    assert main(["variance", "take", "nothing.json"]) == 3
    assert taken(metrics, replace(comparison(0), verdict="fail")) == 4
    assert taken(metrics, comparison(0, digest=""), "--injected", "10") == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    assert (metrics / "variance-state.json").read_bytes() == before
