"""``zf diff`` through the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from recorded_runs import recorded_run

from zshforge.cli import main
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = {"compinit": (100.0, 101.0, 99.0, 100.5, 100.2)}
AFTER = {"compinit": (300.0, 301.0, 299.0, 300.5, 300.2)}


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zf.toml").touch()
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "artifacts/metrics"
    write_artifact(folder / "perf-multi-current.json", recorded_run("r1", segments=BEFORE))
    main(["baseline", "save"])
    write_artifact(folder / "perf-multi-current.json", recorded_run("r2", segments=AFTER))
    return folder


def test_a_regression_is_told_written_and_fails_only_when_asked(
    metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff"]) == 0
    assert capsys.readouterr().out.startswith("fail · compinit rose by 200 ms (+199.6 %)")
    assert main(["diff", "--fail", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((metrics / "perf-diff.json").read_bytes())
    assert (printed["schema"], printed["counts"]["regressions"]) == ("perf-diff.v1", 1)
    assert printed["details"]["regressions"][0]["name"] == "compinit"


@pytest.mark.usefixtures("metrics")
def test_the_guides_variable_gates_and_a_flag_beats_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERF_DIFF_FAIL_ON_REGRESSION", "1")
    assert main(["diff"]) == 1
    assert main(["diff", "--observe"]) == 0
    assert main(["diff", "--abs", "500"]) == 0


def test_two_files_are_compared(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(metrics / "perf-multi-current.json"), "artifacts/metrics/perf-baseline.json"]
    assert main(["diff", *files, "--fail"]) == 0
    assert "improvements" in capsys.readouterr().out


@pytest.mark.usefixtures("metrics")
def test_what_is_missing_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "nothing"]) == 3
    assert main(["diff", "no/such/file"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize("content", [b"", b'{"schema": "perf-multi.v2", "run_', b'{"schema": "settings.v1"}', b"null"])
def test_a_broken_run_is_one_message(content: bytes, metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (metrics / "perf-multi-current.json").write_bytes(content)
    assert main(["diff"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1
