"""``zf ledger`` through the command line."""

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


def run_of(run_id: str, day: int, compinit: float) -> Run:
    each = [compinit * part for part in (1.0, 1.01, 0.99, 1.02, 0.98)]
    run = recorded_run(run_id, post=[ms + 15 for ms in each], segments={"compinit": each})
    return replace(run, timestamp=f"2026-01-{day:02}T00:00:00+00:00")


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zf.toml").touch()
    monkeypatch.chdir(tmp_path)
    write_artifact(tmp_path / "artifacts/metrics/perf-multi-current.json", run_of("r1", 1, 12))
    return tmp_path / "artifacts/metrics"


def measured(metrics: Path, run: Run) -> None:
    write_artifact(metrics / "perf-multi-current.json", run)


def test_the_last_run_is_told_written_and_kept(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger"]) == 0
    assert capsys.readouterr().out.startswith("pass · ")
    assert main(["ledger", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((metrics / "perf-ledger.json").read_bytes())
    assert (printed["schema"], printed["segments"][0]["name"]) == ("module-ledger.v2", "compinit")
    assert printed["segments"][0]["class"] == "heavy"
    assert [file.name for file in (metrics / "ledger-history").iterdir()] == ["perf-ledger-20260101-r1.json"]


def test_a_budget_fails_only_when_asked(
    metrics: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ledger", "--budget", "compinit:10"]) == 0
    assert "fail · compinit costs 12.0 ms, its budget is 10 ms" in capsys.readouterr().out
    assert main(["ledger", "--budget", "compinit:10", "--fail-on-over"]) == 1
    monkeypatch.setenv("PERF_LEDGER_FAIL_ON_OVER", "1")
    assert main(["ledger", "--budget", "compinit:10"]) == 1
    assert main(["ledger", "--budget", "compinit:10", "--observe"]) == 0
    assert main(["ledger", "--budget", "compinit"]) == 2
    assert metrics.exists()


def test_the_largest_rise_over_the_baseline_is_in_it(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline", "save"])
    measured(metrics, run_of("r2", 2, 15))
    capsys.readouterr()
    assert main(["ledger", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["max_positive_regression_pct"] == pytest.approx(25, abs=0.1)
    assert printed["regression_against"] == "baseline default"


def test_snapshots_are_listed_and_compared(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for run_id, day, ms in (("r1", 1, 12.0), ("r2", 2, 12.5), ("r3", 3, 300.0)):
        measured(metrics, run_of(run_id, day, ms))
        main(["ledger"])
    capsys.readouterr()
    assert main(["ledger", "history"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        "2026-01-01",
        "2026-01-02",
        "2026-01-03",
    ]
    assert main(["ledger", "compare"]) == 0
    assert "compinit rose by" in capsys.readouterr().out
    assert main(["ledger", "compare", "r1", "20260102", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["schema"], printed["verdict"]) == ("ledger-diff.v1", "pass")
    assert main(["ledger", "compare", "r1", "r9"]) == 3


def test_broken_and_missing_input_is_one_message(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "history"]) == 3
    assert main(["ledger", "compare"]) == 3
    (metrics / "perf-multi-current.json").write_bytes(b'{"schema": "perf-mul')
    assert main(["ledger"]) == 4
    (metrics / "perf-multi-current.json").unlink()
    assert main(["ledger"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 4
    assert not (metrics / "perf-ledger.json").exists()


def test_a_snapshot_that_cannot_be_read_is_told_and_hides_no_other(
    metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["ledger"])
    (metrics / "ledger-history/perf-ledger-20251231-x.json").write_bytes(b"")
    capsys.readouterr()
    assert main(["ledger", "--json"]) == 0
    assert "perf-ledger-20251231-x.json" in json.loads(capsys.readouterr().out)["notes"][0]
