"""``zf compare``: two configurations or a recorded run in, a verdict and its exit code out."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from zshforge.shell.processes import processes_below

ZF = [sys.executable, "-m", "zshforge"]
SMALL = {
    "ZF_CAPTURE_WARMUPS": "1",
    "ZF_CAPTURE_REPOSITORY": "empty",
    "ZF_CAPTURE_SETTLE_MS": "30",
    "ZF_CAPTURE_COMMAND_WINDOW_MS": "30",
    "ZF_COMPARE_RESAMPLES": "1000",
}
SLEEP = "zmodload zsh/zselect; zselect -t 2\n"
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A dotfiles repository: plain, then a comment, then two hundredths of a second of sleep."""
    for name in ("work", "me", "scratch"):
        (tmp_path / name).mkdir()
    folder = tmp_path / "work"
    (folder / "zf.toml").touch()
    subprocess.run([*GIT, "init", "-q", "-b", "main"], cwd=folder, check=True)
    for text in ("PS1='> '\n", "PS1='> '\n# a comment\n", f"PS1='> '\n# a comment\n{SLEEP}"):
        (folder / ".zshrc").write_text(text)
        subprocess.run([*GIT, "add", "."], cwd=folder, check=True)
        subprocess.run([*GIT, "commit", "-qm", "zsh"], cwd=folder, check=True)
    return folder


def surroundings(work: Path) -> dict[str, str]:
    home, scratch = str(work.parent / "me"), str(work.parent / "scratch")
    return {**os.environ, "HOME": home, "TMPDIR": scratch, "COLUMNS": "100", **SMALL}


def zf(work: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ZF, "compare", *words],
        cwd=work,
        env=surroundings(work),
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@pytest.mark.pty
def test_the_commit_that_slept_fails_the_one_before_passes_and_the_record_gives_the_same_again(work: Path) -> None:
    passed = zf(work, "HEAD~2:.", "HEAD~1:.", "--json", "--seed", "3", "--effect", "8ms")
    assert passed.returncode == 0, passed.stderr
    assert document(passed)["verdict"] == "pass"

    failed = zf(work, "HEAD~1:.", "HEAD:.", "--json", "--seed", "3", "--pairs", "12,20")
    made = document(failed)
    assert (failed.returncode, made["verdict"]) == (1, "fail")
    assert "first_prompt_ms" in made["evidence"]
    assert made["metrics"]["first_prompt_ms"]["difference_ms"] == pytest.approx(20, abs=5)
    assert [stage["seed"] for stage in made["stages"]] == [3, 4]
    assert [culprit["name"] for culprit in made["culprits"]] == [".zshrc"]
    assert made["capabilities_lost"] == []
    assert made["metrics"]["first_prompt_ms"].keys() >= {"effect", "lower", "upper", "p", "mde", "verdict"}

    (work / "run.json").write_text(failed.stdout)
    again = zf(work, "--from", "run.json", "--json")
    assert (again.returncode, again.stdout) == (1, failed.stdout)
    assert (work / "artifacts/metrics/comparison.json").read_text() == failed.stdout
    zero = zf(work, "--from", "run.json", "--json", "--exit-zero")
    assert (zero.returncode, zero.stdout) == (0, failed.stdout)
    assert zf(work, "--from", "run.json", "--mode", "observe").returncode == 0
    assert zf(work, "--from", "run.json").stdout.startswith("fail  B is")


@pytest.mark.pty
def test_the_fresh_run_stands_where_the_first_one_stood(work: Path) -> None:
    log = work.parent / "stood"
    (work / ".zshrc").write_text(f"PS1='> '\nprint -r -- $PWD >> {log}\n")
    slow = work.parent / "slow"
    slow.mkdir()
    (slow / ".zshrc").write_text((work / ".zshrc").read_text() + SLEEP)
    done = zf(work, ".", str(slow), "--json", "--pairs", "12")
    assert (done.returncode, len(document(done)["stages"])) == (1, 2)
    assert len(set(log.read_text().split())) == 1, "a repository of 10,000 files took seconds, and was made twice"


