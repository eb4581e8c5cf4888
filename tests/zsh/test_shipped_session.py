"""The shipped configuration in a terminal: its markers, its silence, its switches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Session, Shell

pytestmark = pytest.mark.pty

MARKERS = ["rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end", "prompt_ready"]
MODULES = 24
STATE = (
    "print -rl -- {name} ${{(kv)options}} ${{(ok)functions}} ${{(kv)aliases}} $precmd_functions $zshexit_functions"
    " $preexec_functions $chpwd_functions $fpath $path $PROMPT ${{(ok)widgets}} >|{file}"
)


def text_before_prompt(session: Session) -> str:
    """What was on the screen before the prompt, without escapes and without zsh's end-of-line sign."""
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", session.screen.split("zf-here")[0])
    return plain.replace("%", "").replace("#", "").strip()


def test_every_marker_is_written_once_and_in_order_on_its_stamps(shell: Shell) -> None:
    session = shell.session()
    assert session.names() == MARKERS
    assert session.stamps() == sorted(session.stamps())
    assert session.status == 0


def test_the_phases_are_totalled_between_the_stamps_that_define_them(shell: Shell) -> None:
    session = shell.session()
    stamps = dict(zip(session.names(), session.stamps(), strict=True))
    for total, start, end in (
        ("PRE_PLUGIN", "pre_plugin_start", "pre_plugin_end"),
        ("POST_PLUGIN", "pre_plugin_end", "post_plugin_end"),
        ("PROMPT_READY", "pre_plugin_end", "prompt_ready"),
    ):
        ms = (stamps[end] - stamps[start]) // 1000
        line = f"{total}_COMPLETE {ms} start_us={stamps[start]} end_us={stamps[end]}"
        assert session.marks.count(line) == 1


def test_each_module_is_a_segment_inside_its_phase(shell: Shell) -> None:
    session = shell.session()
    stamps = dict(zip(session.names(), session.stamps(), strict=True))
    segments = session.segments()
    modules = {name: found for name, found in segments.items() if re.match(r"\d\d-", name)}
    assert len(modules) == MODULES
    assert sorted(modules, key=lambda name: modules[name][2]) == [
        file.stem for folder in ("pre-plugin", "post-plugin") for file in sorted((shell.zdotdir / folder).glob("*.zsh"))
    ]
    for phase, ms, start, end in segments.values():
        assert ms == (end - start) // 1000
        assert (
            stamps[f"{phase.removesuffix('_plugin')}_plugin_start" if phase == "pre_plugin" else "plugins_end"] <= start
        )
        assert end <= stamps["prompt_ready"]
    assert segments["compinit"][0] == "post_plugin"


def test_the_lines_of_the_guide_mirror_the_post_plugin_segments(shell: Shell) -> None:
    session = shell.session()
    mirrored = [line.split()[1] for line in session.marks if line.startswith("POST_PLUGIN_SEGMENT ")]
    assert mirrored == [name for name, found in session.segments().items() if found[0] == "post_plugin"]


def test_each_line_is_of_a_known_kind(shell: Shell) -> None:
    kinds = r"(MARK|SEGMENT) name=\S+ .*|(PRE_PLUGIN|POST_PLUGIN|PROMPT_READY)_COMPLETE .*|POST_PLUGIN_SEGMENT \S+ \d+"
    assert [line for line in shell.session().marks if not re.fullmatch(kinds, line)] == []


def test_the_log_that_the_guide_names_gets_the_same_lines_appended(shell: Shell) -> None:
    log = shell.root / "log with space"
    log.write_text("#first\n")
    session = shell.session(PERF_SEGMENT_LOG=str(log), PERF_SAMPLE_CONTEXT="cold")
    assert log.read_text().splitlines() == ["#first", *session.marks]
    assert " sample=cold " in "\n".join(session.marks)


def test_nothing_is_written_and_no_clock_is_loaded_when_nobody_listens(shell: Shell) -> None:
    session = shell.session(
        "print -r -- clock $+EPOCHREALTIME hooks $#precmd_functions $#zshexit_functions", marked=False
    )
    assert session.marks == []
    assert "clock 0 hooks 0 0" in session.screen


