"""What rules advise is zsh that works."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from zshforge.explain.rules import RULES, rule
from zshforge.explain.rules.own_work import exactly

if TYPE_CHECKING:
    from pathlib import Path


def zsh(script: str, home: Path) -> str:
    environment = {"HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}"}
    done = subprocess.run(["zsh", "-fc", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("code", [one.code for one in RULES if one.page.example])
def test_an_example_can_be_read(code: str, tmp_path: Path) -> None:
    file = tmp_path / "example.zsh"
    file.write_text(rule(code).page.example)
    done = subprocess.run(["zsh", "-fn", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_kept_text_is_made_once_and_again_when_the_program_is_younger(tmp_path: Path) -> None:
    tool = tmp_path / "bin" / "zoxide"
    tool.parent.mkdir()
    tool.write_text(f"#!/bin/sh\necho x >> {tmp_path}/ran\necho 'value=$((value + 1))'\n")
    tool.chmod(0o755)
    os.utime(tool, (1e9, 1e9))
    example = rule("ZF111").page.example
    assert zsh(f"{example}\n{example}\nprint $value $+_init_cache", tmp_path) == "2 0\n"
    assert (tmp_path / "ran").read_text() == "x\n"
    os.utime(tool, (4e9, 4e9))
    zsh(example, tmp_path)
    assert (tmp_path / "ran").read_text() == "x\nx\n"


def test_the_check_once_a_day_leaves_completion_as_it_is_without(tmp_path: Path) -> None:
    own, framework = rule("ZF104").page.example.split("\n# where a framework calls compinit:\n")
    count = "print $#_comps $+functions[compdef]"
    plain = zsh(f"autoload -Uz compinit; compinit -u; {count}", tmp_path)
    own = own.replace("compinit &&", "compinit -u &&")
    for script in (own, own, f"{framework}\ncompinit -u"):
        assert zsh(f"autoload -Uz compinit\n{script}\n{count}", tmp_path) == plain
    assert (tmp_path / ".zcompdump.checked").exists()


@pytest.mark.parametrize(
    "line", ["$(whoami)", "$(hostname)", "$(id -u)", "$(id -g)", '"$(id -un)"', "$(cat /etc/hostname)"]
)
def test_what_replaces_a_process_has_the_same_value(line: str, tmp_path: Path) -> None:
    new = exactly(f"print -r -- {line}")
    assert new is not None
    assert new != line
    assert zsh(new, tmp_path) == zsh(f"print -r -- {line}", tmp_path)


@pytest.mark.parametrize("line", ["x=$(hostname -f)", "x=$(id -un $1)", "x=$(cat a b)", "x=$(cat)", "# $(date)"])
def test_what_is_not_the_same_stays(line: str) -> None:
    assert exactly(line) is None
