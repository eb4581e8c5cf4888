"""``zf budget`` through the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from recorded_runs import recorded_run

from zshforge.cli import main
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from pathlib import Path

COMPINIT = {"compinit": (300.0, 301.0, 299.0, 300.5, 300.2)}


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zf.toml").touch()
    monkeypatch.chdir(tmp_path)
    write_artifact(tmp_path / "artifacts/metrics/perf-multi-current.json", recorded_run("r1", segments=COMPINIT))
    return tmp_path / "artifacts/metrics"


def test_a_dry_run_tells_and_an_enforced_one_fails(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["budget", "--phase", "final"]) == 0
    assert capsys.readouterr().out.startswith("fail · compinit costs 300.2 ms, its budget is 250 ms")
    assert main(["budget", "--phase", "final", "--enforce", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((metrics / "perf-budget.json").read_bytes())
    assert (printed["violations"], printed["enforce"], printed["mode"]) == (1, True, "budget")
    assert main(["budget", "--enforce"]) == 0


@pytest.mark.usefixtures("metrics")
def test_the_guides_variables_replace_a_budget_and_enforce(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BUDGET_COMPINIT", "200")
    monkeypatch.setenv("ENFORCE", "1")
    assert main(["budget", "--json"]) == 1
    line = next(row for row in json.loads(capsys.readouterr().out)["lines"] if row["name"] == "compinit")
    assert (line["limit_ms"], line["set_by"]) == (200.0, "environment BUDGET_COMPINIT")
    monkeypatch.setenv("BUDGET_COMPINIT", "500")
    monkeypatch.setenv("PERF_BUDGET_PHASE", "final")
    assert main(["budget"]) == 0


def test_a_missing_segment_is_spared_by_name(metrics: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_artifact(metrics / "perf-multi-current.json", recorded_run())
    assert main(["budget", "--enforce"]) == 3
    assert main(["budget", "--enforce", "--allow-missing", "compinit"]) == 0
    monkeypatch.setenv("ALLOW_MISSING_COMPINIT", "1")
    assert main(["budget", "--enforce"]) == 0


def test_the_ratchet_remembers_runs_between_calls(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline", "save"])
    greens = []
    for run_id in ("r2", "r3", "r3", "r4", "r5"):
        write_artifact(metrics / "perf-multi-current.json", recorded_run(run_id, segments=COMPINIT))
        capsys.readouterr()
        main(["budget", "--json"])
        ratchet = json.loads(capsys.readouterr().out)["ratchet"]
        greens.append((ratchet["allowed_pct"], len(ratchet["greens"])))
    assert greens == [(10.0, 1), (10.0, 2), (10.0, 2), (10.0, 3), (7.0, 1)]


@pytest.mark.parametrize("words", [["--phase", "soon"], ["--allow-missing", "x"]])
@pytest.mark.usefixtures("metrics")
def test_words_that_name_nothing_are_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["budget", *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_broken_input_is_one_message_and_no_pass(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (metrics / "perf-budget.json").write_bytes(b'{"schema": "perf-bud')
    (metrics / "preplugin-baseline.json").write_bytes(b"")
    assert main(["budget", "--enforce"]) == 4
    (metrics / "perf-multi-current.json").unlink()
    assert main(["budget"]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 2
