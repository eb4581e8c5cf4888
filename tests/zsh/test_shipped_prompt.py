"""The built-in prompt on a screen: what it shows, how narrow it gets, and what it does not interpret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from live import Live
from repositories import BASE, git

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

END = "[%#]"


def test_the_exit_status_of_a_failure_is_shown_until_the_next_command(shell: Shell) -> None:
    with Live(shell) as live:
        live.rest()
        live.press("(exit 42)\n")
        live.until(lambda: bool(re.search(rf"zf-here 42 {END}$", live.last)))
        live.press("true\n")
        live.until(lambda: bool(re.search(rf"zf-here {END}$", live.last)) and len(live.lines()) >= 3)


def test_background_jobs_are_counted(shell: Shell) -> None:
    with Live(shell) as live:
        live.rest()
        live.press("sleep 50 & sleep 51 &\n")
        live.until(lambda: bool(re.search(rf"zf-here &2 {END}$", live.last)))


@pytest.mark.parametrize(
    ("ms", "shown"), [(2999, ""), (3000, " 3s"), (59999, " 59s"), (83000, " 1m23s"), (7384000, " 2h3m")]
)
def test_a_long_command_tells_how_long_it_took(shell: Shell, ms: int, shown: str) -> None:
    shell.write_local(
        "post/ms", f"precmd_functions=(ms ${{precmd_functions:#_zf_duration_end}}); ms() {{ _zf_duration_ms={ms} }}"
    )
    with Live(shell) as live:
        live.until(lambda: bool(re.search(rf"zf-here{shown} {END}$", live.last)))


def test_the_duration_of_a_long_command_is_gone_after_the_next(shell: Shell) -> None:
    with Live(shell) as live:
        live.rest()
        live.press("sleep 3.1\n")
        live.until(lambda: bool(re.search(rf"zf-here 3s {END}$", live.last)))
        live.press(":\n")
        live.until(lambda: bool(re.search(rf"zf-here {END}$", live.last)))


@pytest.mark.parametrize(
    ("env", "shown"),
    [
        ({"VIRTUAL_ENV": "/x/my env"}, r"zf-here \(my env\) "),
        ({"CONDA_DEFAULT_ENV": "sci"}, r"zf-here \(sci\) "),
        ({"CONDA_DEFAULT_ENV": "base"}, "zf-here "),
        ({"SSH_CONNECTION": "1 2 3 4"}, r"^\S+@\S+ .*zf-here "),
        ({"SSH_TTY": "/dev/pts/9"}, r"^\S+@\S+ .*zf-here "),
    ],
)
def test_environment_and_host_are_shown_where_they_matter(shell: Shell, env: dict[str, str], shown: str) -> None:
    with Live(shell, env=env) as live:
        live.until(lambda: bool(re.search(rf"{shown}{END}$", live.last)))


def test_vi_command_mode_is_shown_while_it_lasts(shell: Shell) -> None:
    shell.write_local("post/vi", "bindkey -v; KEYTIMEOUT=1")
    with Live(shell) as live:
        live.rest(0.5)
        live.press("\x1b")
        live.until("[N]")
        live.press("i")
        live.until(lambda: "[N]" not in live.last)
        live.press("\x1b")
        live.until("[N]")
        live.press("\r")
        live.until(lambda: len(live.lines()) > 1 and "[N]" not in live.last)


def test_twenty_columns_hold_folder_branch_and_whether_anything_is_changed(shell: Shell) -> None:
    folder = shell.root / "zf-here" / "a-rather-long-name" / "project"
    folder.mkdir(parents=True)
    git(folder, f"{BASE} && git checkout -qb feature/long && touch u")
    with Live(shell, folder=folder, size=(20, 10)) as live:
        live.until(lambda: live.last in {"project feat…* #", "project feat…* %"})
        assert len(live.lines()) == 1
        live.resize(100, 10)
        live.until(lambda: bool(re.search(rf"a-rather-long-name/project feature/long \?1 {END}$", live.last)))


def test_a_deep_folder_leaves_room_to_type(shell: Shell) -> None:
    folder = shell.root / "zf-here" / "/".join(f"level-{n}-of-many" for n in range(12))
    folder.mkdir(parents=True)
    with Live(shell, folder=folder, size=(80, 10), SSH_TTY="x") as live:
        live.until(lambda: bool(re.search(rf"…\S*level-11-of-many {END}$", live.last)))
        assert len(live.lines()) == 1
        assert len(live.last) < 60


@pytest.mark.parametrize("env", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": None, "LANG": None}])
def test_without_utf8_there_is_plain_ascii(shell: Shell, env: dict[str, str | None]) -> None:
    folder = shell.root / "zf-here"
    git(
        folder,
        f"{BASE} && git checkout -qb {'b' * 50} && git clone -q . ../up && git remote add up ../up && git fetch -q up"
        f" && git branch -qu up/{'b' * 50} && git commit -q --allow-empty -m x",
    )
    with Live(shell, size=(200, 10), env=env) as live:
        live.until(lambda: bool(re.search(rf"zf-here b+\.\. >1 {END}$", live.last)))
        assert live.raw.isascii()


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "vt100"}])
def test_no_colour_where_none_is_wanted_or_none_can_be_shown(shell: Shell, env: dict[str, str]) -> None:
    with Live(shell, env=env) as live:
        live.until("zf-here")
        live.rest()
        assert not re.search(rb"\x1b\[3\dm", live.raw)


def test_colour_where_it_can_be_shown(shell: Shell) -> None:
    with Live(shell) as live:
        live.until("zf-here")
        assert b"\x1b[34m" in live.raw


@pytest.mark.parametrize(
    "options",
    [
        "no_prompt_percent",
        "prompt_subst",
        "no_prompt_subst",
        "prompt_bang",
        "no_prompt_percent prompt_subst prompt_bang",
    ],
)
@pytest.mark.parametrize("where", ["start", "later"])
def test_options_of_the_prompt_change_nothing_that_it_says(shell: Shell, options: str, where: str) -> None:
    folder = shell.root / "zf-here" / "50%n!$(touch ran)`touch ran`$HOME\\x"
    folder.mkdir(parents=True)
    git(folder, f"{BASE} && git checkout -qb 'a%nb!$HOME'")
    if where == "start":
        shell.write_local("post/options", f"setopt {options}")
    with Live(shell, folder=folder, size=(200, 10)) as live:
        live.rest(0.5)
        if where == "later":
            live.run(f"setopt {options}")
        live.run(": and again")
        assert live.last[:-1].endswith("zf-here/50%n!$(touch ran)`touch ran`$HOME\\x a%nb!$HOME ")
        live.run("unsetopt prompt_subst prompt_bang; setopt prompt_percent")
        assert live.last[:-1].endswith("zf-here/50%n!$(touch ran)`touch ran`$HOME\\x a%nb!$HOME ")
    assert not list(folder.glob("**/ran"))


def test_the_right_side_may_hold_what_changes(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    with Live(shell, ZF_PROMPT_RIGHT="1") as live:
        live.until(lambda: bool(re.search(rf"zf-here {END} +main \?1$", live.last)))


def test_a_prompt_of_the_users_own_stays(shell: Shell) -> None:
    shell.write_local("post/own", "PROMPT='mine> '")
    with Live(shell) as live:
        live.rest()
        live.run(":")
        assert live.last == "mine>"


def test_two_prompts_in_quick_succession_are_both_drawn_whole(shell: Shell) -> None:
    git(shell.root / "zf-here", f"{BASE} && touch u")
    with Live(shell) as live:
        live.until("?1")
        live.press("\n" * 20)
        live.until(lambda: len(live.lines()) == 21)
        live.rest(0.5)
        assert {line[line.index("zf-here") :] for line in live.lines()} <= {"zf-here main ?1 #", "zf-here main ?1 %"}


def test_the_prompt_survives_a_resize_while_typing(shell: Shell) -> None:
    with Live(shell, size=(80, 10)) as live:
        live.rest()
        live.press("print -r -- resized")
        for columns in (40, 100, 30, 80):
            live.resize(columns, 10)
            live.rest(0.1)
        live.press("\n")
        live.until(lambda: "resized" in live.lines())
