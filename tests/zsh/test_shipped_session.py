"""The shipped configuration in a terminal: its silence, its order, its switches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

MARKERS = ["rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end", "prompt_ready"]
MODULES = 24
STATE = (
    "print -rl -- {name} ${{(kv)options}} ${{(ok)functions}} ${{(kv)aliases}} $precmd_functions $zshexit_functions"
    " $preexec_functions $chpwd_functions $fpath $path $PROMPT ${{(ok)widgets}} >|{file}"
)


def test_nothing_is_on_the_screen_before_the_prompt(shell: Shell) -> None:
    assert shell.session().before_prompt() == ""


def test_the_prompt_shows_the_folder_and_the_status_of_a_failure(shell: Shell) -> None:
    screen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shell.session("(exit 42)", ":").screen)
    assert re.findall(r"zf-here (\d*) ?[#%]", screen) == ["", "42", ""]


@pytest.mark.parametrize("log", [None, "log"])
@pytest.mark.parametrize("wait", [(), (":",)])
def test_sourcing_everything_again_changes_nothing(shell: Shell, wait: tuple[str, ...], log: str | None) -> None:
    first, second = shell.root / "first", shell.root / "second"
    session = shell.session(
        *wait,
        "source $ZDOTDIR/.zshenv; source $ZDOTDIR/.zshrc",
        STATE.format(name="x", file=first),
        "source $ZDOTDIR/.zshenv; source $ZDOTDIR/.zshrc",
        STATE.format(name="x", file=second),
        PERF_SEGMENT_LOG=str(shell.root / log) if log else None,
    )
    assert session.names() == MARKERS
    assert len(session.segments()) == MODULES + 4
    assert len(first.read_text().splitlines()) > 300
    assert first.read_text() == second.read_text()


def test_each_module_alone_is_silent_and_sets_its_sentinel_even_when_sourced_twice(shell: Shell) -> None:
    for folder in ("pre-plugin", "post-plugin"):
        for file in sorted((shell.zdotdir / folder).glob("*.zsh")):
            sentinel = "_LOADED_" + f"{folder}_{file.stem[3:]}".upper().replace("-", "_")
            done = shell.run(
                f'source "$ZDOTDIR/pre-plugin/01-segment-lib.zsh"; source {file}; a=$?; source {file}; '
                f"print -r -- $a $? ${sentinel}",
                "-f",
            )
            assert (file.name, done.stdout, done.stderr) == (file.name, "0 0 1\n", "")


def test_the_users_own_files_close_their_phases_and_are_segments(shell: Shell) -> None:
    shell.write_local("pre/b two", "order+=(b)")
    shell.write_local("pre/a", "order+=(a); typeset mine=global")
    shell.write_local("post/c", "order+=(c); PROMPT='own zf-here> '")
    session = shell.session("print -r -- $order $mine")
    segments = session.segments()
    assert "a b c global" in session.screen
    assert "own zf-here>" in session.screen
    assert segments["30-ssh-agent"][3] <= segments["local/a"][2] <= segments["local/b_two"][2]
    assert segments["local/b_two"][3] <= segments["40-pre-plugin-boundary"][2]
    assert segments["80-security-validation"][3] <= segments["local/c"][2] <= segments["85-post-plugin-boundary"][2]
    assert (segments["local/a"][0], segments["local/c"][0]) == ("pre_plugin", "post_plugin")


def test_plugins_are_sourced_between_the_phases(shell: Shell) -> None:
    (shell.zdotdir / "plugins.zsh").write_text("typeset -g plugged=$_LOADED_PRE_PLUGIN_PRE_PLUGIN_BOUNDARY")
    session = shell.session("print -r -- plugged $plugged")
    stamps = dict(zip(session.names(), session.stamps(), strict=True))
    phase, _, start, end = session.segments()["plugins"]
    assert "plugged 1" in session.screen
    assert phase == "other"
    assert stamps["pre_plugin_end"] <= start <= end <= stamps["plugins_end"]


def test_safe_mode_gives_a_prompt_without_plugins_and_without_the_users_files(shell: Shell) -> None:
    for place in ("pre", "post"):
        shell.write_local(f"{place}/broken", "exit 9")
    (shell.zdotdir / "plugins.zsh").write_text("exit 8")
    session = shell.session(ZF_SAFE="1")
    assert (session.status, session.names()) == (0, MARKERS)


@pytest.mark.parametrize(
    ("switch", "left_out", "kept"),
    [
        ("ZSH_ENABLE_PREPLUGIN_REDESIGN", "00-path-safety", "60-ui-prompt"),
        ("ZSH_ENABLE_POSTPLUGIN_REDESIGN", "60-ui-prompt", "00-path-safety"),
    ],
)
def test_a_switch_leaves_the_modules_of_its_phase_out_and_every_marker_in(
    shell: Shell, switch: str, left_out: str, kept: str
) -> None:
    shell.env[switch] = "0"
    session = shell.session(PS1="zf-here> ")
    assert session.names() == MARKERS
    assert left_out not in session.segments()
    assert kept in session.segments()
    assert {"40-pre-plugin-boundary", "85-post-plugin-boundary", "95-prompt-ready"} <= set(session.segments())


def test_history_goes_to_home_and_keeps_a_larger_size(shell: Shell) -> None:
    shell.write_local("pre/history", "HISTSIZE=1777777 SAVEHIST=5")
    session = shell.session("print -r -- ${HISTFILE#$HOME/} $HISTSIZE $SAVEHIST")
    assert ".zsh_history 1777777 1000000" in session.screen


def test_a_history_that_another_configuration_made_long_loses_no_line(shell: Shell) -> None:
    file = shell.root / "home" / ".zsh_history"
    lines = [f": {1_600_000_000 + n}:0;print -r -- number {n}" for n in range(250_000)]
    file.write_text("\n".join(lines) + "\n")
    session = shell.session("print -r -- kept $#history")
    assert "kept 250000" in session.screen
    assert file.read_text().splitlines()[: len(lines)] == lines
