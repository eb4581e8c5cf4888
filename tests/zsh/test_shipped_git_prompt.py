"""The prompt in a git repository: every state, at once or soon after, in the background, and nothing is executed."""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from live import Live
from repositories import BASE, git

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

CLONE = "git clone -q . ../up && git remote add up ../up && git fetch -q up && git branch -qu up/main"
CONFLICT = (
    "git checkout -qb other && echo 1 >base && git commit -qam one && git checkout -q main && echo 2 >base"
    " && git commit -qam two; "
)


@pytest.mark.parametrize(
    ("commands", "shown"),
    [
        ("true", "main"),
        (BASE, "main"),
        (f"{BASE} && touch new && git add new", r"main \+1"),
        (f"{BASE} && echo x >base", "main !1"),
        (f"{BASE} && touch a b", r"main \?2"),
        (f"{BASE} && echo x >base && git stash -q", r"main \*1"),
        (f"{BASE} && {CLONE} && git commit -q --allow-empty -m a && git commit -q --allow-empty -m b", "main ⇡2"),
        (f"{BASE} && git commit -q --allow-empty -m a && {CLONE} && git reset -q --hard HEAD^", "main ⇣1"),
        (
            (
                f"{BASE} && git commit -q --allow-empty -m a && {CLONE} && git reset -q --hard HEAD^"
                " && git commit -q --allow-empty -m b && echo x >base && git stash -q"
                " && touch n s && git add s && echo y >base"
            ),
            r"main ⇡1⇣1 \*1 \+1 !1 \?1",
        ),
        (f"{BASE} && {CONFLICT} git merge other", "main merge ~1"),
        (f"{BASE} && {CONFLICT} git rebase other", "main rebase ~1"),
        (f"{BASE} && {CONFLICT} git rebase --apply other", "main rebase ~1"),
        (f"{BASE} && {CONFLICT} git cherry-pick other", "main cherry-pick ~1"),
        (f"{BASE} && {CONFLICT} git revert --no-commit other", "main revert ~1"),
        (f"{BASE} && git bisect start", "main bisect"),
        (f"{BASE} && git checkout -q --detach", "@[0-9a-f]{8}"),
        (f"{BASE} && git tag v1.0 && git checkout -q v1.0", "#v1.0"),
        (f"{BASE} && git checkout -qb feat/deep/er && git pack-refs --all", "feat/deep/er"),
        (
            f"{BASE} && git checkout -qb 'we%F{{red}}ird$(touch${{IFS}}ran)`touch${{IFS}}ran`'",
            r"we%F\{red\}ird\$\(touch\$\{IFS\}ran\)`t…",
        ),
    ],
)
def test_every_state_of_a_repository_is_shown(shell: Shell, commands: str, shown: str) -> None:
    folder = shell.root / "zf-here"
    git(folder, commands)
    with Live(shell, size=(160, 24)) as live:
        live.until(lambda: bool(re.search(rf"zf-here {shown} [#%]$", live.last)))
        live.rest()
        assert re.search(rf"zf-here {shown} [#%]$", live.last)
        live.run("setopt prompt_subst; : again")
        assert re.search(rf"zf-here {shown} [#%]$", live.last)
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("kind", ["worktree", "submodule", "GIT_DIR", "deep folder"])
def test_the_branch_is_found_wherever_git_keeps_it(shell: Shell, kind: str) -> None:
    folder, env = shell.root / "zf-here", dict[str, str]()
    git(folder, BASE)
    start = folder
    if kind == "worktree":
        git(folder, "git worktree add -q -b side ../linked")
        start = shell.root / "linked"
    elif kind == "submodule":
        git(folder, "git -c protocol.file.allow=always submodule add -q ./ sub && git -C sub checkout -qb side")
        start = folder / "sub"
    elif kind == "GIT_DIR":
        (shell.root / "else").mkdir()
        git(folder, "git checkout -qb side")
        start, env = shell.root / "else", {"GIT_DIR": str(folder / ".git"), "GIT_WORK_TREE": str(folder)}
    else:
        start = folder / "a" / "b c" / "d"
        start.mkdir(parents=True)
        git(folder, "git checkout -qb side")
    with Live(shell, folder=start, size=(160, 24), env=env) as live:
        live.until(lambda: bool(re.search(r" side( .*)? [#%]$", live.last)))


@pytest.mark.parametrize(
    "head", ["", "ref: ", "nonsense", "ref: refs/heads/a\x1b[31mb\nc", "ref: refs/heads/" + "x" * 5000, "\x00\x01"]
)
def test_a_broken_repository_keeps_no_prompt_away(shell: Shell, head: str) -> None:
    folder = shell.root / "zf-here"
    git(folder, BASE)
    (folder / ".git" / "HEAD").write_text(head)
    with Live(shell) as live:
        live.rest()
        live.run("print -r -- alive")
        assert "alive" in live.lines()
        assert b"\x1b[31mb" not in live.raw.replace(b"\x1b[31mroot", b"")


