"""Options and history of the shipped configuration: a golden list, and nothing that is lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

GOLDEN = Path(__file__).with_name("golden_options.txt")
#: How the test itself starts zsh.
OF_THE_TEST = {"interactive", "monitor", "shinstdin", "zle", "norcs", "noglobalrcs", "login", "privileged"}
LOAD = 'source "$ZDOTDIR/post-plugin/05-interactive-options.zsh"; '


def changed(shell: Shell, *options: str) -> list[str]:
    """The options that differ from zsh's own defaults once the prompt is there."""
    file = shell.root / "options"
    shell.session(f"setopt > {file}", options=("-d", *options))
    return sorted(set(file.read_text().split()) - OF_THE_TEST)


def test_the_options_are_those_of_the_golden_list(shell: Shell) -> None:
    wanted = [line for line in GOLDEN.read_text().splitlines() if line and not line.startswith("#")]
    assert changed(shell) == wanted


def test_reading_the_module_again_gives_no_option_back_that_the_user_has_changed(shell: Shell) -> None:
    shell.write_local("post/mine", "unsetopt auto_cd; HISTSIZE=2000000; source $ZDOTDIR/post-plugin/05*.zsh")
    session = shell.session("[[ -o auto_cd ]] || print -r -- mine $HISTSIZE")
    assert "mine 2000000" in session.screen


def test_an_option_of_the_users_first_file_survives_when_the_module_has_no_opinion(shell: Shell) -> None:
    shell.write_local("pre/mine", "setopt correct glob_dots ksh_arrays")
    assert {"correct", "globdots", "ksharrays"} <= set(changed(shell))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", "1000000 1000000"),
        ("HISTSIZE=2000000 SAVEHIST=5", "2000000 1000000"),
        ("HISTSIZE=7 SAVEHIST=3000000", "3000000 3000000"),
    ],
)
def test_a_larger_history_is_kept_and_no_file_is_ever_cut_by_a_smaller_list(
    shell: Shell, given: str, kept: str
) -> None:
    done = shell.run(f"{given}; {LOAD} print -r -- $HISTSIZE $SAVEHIST", "-f")
    assert (done.stdout.strip(), done.stderr) == (kept, "")


def test_the_history_file_of_the_user_is_kept(shell: Shell) -> None:
    done = shell.run(f"HISTFILE=/own; {LOAD} print -r -- $HISTFILE", "-f")
    assert done.stdout.strip() == "/own"


def test_two_shells_share_their_history_at_once_and_lose_nothing(shell: Shell) -> None:
    with shell.live() as one, shell.live() as two:
        one.run("print -r -- from-one")
        two.run("print -r -- from-two")
        two.run("fc -l -n 1 | command grep -c from-one")
        two.press("fc -ln 1\n")
        two.until("from-one")
        one.press("fc -ln 1\n")
        one.until("from-two")
    text = (shell.root / "home" / ".zsh_history").read_text()
    assert text.index("from-one") < text.index("from-two")


def test_many_shells_that_write_at_once_lose_no_line(shell: Shell) -> None:
    with shell.live() as one, shell.live() as two, shell.live() as three:
        for number in range(5):
            for name, live in (("one", one), ("two", two), ("three", three)):
                live.press(f": {name}-{number}\n")
        for live in (one, two, three):
            live.run(":")
    text = (shell.root / "home" / ".zsh_history").read_text()
    names = [f"{name}-{number}" for name in ("one", "two", "three") for number in range(5)]
    assert [name for name in names if text.count(f";: {name}\n") != 1] == []


def test_a_line_that_comes_again_is_kept_once_and_a_line_after_a_blank_not_at_all(shell: Shell) -> None:
    shell.session(": twice", ": between", ": twice", " : secret")
    lines = [line.partition(";")[2] for line in (shell.root / "home" / ".zsh_history").read_text().splitlines()]
    assert lines == [": between", ": twice", "exit"]


def test_an_existing_file_is_not_overwritten_by_a_redirection(shell: Shell) -> None:
    (shell.root / "zf-here" / "file").write_text("kept\n")
    session = shell.session("print -r -- new > file", "print -r -- forced >| file2", "print -r -- more >> fresh")
    assert "file exists: file" in session.screen
    assert (shell.root / "zf-here" / "file").read_text() == "kept\n"
    assert (shell.root / "zf-here" / "fresh").read_text() == "more\n"


def test_a_caret_that_matches_no_file_is_passed_on(shell: Shell) -> None:
    assert "\nHEAD^ a[b]" in shell.session("print -r -- HEAD^ 'a'[b]").screen.replace("\r", "")


def test_folders_are_stacked_without_a_word_and_once_each(shell: Shell) -> None:
    session = shell.session("cd /usr", "cd /bin", "cd /usr", "print -r -- stack $dirstack")
    assert f"stack /bin {shell.root}/zf-here" in session.screen


def test_a_word_ends_at_a_slash(shell: Shell) -> None:
    with shell.live() as live:
        live.press("print a/bc/def\x17")
        live.until(lambda: live.line().endswith("print a/bc/"))
