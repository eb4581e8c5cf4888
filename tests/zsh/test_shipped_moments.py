"""Durations, costs of hooks, and the greeting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty


def test_a_prompt_knows_how_long_the_command_before_it_took(shell: Shell) -> None:
    shell.write_local("post/tell", "tell() { took+=($_zf_duration_ms) }; precmd_functions+=(tell)")
    screen = shell.session("sleep 0.25", "", "print -r -- took $took .").screen
    found = re.findall(r"took ([\d ]+) \.\r", screen)
    first, slept, nothing = map(int, found[-1].split())
    assert first == 0
    assert 250 <= slept < 20_000
    assert nothing == 0


def test_the_first_hook_knows_it_already(shell: Shell) -> None:
    shell.write_local("pre/tell", "tell() { took+=($_zf_duration_ms) }; precmd_functions+=(tell)")
    screen = shell.session("sleep 0.25", "print -r -- took $took .").screen
    assert int(re.findall(r"took ([\d ]+) \.\r", screen)[-1].split()[-1]) >= 250


def test_a_harness_is_told_what_the_hooks_of_the_first_prompt_cost(shell: Shell) -> None:
    shell.write_local("pre/slow", "slow() { sleep 0.2 }; precmd_functions+=(slow)")
    session = shell.session(":", "print -r -- hooks ${precmd_functions[(I)*perf*]}")
    phase, ms, _, _ = session.segments()["precmd"]
    assert phase == "prompt"
    assert ms >= 200
    assert "hooks 0" in session.screen


def test_costs_of_hooks_are_shown_when_they_were_asked_for(shell: Shell) -> None:
    shell.write_local("post/slow", "slow() { sleep 0.2 }; quick() { : }; precmd_functions+=(slow quick)")
    screen = shell.session(":", ":", "zf::perf", marked=False, ZF_PERF="1").screen
    slow, quick = (
        re.search(rf"^{name} +(\d+) +([\d.]+) +([\d.]+)", screen, re.MULTILINE) for name in ("slow", "quick")
    )
    assert slow
    assert quick
    assert int(slow[1]) >= 1
    assert float(slow[2]) >= 200 > float(quick[2])
    assert float(slow[3]) >= 200 > float(quick[3])


def test_costs_that_nobody_asked_for_are_not_made_up(shell: Shell) -> None:
    screen = shell.session("zf::perf; print -r -- status $?").screen
    assert "nothing was measured. Try: ZF_PERF=1 zsh" in screen
    assert "status 1" in screen


@pytest.mark.parametrize(
    "options", ["warn_nested_var warn_create_global ksh_arrays", "no_unset err_return sh_word_split"]
)
def test_options_of_the_user_disturb_no_hook(shell: Shell, options: str) -> None:
    shell.write_local("post/options", f"setopt {options}")
    session = shell.session(":", "false", "print -r -- end", ZF_PERF="1")
    assert "_zf_" not in session.screen
    assert "-zf-perf" not in session.screen


@pytest.mark.parametrize(
    ("env", "shown"),
    [({}, False), ({"ZSH_SPLASH": "1"}, True), ({"ZSH_SPLASH": "1", "ZSH_SPLASH_DISABLE": "1"}, False)],
)
def test_a_greeting_comes_below_the_prompt_and_only_when_it_is_wanted(
    shell: Shell, env: dict[str, str], *, shown: bool
) -> None:
    if not (shell.zdotdir / "functions" / "-zf-after-prompt").exists():
        pytest.skip("nothing runs after the prompt yet")
    with shell.live(**env) as live:
        live.calm()
        assert ("zf::aliases" in live.text) == shown
        assert "zf-here" in live.line()
        live.press("print -r -- typed\n")
        live.until("\ntyped")
        assert "zf::aliases" not in live.text


def test_a_greeting_needs_a_terminal(shell: Shell) -> None:
    done = shell.run(":", "-i", ZSH_SPLASH="1")
    assert (done.stdout, "zf::aliases" in done.stderr) == ("", False)