def test_a_git_file_that_points_nowhere_is_no_repository(shell: Shell) -> None:
    (shell.root / "zf-here" / ".git").write_text("gitdir: /nowhere\n")
    with Live(shell) as live:
        live.until(lambda: bool(re.search(r"zf-here [#%]$", live.last)))


def slow_git(shell: Shell, seconds: float) -> str:
    """A git that takes its time, and notes when it began and ended; returns a PATH with it."""
    folder = shell.root / "bin"
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\necho "begin $*" >>{shell.root}/git.log\nsleep {seconds}\n/usr/bin/git "$@"; r=$?\n'
        f"echo end >>{shell.root}/git.log\nexit $r\n"
    )
    (folder / "git").chmod(0o755)
    return f"{folder}:{os.defpath}"


def log(shell: Shell) -> list[str]:
    """What the slow git noted: `begin` and `end`."""
    file = shell.root / "git.log"
    return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


def test_a_slow_git_blocks_nothing_and_is_never_run_twice_at_once(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    with Live(shell, PATH=slow_git(shell, 1.5)) as live:
        live.until(lambda: log(shell) == ["begin"])
        began = time.monotonic()
        for _ in range(5):
            live.run(":")
        assert log(shell) == ["begin"], "a second scan began while the first one ran"
        assert time.monotonic() - began < 1.5
        live.until("?1")
        live.until(lambda: log(shell) == ["begin", "end", "begin", "end"])
        live.rest(0.5)
        assert log(shell) == ["begin", "end", "begin", "end"], "five questions while one ran are one question"


def test_a_git_that_never_ends_is_killed_and_let_alone(shell: Shell) -> None:
    git(shell.root / "zf-here", BASE)
    with Live(shell, PATH=slow_git(shell, 60), ZF_GIT_TIMEOUT="1") as live:
        live.until(lambda: log(shell) == ["begin"])
        live.rest(1.5)
        live.run(":")
        live.run("print -r -- alive; jobs")
        live.rest(0.5)
        assert log(shell) == ["begin"]
        assert live.lines()[-3].startswith("alive")
        assert not re.search(r"terminated|killed|done +\(|\[1\]", "\n".join(live.lines()))


def test_what_is_found_out_is_not_shown_in_another_folder(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    other = shell.root / "other"
    other.mkdir()
    git(other, BASE)
    with Live(shell, PATH=slow_git(shell, 0.7)) as live:
        live.until(lambda: log(shell) == ["begin"])
        live.run("cd ../other")
        live.until(lambda: log(shell).count("end") >= 2)
        live.rest(0.5)
        assert re.search(r"/other main [#%]$", live.last)
        live.run("cd ../zf-here")
        live.until("?1")


def test_a_change_shows_after_the_command_that_made_it(shell: Shell) -> None:
    git(shell.root / "zf-here", BASE)
    with Live(shell) as live:
        live.until("main")
        live.run("touch one two")
        live.until(lambda: "main ?2" in live.last)
        live.run("git add one")
        live.until(lambda: "main +1 ?1" in live.last)
        live.run("git checkout -q -b side; rm -f one two; git reset -q")
        live.until(lambda: bool(re.search(r"side [#%]$", live.last)))


def test_no_job_no_message_and_no_dead_child_is_left(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    with Live(shell) as live:
        for _ in range(3):
            live.run(":")
            live.until("?1")
        live.rest(0.5)
        of_the_shell = ["ps", "-o", "stat=,comm=", "--ppid", str(live.child.pid)]
        # In a new home bundle and dumps are still being made; a dead child would stay.
        live.until(lambda: subprocess.run(of_the_shell, capture_output=True, check=False).stdout == b"")
        live.run("jobs; print -r -- jobs: ${#jobstates}")
        assert "jobs: 0" in live.lines()


def test_without_git_the_branch_is_shown_all_the_same(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    shell.write_local("post/path", "path=(/nowhere)")
    with Live(shell) as live:
        live.rest(0.5)
        assert re.search(r"zf-here main [#%]$", live.last)


def test_a_command_of_an_untrusted_repository_is_not_run(shell: Shell) -> None:
    folder = shell.root / "zf-here"
    git(folder, f"{BASE} && git config core.fsmonitor 'touch {shell.root}/ran; false'")
    with Live(shell) as live:
        live.rest(0.7)
    assert not (shell.root / "ran").exists()


def test_what_is_typed_while_the_state_arrives_stays(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    with Live(shell, PATH=slow_git(shell, 0.5)) as live:
        live.until(lambda: log(shell) == ["begin"])
        live.press("print -r -- half")
        live.until(lambda: bool(re.search(r"main \?1 [#%] print -r -- half$", live.last)))
        assert len([line for line in live.lines() if "zf-here" in line]) == 1
        live.press("way\n")
        live.until(lambda: "halfway" in live.lines())


def test_the_scan_may_be_switched_off(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    with Live(shell, PATH=slow_git(shell, 0), ZF_GIT_STATUS="0") as live:
        live.rest(0.5)
        assert re.search(r"zf-here main [#%]$", live.last)
    assert log(shell) == []
