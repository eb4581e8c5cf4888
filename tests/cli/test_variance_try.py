"""``zf variance try``: the gate is tried on purpose, in real terminals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SMALL = {
    "ZF_CAPTURE_WARMUPS": "1",
    "ZF_CAPTURE_REPOSITORY": "empty",
    "ZF_CAPTURE_SETTLE_MS": "30",
    "ZF_CAPTURE_COMMAND_WINDOW_MS": "30",
    "ZF_CAPTURE_OVERHEAD_PAIRS": "0",
    "ZF_COMPARE_RESAMPLES": "400",
    "ZF_LADDER_SAME_TRIALS": "1",
    "ZF_LADDER_INJECTED_MS": "40",
}


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A workspace with a ZDOTDIR, and a run of it that was counted."""
    for name in ("me", "scratch", "dots"):
        (tmp_path / name).mkdir()
    (tmp_path / "zf.toml").touch()
    (tmp_path / "dots/.zshrc").write_text("PS1='> '\n")
    return tmp_path


def zf(work: Path, *words: str) -> subprocess.CompletedProcess[str]:
    around = {**os.environ, "HOME": str(work / "me"), "TMPDIR": str(work / "scratch"), "COLUMNS": "100", **SMALL}
    return subprocess.run(
        [sys.executable, "-m", "zshforge", *words],
        cwd=work,
        env=around,
        capture_output=True,
        text=True,
        check=False,
        timeout=115,
    )


@pytest.mark.pty
def test_a_known_slowdown_is_put_in_found_and_taken_as_evidence(work: Path) -> None:
    assert zf(work, "capture", "./dots", "-n", "2").returncode == 0
    assert zf(work, "variance").returncode == 0
    done = zf(work, "variance", "try", "--seed", "3", "--json", "-q")
    assert done.returncode == 0, done.stderr
    trials: list[dict[str, Any]] = json.loads(done.stdout)["ladder"]["trials"]
    assert [trial["kind"] for trial in trials] == ["same", "injected"]
    assert trials[0]["outcome"] in ("quiet", "inconclusive")  # a busy machine may leave it open; an alarm is false
    assert (trials[1]["outcome"], trials[1]["injected_ms"]) == ("detected", 40)
    kept = list((work / "artifacts/metrics/trials").iterdir())
    assert len(kept) == 2
    assert (work / "dots/.zshrc").read_text() == "PS1='> '\n"
    assert list((work / "scratch").glob("zf-*")) == []


def test_without_a_counted_run_nothing_is_measured(work: Path) -> None:
    done = zf(work, "variance", "try")
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
