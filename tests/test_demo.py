"""``make demo``, as somebody sees it who has just cloned the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SMALL = {
    "ZF_CAPTURE_SAMPLES": "2",
    "ZF_CAPTURE_WARMUPS": "1",
    "ZF_CAPTURE_REPOSITORY": "empty",
    "ZF_CAPTURE_OVERHEAD_PAIRS": "0",
    "ZF_CAPTURE_SETTLE_MS": "50",
}
SHIPPED, OWN = "builtin · zshforge", "home · "
pytestmark = pytest.mark.pty


def demo(tmp_path: Path, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    for name in ("me", "scratch"):
        (tmp_path / name).mkdir(exist_ok=True)
    keep = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    places = {"HOME": str(tmp_path / "me"), "TMPDIR": str(tmp_path / "scratch")}
    return subprocess.run(
        command or [sys.executable, str(ROOT / "tools" / "demo.py")],
        capture_output=True,
        text=True,
        env={**keep, **places, **SMALL, **extra},
        cwd=ROOT,
        check=False,
        timeout=110,
    )


def start_file(tmp_path: Path, text: str, name: str = "me/.zshrc") -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def test_without_a_start_file_the_shipped_configuration_is_shown_alone(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.index("~/src/shop main ⇡1 *1 !1 ?1 ") < done.stdout.index("ms to prompt")
    assert SHIPPED in done.stdout
    assert OWN not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("try next: ")


def test_with_a_start_file_both_are_shown_and_the_run_is_on_disk(tmp_path: Path) -> None:
    start_file(tmp_path, "PS1='%m> '")
    done = demo(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.index(SHIPPED) < done.stdout.index(OWN)
    assert (tmp_path / "me/.local/state/zshforge/artifacts/metrics/perf-multi-current.json").exists()
    assert (tmp_path / "me/.zshrc").read_text() == "PS1='%m> '"


def test_a_zdotdir_counts_as_the_users_own(tmp_path: Path) -> None:
    start_file(tmp_path, "", "dots/.zshenv")
    assert OWN in demo(tmp_path, ZDOTDIR=str(tmp_path / "dots")).stdout


def test_a_start_file_that_cannot_be_measured_is_told_and_the_demo_goes_on(tmp_path: Path) -> None:
    start_file(tmp_path, "print here I stop; exit 3")
    done = demo(tmp_path)
    assert done.returncode == 0
    assert SHIPPED in done.stdout
    assert "status 3" in done.stderr
    assert "here I stop" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("try next: ")


def test_when_the_shipped_configuration_cannot_be_measured_its_code_is_the_demos(tmp_path: Path) -> None:
    start_file(tmp_path, "")
    done = demo(tmp_path, PATH="/nonexistent")
    assert done.returncode == 4
    assert "zsh" in done.stderr
    assert "not shown" in done.stdout
    assert "try next" not in done.stdout


def test_a_second_make_demo_says_nothing_of_a_set_up(tmp_path: Path) -> None:
    command = ("make", "--no-print-directory", "demo")
    demo(tmp_path, *command)
    done = demo(tmp_path, *command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("the shipped prompt")
