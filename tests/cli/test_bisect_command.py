"""``zf bisect``: a history with one slow commit in, that commit and its line out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ZF = [sys.executable, "-m", "zshforge"]
SMALL = {
    "ZF_CAPTURE_WARMUPS": "1",
    "ZF_CAPTURE_REPOSITORY": "empty",
    "ZF_CAPTURE_SETTLE_MS": "30",
    "ZF_CAPTURE_COMMAND_WINDOW_MS": "30",
    "ZF_COMPARE_RESAMPLES": "1000",
}
#: A wait of so many milliseconds without a fork: the clock is watched, because zselect counts in hundredths.
WAIT = "zmodload zsh/datetime; float t=$EPOCHREALTIME; while (( EPOCHREALTIME - t < {ms}e-3 )) {{ }}"
GIT = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]


def commit(work: Path, message: str, **files: str) -> None:
    for name, text in files.items():
        (work / "zsh" / {"rc": ".zshrc"}.get(name, f"{name}.zsh")).write_text(text)
    subprocess.run([*GIT, "add", "."], cwd=work, check=True)
    subprocess.run([*GIT, "commit", "-qm", message], cwd=work, check=True)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Five commits of a configuration; the third one waits eight milliseconds in one of its lines."""
    for name in ("work/zsh", "me", "scratch"):
        (tmp_path / name).mkdir(parents=True)
    work = tmp_path / "work"
    (work / "zf.toml").touch()
    subprocess.run([*GIT, "init", "-q", "-b", "main"], cwd=work, check=True)
    stood = f"print -r -- $PWD >> {tmp_path}/stood\n"
    rc = f"PS1='> '\n{stood}source ${{${{(%):-%x}}:A:h}}/inner.zsh\n"
    commit(work, "start", rc=rc, inner="a=1\n")
    commit(work, "an alias", rc=f"{rc}alias l=ls\n")
    slow = f"a=1\nb=2\n{WAIT.format(ms=8)}\nc=3\n"
    commit(work, "wait for nothing", inner=slow)
    commit(work, "another alias", rc=f"{rc}alias l=ls\nalias ll='ls -l'\n")
    (work / "elsewhere").write_text("text")
    commit(work, "a comment", inner=f"# a comment\n{slow}")
    return work


def zf(work: Path, *words: str) -> subprocess.CompletedProcess[str]:
    home, scratch = str(work.parent / "me"), str(work.parent / "scratch")
    environment = {**os.environ, "HOME": home, "TMPDIR": scratch, "COLUMNS": "100", **SMALL}
    return subprocess.run(
        [*ZF, "bisect", *words], cwd=work, env=environment, capture_output=True, text=True, check=False, timeout=280
    )


@pytest.mark.pty
@pytest.mark.timeout(300)
def test_the_commit_that_waits_and_its_line_are_found_and_the_work_tree_stays_as_it_is(work: Path) -> None:
    (work / "zsh/.zshrc").write_text("not committed\n")
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()}
    done = zf(work, "HEAD~4", "HEAD", "--path", "zsh", "--json", "--seed", "5")
    assert done.returncode == 1, done.stderr + done.stdout
    made = json.loads(done.stdout)
    assert made["verdict"] == "fail"
    assert made["culprit"]["subject"] == "wait for nothing"
    assert (made["place"]["file"], made["place"]["first"]) == ("zsh/inner.zsh", 3)
    assert made["place"]["text"] == [WAIT.format(ms=8)]
    assert made["difference_ms"] == pytest.approx(8, abs=4)
    assert "inner.zsh" in {segment["name"] for segment in made["segments"]}
    assert all(step["verdict"] in {"pass", "warn", "fail"} for step in made["steps"])
    after = {path: path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file()}
    assert after == before
    assert [path for path in (work.parent / "scratch").iterdir() if path.is_dir()] == []
    assert len(set((work.parent / "stood").read_text().split())) == 1, "each step made a repository to stand in"


@pytest.mark.pty
def test_nothing_slower_is_nothing_to_find(work: Path) -> None:
    done = zf(work, "HEAD~4", "HEAD~3", "--path", "zsh", "--effect", "8ms")
    assert done.returncode == 0, done.stderr
    assert "BAD is not slower than GOOD" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("HEAD", "HEAD~1", "--path", "zsh"), "no ancestor"),
        (("HEAD~1", "nowhere", "--path", "zsh"), "no revision"),
        (("HEAD~1", "HEAD", "--path", "nothing"), "no 'nothing'"),
        (("HEAD~1",), "BAD"),
    ],
)
def test_what_cannot_be_searched_gets_one_message_and_exit_code_2(
    work: Path, words: tuple[str, ...], told: str
) -> None:
    done = zf(work, *words)
    assert done.returncode == 2
    assert told in done.stderr


def test_commits_that_do_not_touch_the_configuration_are_no_suspects(work: Path) -> None:
    (work / "README").write_text("text")
    subprocess.run([*GIT, "add", "."], cwd=work, check=True)
    subprocess.run([*GIT, "commit", "-qm", "a readme"], cwd=work, check=True)
    done = zf(work, "HEAD~1", "HEAD", "--path", "zsh")
    assert done.returncode == 0
    assert "no commit between both touches the configuration" in done.stdout