@pytest.mark.parametrize("sink", ["99", "1", "x", "-1", "7;print"])
def test_a_descriptor_that_cannot_be_written_to_is_ignored_in_silence(shell: Shell, sink: str) -> None:
    session = shell.session(marked=False, ZF_MARK_FD=sink, PERF_SEGMENT_LOG="/proc/nowhere/log")
    assert "MARK" not in session.screen
    assert text_before_prompt(session) == ""
    assert session.status == 0


def test_a_child_is_not_told_of_the_harness(shell: Shell) -> None:
    shell.write_local("post/child", "[[ -n $CHILD ]] || CHILD=1 zsh -i +m -c : ; command env > $HOME/env")
    log = shell.root / "log"
    session = shell.session(PERF_SEGMENT_LOG=str(log))
    assert session.names() == MARKERS
    assert not re.search("^(ZF_MARK_FD|PERF_SEGMENT_LOG|_LOADED_)", (shell.root / "home/env").read_text(), re.MULTILINE)


def test_the_descriptor_is_closed_after_the_prompt_and_the_hooks_are_gone(shell: Shell) -> None:
    session = shell.session(
        "[[ $_zf_fd == <3-> && ! -e /dev/fd/$_zf_fd ]]; print -r -- $? hooks $#precmd_functions $#zshexit_functions",
        "_zsh_perf_segment_start late && _zsh_perf_segment_end late && print -r -- still silent",
    )
    assert "\n0 hooks 0 0\r" in session.screen
    assert "still silent\r\n" in session.screen
    assert session.names() == MARKERS
    assert "late" not in session.segments()


@pytest.mark.parametrize("place", ["pre", "post"])
def test_a_shell_that_ends_before_its_prompt_says_so(shell: Shell, place: str) -> None:
    shell.write_local(f"{place}/leave", "exit 3")
    session = shell.session()
    assert session.status == 3
    assert session.names()[-1] == "exit_before_prompt"
    assert "prompt_ready" not in session.names()


def test_a_shell_that_runs_a_command_has_no_prompt(shell: Shell) -> None:
    assert shell.session(options=("-c", ":")).names() == [*MARKERS[:-1], "exit_before_prompt"]


def test_nothing_is_on_the_screen_before_the_prompt(shell: Shell) -> None:
    assert text_before_prompt(shell.session()) == ""


def test_the_prompt_shows_the_folder_and_the_status_of_a_failure(shell: Shell) -> None:
    screen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shell.session("(exit 42)", ":").screen)
    assert re.findall(r"zf-here (\d*) ?[#%]", screen) == ["", "42", ""]


def test_sourcing_everything_again_changes_nothing(shell: Shell) -> None:
    first, second = shell.root / "first", shell.root / "second"
    session = shell.session(
        STATE.format(name="x", file=first),
        "source $ZDOTDIR/.zshenv; source $ZDOTDIR/.zshrc",
        STATE.format(name="x", file=second),
    )
    assert session.names() == MARKERS
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


def test_the_policy_checksum_is_stated_once_when_there_is_one(shell: Shell) -> None:
    (shell.zdotdir / "policy.sha256").write_text("0123abcd  policy.md\n")
    assert [line for line in shell.session().marks if line.startswith("POLICY")] == ["POLICY checksum=0123abcd"]


@pytest.mark.parametrize("text", ["", "no checksum here\n"])
def test_a_policy_file_without_a_checksum_gives_no_line(shell: Shell, text: str) -> None:
    (shell.zdotdir / "policy.sha256").write_text(text)
    assert [line for line in shell.session().marks if line.startswith("POLICY")] == []


def test_history_goes_to_home_and_keeps_a_larger_size(shell: Shell) -> None:
    shell.write_local("pre/history", "HISTSIZE=77777 SAVEHIST=5")
    session = shell.session("print -r -- ${HISTFILE#$HOME/} $HISTSIZE $SAVEHIST")
    assert ".zsh_history 77777 10000" in session.screen
