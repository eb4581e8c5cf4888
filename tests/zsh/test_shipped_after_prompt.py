"""Work that waits for the first prompt: once, in order, one piece at a time, and its output above the prompt."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from live import Live

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

QUEUE = 'autoload -Uz "$ZDOTDIR/functions/-zf-after-prompt"; '


def test_a_task_runs_after_the_first_prompt_and_never_before(shell: Shell) -> None:
    shell.write_local(
        "pre/task", QUEUE + "late() { print -r -- $late_text }; late_text=too-early; -zf-after-prompt x late"
    )
    shell.write_local("post/text", "late_text=in-time; precmd_functions+=(p); p() { late_text=after-precmd }")
    with Live(shell) as live:
        live.until("after-precmd")
        live.until(lambda: live.last.endswith("#") or live.last.endswith("%"))
        screen = live.raw.decode()
    assert "zf-here" in screen.split("after-precmd")[0]


def test_what_a_task_prints_stands_above_the_prompt_with_what_is_being_typed(shell: Shell) -> None:
    shell.write_local("post/task", QUEUE + "say() { print -r -- one; print -ru2 -- two }; -zf-after-prompt x say")
    with Live(shell, size=(200, 24), typed=b"print -r -- ty") as live:
        live.until("two")
        live.until(lambda: live.last.endswith("print -r -- ty"))
        live.press("ped\n")
        live.until("typed")
        lines = live.lines()
    one = lines.index("one")
    assert lines[one + 1] == "two"
    assert re.search(r"zf-here\S* .*[#%] print -r -- typed$", lines[one + 2])


def test_a_name_is_queued_once_and_tasks_keep_their_order(shell: Shell) -> None:
    shell.write_local(
        "post/task",
        QUEUE + 'for n in a b a c b; do eval "t$n() { ran+=($n) }"; -zf-after-prompt $n t$n; done; ',
    )
    with Live(shell) as live:
        live.rest()
        live.run("-zf-after-prompt a ta; sleep 0.1")
        live.run("print -r -- ran: $ran")
        assert "ran: a b c" in live.lines()


def test_keys_that_wait_go_first_and_none_is_lost(shell: Shell) -> None:
    shell.write_local("post/task", QUEUE + "t() { order+=(task); read x; sleep 0.2 }; -zf-after-prompt x t")
    with Live(shell, typed=b"order+=(typed)\nprint -r -- $order\n") as live:
        live.until(lambda: any(re.fullmatch("typed( task)?", line) for line in live.lines()))
        live.rest(0.5)
        live.run("print -r -- in the end $order")
        assert "in the end typed task" in live.lines()


def test_a_task_sees_the_users_options_and_may_set_them(shell: Shell) -> None:
    shell.write_local("pre/options", "setopt ksh_arrays no_clobber err_return")
    shell.write_local(
        "post/task", QUEUE + "t() { setopt no_match chase_dots; ran=$options[ksharrays] }; -zf-after-prompt x t"
    )
    with Live(shell) as live:
        live.rest()
        live.run("[[ -o ksharrays && -o chasedots ]]; print -r -- state $?")
        assert "state 0" in live.lines()


@pytest.mark.parametrize("broken", ["false", "return 7", "no-such-command-here", "setopt err_exit; false", "print ${"])
def test_a_broken_task_keeps_neither_the_next_one_nor_the_prompt_away(shell: Shell, broken: str) -> None:
    shell.write_local(
        "post/task",
        QUEUE + f"b() {{ eval '{broken}' }}; good() {{ fine=yes }}; -zf-after-prompt b b; -zf-after-prompt g good",
    )
    with Live(shell) as live:
        live.rest()
        live.run("setopt no_err_exit; print -r -- fine: $fine")
        assert "fine: yes" in live.lines()


def test_ctrl_c_ends_a_task_and_the_shell_goes_on(shell: Shell) -> None:
    shell.write_local("post/task", QUEUE + "t() { print started >$HOME/started; sleep 60 }; -zf-after-prompt x t")
    with Live(shell) as live:
        live.until((shell.root / "home" / "started").exists)
        # The key belongs to the program from the moment in which it has the terminal.
        live.until(lambda: os.tcgetpgrp(live.master) != live.child.pid)
        live.press("\x03")
        live.run("print -r -- alive")
        assert "alive" in live.lines()


def test_ctrl_c_between_two_tasks_swallows_no_key(shell: Shell) -> None:
    busy = "typeset -F SECONDS; float s=$SECONDS; while (( SECONDS < s + 1 )) { : }"
    begin = f"-zf-git-start() {{ unset _zf_git_want; : >$HOME/started; {busy} }}; _zf_git_want=yes"
    shell.write_local("post/task", QUEUE + f"t() {{ : }}; -zf-after-prompt x t; {begin}")
    with Live(shell) as live:
        live.until((shell.root / "home" / "started").exists)
        live.press("\x03")
        live.rest(1.2)
        live.run("print -r -- alive")
        assert "alive" in live.lines()


def test_without_a_cache_folder_the_output_still_stands_above_the_prompt(shell: Shell) -> None:
    shell.write_local("post/task", QUEUE + "say() { print -r -- said }; -zf-after-prompt x say")
    with Live(shell, XDG_CACHE_HOME="/proc/nowhere") as live:
        live.until("said")
        live.run("print -r -- alive")
        assert "said" in live.lines()


def test_modules_name_what_the_queue_is_for_once_also_when_sourced_again(shell: Shell) -> None:
    (shell.zdotdir / "functions" / "-zf-async").write_text("# -zf-async counts.\n(( ++scans ))\n")
    with Live(shell) as live:
        live.rest()
        again = "unset _LOADED_POST_PLUGIN_SECURITY_{VALIDATION,INTEGRITY}; source $ZDOTDIR/.zshrc"
        live.run(f"source $ZDOTDIR/.zshrc; {again}")
        live.rest()
        live.run("print -r -- scans $scans")
        assert "scans 1" in live.lines()
