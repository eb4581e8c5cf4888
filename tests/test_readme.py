"""The README's examples do what the README says.

Every fenced block marked ``console`` is run: its lines that begin with ``$ `` one after the other in a workspace of
its own, in the place of somebody who has a ``.zshrc``, and dotfiles in a git repository. What a block shows below a
command is what the command must print on standard output; an ellipsis stands for anything.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SMALL = {
    "ZF_CAPTURE_SAMPLES": "2",
    "ZF_CAPTURE_WARMUPS": "1",
    "ZF_CAPTURE_REPOSITORY": "empty",
    "ZF_CAPTURE_OVERHEAD_PAIRS": "0",
    "ZF_CAPTURE_SETTLE_MS": "50",
}
ZSHRC = "PS1='%1~ %# '\nzmodload zsh/zselect\nzselect -t 1\n"


class Step(NamedTuple):
    """A command, and what is shown below it."""

    command: str
    output: str


def steps(block: str) -> list[Step]:
    """The commands of a block; a comment behind a command belongs to the command."""
    parts = re.split(r"^\$ (.+)\n", block, flags=re.MULTILINE)
    return [Step(command, output) for command, output in zip(parts[1::2], parts[2::2], strict=True)]


def matches(shown: str, printed: str) -> bool:
    """Whether an output is the one that is shown; spaces at a line's end do not count."""
    pattern = ".*?".join(map(re.escape, stripped(shown).split("…")))
    return re.fullmatch(pattern, stripped(printed), re.DOTALL) is not None


def stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


BLOCKS = [match[1] for match in re.finditer(r"^```console\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A workspace that is a git repository with two commits of ``zsh/.zshrc``, and a HOME beside it."""
    work = tmp_path / "work"
    (work / "zsh").mkdir(parents=True)
    (tmp_path / "scratch").mkdir()
    (tmp_path / "me").mkdir()
    (tmp_path / "me/.zshrc").write_text(ZSHRC)
    (work / "zf.toml").touch()
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost"]
    subprocess.run([*git, "init", "-q", "-b", "main"], cwd=work, check=True)
    for text in ("PS1='> '\n", ZSHRC):
        (work / "zsh/.zshrc").write_text(text)
        subprocess.run([*git, "add", "."], cwd=work, check=True)
        subprocess.run([*git, "commit", "-qm", "zsh"], cwd=work, check=True)
    return work


def run(place: Path, command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(place.parent / "me"),
        "TMPDIR": str(place.parent / "scratch"),
        "LANG": "C.UTF-8",
        "COLUMNS": "80",
        **SMALL,
    }
    return subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, env=environment, cwd=place, check=False, timeout=100
    )


@pytest.mark.pty
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: re.sub(r"\W+", " ", steps(block)[0].command)[:40])
def test_an_example_runs_and_prints_what_it_shows(place: Path, block: str) -> None:
    for step in steps(block):
        done = run(place, step.command)
        assert done.returncode == 0, done.stderr
        assert matches(step.output, done.stdout), f"{step.command}\n{done.stdout}"


def test_the_quick_start_comes_first_and_names_targets_that_exist() -> None:
    first = README.split("```")[1]
    assert "make demo" in first
    assert "make test" in first
    assert len(first.strip().splitlines()) == 4  # the language of the block, and three lines


def test_there_is_an_example_of_every_way_to_name_a_configuration() -> None:
    commands = " \n".join(step.command for block in BLOCKS for step in steps(block))
    for word in ("capture builtin", " home", "~/.zshrc", "./zsh", "HEAD~1:zsh", "--cold", "--json", "--reuse"):
        assert f"{word} " in f"{commands} "


def test_an_output_that_differs_is_noticed() -> None:
    assert matches("a … c\n", "a b\nb c\n")
    assert not matches("a … c\n", "a b d\n")
    assert not matches("", "something\n")
    assert steps("$ one\nshown\n$ two\n") == [Step("one", "shown\n"), Step("two", "")]


def test_git_and_a_shell_are_there_to_run_the_examples() -> None:
    assert shutil.which("git")
    assert shutil.which("zsh")