@pytest.mark.pty
def test_it_says_how_long_it_may_take_and_ends_when_that_is_over(work: Path) -> None:
    wild = "zmodload zsh/zselect; zselect -t $(( RANDOM % 12 ))\nPS1='> '\n"
    (work / ".zshrc").write_text(wild)
    done = zf(work, ".", ".", "--json", "--budget", "4", "--effect", "0.5ms", "--effect", "0.1%")
    made = document(done)
    assert "4 s at most, 6 s when an alarm must be confirmed" in done.stderr
    assert (done.returncode, made["verdict"]) == (3, "inconclusive")
    assert made["rules"]["budget_s"] == 4
    assert made["stages"][0]["rounds"] < 240
    assert made["looks"][-1]["pairs"] == made["stages"][0]["rounds"]


@pytest.mark.pty
def test_only_what_gates_is_measured_unless_all_is_asked_for(work: Path) -> None:
    words = ("HEAD~2:.", "HEAD~1:.", "--json", "--pairs", "10", "--effect", "90%", "--quiet")
    short = zf(work, *words)
    assert short.stderr == ""
    assert document(short)["metrics"]["exit_ms"]["pairs"] == 0
    assert document(short)["metrics"]["input_ms"]["pairs"] == 0
    assert document(short)["metrics"]["command_ms"]["pairs"] == 10
    every = document(zf(work, *words, "--all-metrics"))
    assert every["metrics"]["exit_ms"]["pairs"] == every["metrics"]["input_ms"]["pairs"] == 10


@pytest.mark.pty
def test_a_capture_of_two_is_judged_without_measuring_and_fails_nothing_unconfirmed(work: Path) -> None:
    captured = subprocess.run(
        [*ZF, "capture", "HEAD~1:.", "HEAD:.", "-n", "10", "--json"],
        cwd=work,
        env=surroundings(work),
        capture_output=True,
        text=True,
        check=True,
    )
    (work / "set.json").write_text(captured.stdout)
    done = zf(work, "--from", "set.json", "--json")
    assert (done.returncode, document(done)["verdict"]) == (3, "inconclusive")
    assert "no fresh run has confirmed it" in document(done)["reasons"]
    assert zf(work, "--from", "set.json", "--no-confirm").returncode == 1


@pytest.mark.pty
def test_an_interrupt_ends_with_130_and_leaves_nothing(work: Path) -> None:
    running = subprocess.Popen(
        [*ZF, "compare", "HEAD~1:.", "HEAD:."],
        cwd=work,
        env=surroundings(work),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    scratch = work.parent / "scratch"
    until = time.monotonic() + 20
    while time.monotonic() < until and not any(path.is_dir() for path in scratch.iterdir()):
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=20) == 130
    assert [path for path in scratch.iterdir() if path.is_dir()] == []
    assert processes_below(scratch) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "two configurations"),
        (("one",), "two configurations"),
        (("HEAD:.", "HEAD:.", "HEAD:."), "two configurations"),
        (("HEAD:.", "nowhere:."), "no revision"),
        (("HEAD:.", "HEAD~1:.", "--effect", "fast"), "no effect"),
        (("HEAD:.", "HEAD~1:.", "--pairs", "30,16"), "no growing numbers"),
        (("HEAD:.", "--from", "x.json"), "leave A and B out"),
    ],
)
def test_what_cannot_be_compared_gets_one_message_and_exit_code_2(
    work: Path, words: tuple[str, ...], told: str
) -> None:
    done = zf(work, *words)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("text", "code"), [(None, 3), ("", 4), ("{", 4), ('{"schema": "comparison.v9"}', 4), ("[]", 4)]
)
def test_a_broken_record_gets_one_message(work: Path, text: str | None, code: int) -> None:
    if text is not None:
        (work / "x.json").write_text(text)
    done = zf(work, "--from", "x.json")
    assert done.returncode == code
    assert done.stderr.count("\n") == 1
