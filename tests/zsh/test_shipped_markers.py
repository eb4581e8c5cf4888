"""What the shipped configuration tells a harness: numbers alone, in one write when the prompt is ready."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty

MARKERS = ["rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end", "prompt_ready"]
MODULES = 24
#: What a harness adds to a shell: hooks, and parameters.
HOOKS = "hooks ${#${(M)precmd_functions:#_zf_(prompt_ready|hooks)}} ${#${(M)zshexit_functions:#-zf-tell}}"
FUNCTIONS = "(_zf_(prompt_ready|hooks)|-zf-(tell|report*))"
HARNESS = "_zf_(timed|ts|fd|log|spans|policy|rc_start|hooks|prompt_ready)"


def test_every_marker_is_written_once_and_in_order_on_its_stamps(shell: Shell) -> None:
    began = time.time_ns() // 1000
    session = shell.session()
    assert session.names() == MARKERS
    assert session.stamps() == sorted(session.stamps())
    assert began <= session.stamps()[0] <= session.stamps()[-1] <= time.time_ns() // 1000
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
    lines = [line.replace(" sample=cold ", " sample=unknown ") for line in log.read_text().splitlines()]
    assert lines == ["#first", *session.marks]
    assert " sample=cold " in log.read_text()


def test_nothing_is_written_and_no_clock_is_loaded_when_nobody_listens(shell: Shell) -> None:
    session = shell.session(f"print -r -- clock $+epochtime {HOOKS}", marked=False)
    assert session.marks == []
    assert "clock 0 hooks 0 0" in session.screen


@pytest.mark.parametrize("sink", ["99", "1", "x", "-1", "7;print"])
def test_a_descriptor_that_cannot_be_written_to_is_ignored_in_silence(shell: Shell, sink: str) -> None:
    session = shell.session(marked=False, ZF_MARK_FD=sink, PERF_SEGMENT_LOG="/proc/nowhere/log")
    assert "MARK" not in session.screen
    assert session.before_prompt() == ""
    assert session.status == 0


def test_a_child_is_not_told_of_the_harness(shell: Shell) -> None:
    shell.write_local("post/child", "[[ -n $CHILD ]] || CHILD=1 zsh -i +m -c : ; command env > $HOME/env")
    log = shell.root / "log"
    session = shell.session(PERF_SEGMENT_LOG=str(log))
    assert session.names() == MARKERS
    assert not re.search("^(ZF_MARK_FD|PERF_SEGMENT_LOG|_LOADED_)", (shell.root / "home/env").read_text(), re.MULTILINE)


def test_a_log_is_written_at_the_second_prompt_all_at_once(shell: Shell) -> None:
    log = shell.root / "log"
    count = f"grep -c ^MARK {log}; grep -c ^SEGMENT {log}"
    screen = shell.session(f"[[ -e {log} ]] || print -r -- none", count, marked=False, PERF_SEGMENT_LOG=str(log)).screen
    assert "\nnone\r" in screen
    assert re.findall(r"^(\d+)\r$", screen, re.MULTILINE) == ["6", "28"]


def test_what_writes_lines_is_not_read_for_a_harness_that_takes_numbers(shell: Shell) -> None:
    session = shell.session(":", "print -r -- report $+functions[-zf-report]")
    assert "report 0" in session.screen


def test_at_the_first_prompt_the_descriptor_is_closed_and_nothing_of_the_harness_is_left(shell: Shell) -> None:
    shell.write_local("post/mark", "zmodload zsh/stat && zstat -A mark -f $_zf_fd +inode")
    session = shell.session(
        f"[[ -n $mark && $(command ls -l /dev/fd/) != *pipe:.$mark* ]]; print -r -- $? {HOOKS}",
        f"print -rl -- ${{(k)parameters[(I){HARNESS}]}} ${{(k)functions[(I){FUNCTIONS}]}} | wc -w",
        "_zsh_perf_segment_start late && _zsh_perf_segment_end late && print -r -- still silent",
    )
    assert "\n0 hooks 0 0\r" in session.screen
    assert "\n0\r" in session.screen
    assert "still silent\r\n" in session.screen
    assert session.names() == MARKERS
    assert "late" not in session.segments()


def test_at_the_second_prompt_nothing_of_a_log_is_left(shell: Shell) -> None:
    session = shell.session(
        "fd=$_zf_fd; [[ -e /dev/fd/$fd ]] && print -r -- open",
        f"[[ $fd == <3-> && ! -e /dev/fd/$fd ]]; print -r -- $? {HOOKS}",
        f"print -rl -- ${{(k)parameters[(I){HARNESS}]}} ${{(k)functions[(I){FUNCTIONS}]}} | wc -w",
        PERF_SEGMENT_LOG=str(shell.root / "log"),
    )
    assert "\nopen\r" in session.screen
    assert "\n0 hooks 0 0\r" in session.screen
    assert "\n0\r" in session.screen
    assert session.names() == MARKERS


def test_a_span_that_ends_after_the_prompt_is_no_part_of_the_start(shell: Shell) -> None:
    shell.write_local("post/span", "_zsh_perf_segment_start early; _zsh_perf_segment_start in-time")
    shell.write_local("post/spin", "precmd_functions=(in_time); in_time() { _zsh_perf_segment_end in-time }")
    segments = shell.session(
        "_zsh_perf_segment_end early; _zsh_perf_segment_start x; _zsh_perf_segment_end x"
    ).segments()
    assert {"early", "x", "in-time"} & set(segments) == {"in-time"}


def test_a_shell_that_is_hung_up_at_its_first_prompt_has_told_everything(shell: Shell) -> None:
    session = shell.session("kill -HUP $$")
    assert session.names() == MARKERS
    assert len(session.segments()) == MODULES + 4


def test_the_marker_of_the_prompt_is_the_last_thing_before_it(shell: Shell) -> None:
    shell.write_local(
        "post/hook", "zmodload zsh/datetime; slow() { slow_end=$EPOCHREALTIME }; precmd_functions+=(slow)"
    )
    told = shell.session("print -r -- slow_end $slow_end")
    ended = re.search(r"^slow_end (\d+)\.(\d{6})", told.screen, re.MULTILINE)
    assert ended
    assert told.stamps()[-1] >= int(ended[1] + ended[2])


def test_a_print_of_the_users_own_does_not_hide_the_markers(shell: Shell) -> None:
    shell.write_local("pre/print", "print() { : }; echo() { : }; printf() { : }; source() { : }")
    session = shell.session()
    assert session.names() == MARKERS
    assert len(session.segments()) == MODULES + 5


@pytest.mark.parametrize("field_separator", ["", ":", "0123456789", "/"])
def test_a_field_separator_of_the_users_own_changes_no_line(shell: Shell, field_separator: str) -> None:
    shell.write_local("pre/ifs", f"IFS={field_separator!r}")
    session = shell.session()
    assert session.names() == MARKERS
    assert len(session.segments()) == MODULES + 5


@pytest.mark.parametrize("place", ["pre", "post"])
def test_a_shell_that_ends_before_its_prompt_says_so(shell: Shell, place: str) -> None:
    shell.write_local(f"{place}/leave", "exit 3")
    session = shell.session()
    assert session.status == 3
    assert session.names()[-1] == "exit_before_prompt"
    assert "prompt_ready" not in session.names()
    assert "00-path-safety" in session.segments()
    assert "local/leave" not in session.segments()


def test_a_shell_that_runs_a_command_has_no_prompt(shell: Shell) -> None:
    assert shell.session(options=("-c", ":")).names() == [*MARKERS[:-1], "exit_before_prompt"]


def test_a_log_alone_gets_every_line_once(shell: Shell) -> None:
    log = shell.root / "log"
    shell.session(":", "source $ZDOTDIR/.zshenv; source $ZDOTDIR/.zshrc", marked=False, PERF_SEGMENT_LOG=str(log))
    lines = log.read_text().splitlines()
    assert [line.split("=")[1].split()[0] for line in lines if line.startswith("MARK ")] == MARKERS
    assert len([line for line in lines if line.startswith("SEGMENT ")]) == MODULES + 4


def test_the_policy_checksum_is_stated_once_when_there_is_one(shell: Shell) -> None:
    (shell.zdotdir / "policy.sha256").write_text("0123abcd  policy.md\n")
    assert [line for line in shell.session().marks if line.startswith("POLICY")] == ["POLICY checksum=0123abcd"]


@pytest.mark.parametrize("text", ["", "no checksum here\n"])
def test_a_policy_file_without_a_checksum_gives_no_line(shell: Shell, text: str) -> None:
    (shell.zdotdir / "policy.sha256").write_text(text)
    assert [line for line in shell.session().marks if line.startswith("POLICY")] == []
