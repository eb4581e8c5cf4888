"""``zf capture --require``: segments that every session must show."""

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
    "ZF_CAPTURE_WARMUPS": "0",
    "ZF_CAPTURE_REPOSITORY": "empty",
    "ZF_CAPTURE_SETTLE_MS": "30",
    "ZF_CAPTURE_OVERHEAD_PAIRS": "0",
}


def zf(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "me").mkdir(exist_ok=True)
    (folder / "zf.toml").touch()
    around = {**os.environ, "HOME": str(folder / "me"), "TMPDIR": str(folder), **SMALL, **environment}
    return subprocess.run(
        [sys.executable, "-m", "zshforge", "capture", "builtin", "-n", "1", "--json", *words],
        cwd=folder,
        env=around,
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def flags(done: subprocess.CompletedProcess[str]) -> list[str]:
    found: dict[str, Any] = json.loads(done.stdout)
    return [flag for flag in found["sample_flags"] if flag.startswith("missing:")]


@pytest.mark.pty
def test_a_required_segment_that_is_not_there_is_named_and_the_run_is_no_pass(tmp_path: Path) -> None:
    done = zf(tmp_path, "--require", "00-path-safety", "--require", "zgenom-init")
    assert (done.returncode, flags(done)) == (3, ["missing:zgenom-init"])
    assert json.loads(done.stdout)["authentic_samples"] == 0


@pytest.mark.pty
def test_required_segments_that_are_there_change_nothing(tmp_path: Path) -> None:
    done = zf(tmp_path, ZF_CAPTURE_REQUIRED_LABELS="00-path-safety, 60-ui-prompt")
    assert (done.returncode, flags(done)) == (0, [])
