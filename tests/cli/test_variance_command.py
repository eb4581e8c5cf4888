"""``zf variance`` through the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from recorded_runs import recorded_run

from zshforge.cli import main
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.model.run import Run


def run_of(day: int) -> Run:
    pre, post = [5 + day / 50 + part / 100 for part in range(5)], [20 + day / 30 + part / 50 for part in range(5)]
    return replace(recorded_run(f"r{day}", pre, post), timestamp=f"2026-01-{day:02}T00:00:00+00:00")


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zf.toml").touch()
    monkeypatch.chdir(tmp_path)
    write_artifact(tmp_path / "artifacts/metrics/perf-multi-current.json", run_of(1))
    return tmp_path / "artifacts/metrics"


def measured(metrics: Path, run: Run) -> None:
    write_artifact(metrics / "perf-multi-current.json", run)


def test_runs_are_counted_once_written_and_logged(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["variance"]) == 0
    assert capsys.readouterr().out.startswith("candidate · 1 stable run")
    assert main(["variance"]) == 0
    state = (metrics / "variance-state.json").read_bytes()
    log = (metrics / "variance-log.md").read_text()
    assert main(["variance", "--json"]) == 0
    assert (metrics / "variance-state.json").read_bytes() == state
    assert (metrics / "variance-log.md").read_text() == log
    assert log.count("| candidate |") == 3
    capsys.readouterr()
    measured(metrics, run_of(2))
    assert main(["variance", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((metrics / "variance-state.json").read_bytes())
    assert (printed["schema"], printed["decision"], printed["stable_run_count"]) == (
        "variance-state.v2",
        "enable_warn",
        2,
    )
    assert printed["thresholds"]["rsd_warn_max"] == 0.05
    assert (metrics / "variance-log.md").read_text().startswith(log)


def test_the_state_is_shown_without_counting(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["variance", "show"]) == 3
    main(["variance"])
    measured(metrics, run_of(2))
    capsys.readouterr()
    assert main(["variance", "show"]) == 0
    assert capsys.readouterr().out.startswith("candidate · 1 stable run")


def test_the_guides_threshold_holds(metrics: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIANCE_RSD_THRESHOLD_WARN", "0.0001")
    assert main(["variance"]) == 0
    assert json.loads((metrics / "variance-state.json").read_bytes())["decision"] == "observe"


def test_another_configuration_is_refused_until_one_begins_anew(
    metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["variance"])
    measured(metrics, replace(run_of(2), config="home"))
    assert main(["variance"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert main(["variance", "--restart"]) == 0
    made = json.loads((metrics / "variance-state.json").read_bytes())
    assert (made["config"], made["stable_run_count"]) == ("home", 1)
    assert "| r" not in (metrics / "variance-log.md").read_text().splitlines()[0]


def test_a_partial_run_is_pending_and_told(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured(metrics, replace(run_of(1), partial=True, auth_shortfall=2))
    assert main(["variance", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["decision"], printed["partial"], printed["auth_shortfall"]) == ("pending", True, 2)


@pytest.mark.parametrize("content", [b"", b'{"schema": "variance-st', b'{"schema": "variance-state.v1"}', b"[]"])
def test_a_broken_state_is_one_message_and_stays_as_it_is(
    content: bytes, metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (metrics / "variance-state.json").write_bytes(content)
    assert main(["variance"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert (metrics / "variance-state.json").read_bytes() == content
    assert not (metrics / "variance-log.md").exists()


def test_nothing_measured_is_one_message(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (metrics / "perf-multi-current.json").unlink()
    assert main(["variance"]) == 3
    (metrics / "perf-multi-current.json").write_bytes(b'{"schema": "settings.v1"}')
    assert main(["variance"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 2
