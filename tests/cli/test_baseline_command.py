"""``zf baseline`` through the command line."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from recorded_runs import recorded_run

from zshforge.cli import main
from zshforge.model.sample import Latencies, Lifecycle
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.model.run import Run


@pytest.fixture
def metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zf.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "artifacts/metrics"


@pytest.fixture
def current(metrics: Path) -> Path:
    return metrics / "perf-multi-current.json"


def test_the_last_run_is_saved_with_its_machine_and_listed_as_usable(
    current: Path, metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_artifact(current, recorded_run("r1"))
    assert main(["baseline", "save"]) == 0
    assert main(["baseline", "save", "legacy"]) == 0
    assert (metrics / "perf-baseline.json").is_file()
    capsys.readouterr()
    assert main(["baseline", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["baselines"]
    assert [(r["name"], r["kind"], r["state"], r["samples"]) for r in rows] == [
        ("default", "current", "usable", 5),
        ("legacy", "legacy", "usable", 5),
        ("legacy", "pre_plugin", "usable", 5),
    ]
    assert {row["config_digest"] for row in rows} == {"0123456789abcdef"}


def test_an_earlier_baseline_of_the_name_is_kept_and_not_listed(
    current: Path, metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for run_id in ("r1", "r2"):
        write_artifact(current, recorded_run(run_id))
        main(["baseline", "save"])
    assert json.loads((metrics / "perf-baseline.previous.json").read_bytes())["run_id"] == "r1"
    capsys.readouterr()
    main(["baseline", "list", "--json"])
    assert [row["run_id"] for row in json.loads(capsys.readouterr().out)["baselines"]] == ["r2", "r2"]


def test_a_run_of_another_machine_is_refused_with_the_field(
    current: Path, metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_artifact(current, recorded_run(host="far-away"))
    assert main(["baseline", "save"]) == 3
    told = capsys.readouterr().err
    assert "far-away" in told
    assert f"host is {platform.node()!r} here" in told
    assert not (metrics / "perf-baseline.json").exists()


def _empty(run: Run) -> Run:
    return replace(run, per_run=(), samples=0, authentic_samples=0)


def _zero(run: Run) -> Run:
    nothing = replace(run.per_run[0], latencies=Latencies(first_prompt_ms=0.0), lifecycle=Lifecycle(), markers=())
    return replace(run, per_run=(nothing,) * 5)


def _partial(run: Run) -> Run:
    return replace(run, partial=True)


def _lying(run: Run) -> Run:
    told = replace(run.per_run[0].lifecycle, pre_plugin_total_ms=1.0)
    return replace(run, per_run=(replace(run.per_run[0], lifecycle=told), *run.per_run[1:]))


def _identical(run: Run) -> Run:
    return replace(run, per_run=(run.per_run[0],) * 5)


@pytest.mark.parametrize("bend", [_empty, _zero, _partial, _lying, _identical])
def test_a_run_that_cannot_be_held_against_is_refused(bend: object, current: Path, metrics: Path) -> None:
    assert callable(bend)
    write_artifact(current, bend(recorded_run()))
    assert main(["baseline", "save"]) == 3
    assert list(metrics.glob("*baseline*")) == []


def test_without_a_run_nothing_is_saved_and_the_way_is_told(metrics: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "save"]) == 3
    assert "zf capture" in capsys.readouterr().err
    assert not metrics.exists()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"schema": "baseline.v1"', b'{"schema": "perf-multi.v2"}'])
def test_a_broken_file_is_one_message_and_a_listed_reason(
    content: bytes, current: Path, metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics.mkdir(parents=True)
    current.write_bytes(content)
    (metrics / "perf-baseline.json").write_bytes(content)
    assert main(["baseline", "save", "x"]) == 4
    assert main(["baseline", "show"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert main(["baseline", "list", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["baselines"][0]
    assert (row["state"], len(row["reasons"])) == ("unusable", 1)


def test_a_baseline_that_was_edited_is_listed_as_unusable(
    current: Path, metrics: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_artifact(current, recorded_run())
    main(["baseline", "save"])
    file = metrics / "perf-baseline.json"
    record = json.loads(file.read_bytes())
    record["samples"][0]["lifecycle"]["pre_plugin_total_ms"] = 1.0
    file.write_text(json.dumps(record))
    capsys.readouterr()
    main(["baseline", "list"])
    assert capsys.readouterr().out.startswith("unusable")


def test_one_baseline_is_shown_and_a_missing_one_is_named(current: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_artifact(current, recorded_run("r7"))
    main(["baseline", "save", "before-zinit"])
    assert main(["baseline", "show", "before-zinit"]) == 0
    out = capsys.readouterr().out
    assert "before-zinit (named)" in out
    assert "run r7" in out
    assert main(["baseline", "show", "nothing"]) == 3
    assert main(["baseline", "show", "../x"]) == 2
