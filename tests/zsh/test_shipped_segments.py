"""The segment functions that plugins may call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

HOSTILE = (
    "setopt ksh_arrays ksh_zero_subscript sh_word_split no_unset err_exit glob_subst force_float warn_nested_var; "
)


def lines_after(shell: Shell, calls: str, **env: str) -> list[str]:
    """What the calls add to the segment log once the shell has ended, without the markers."""
    log: Path = shell.root / "log"
    done = shell.run(calls, "-fi", PERF_SEGMENT_LOG=str(log), **env)
    assert (done.returncode, done.stderr) == (0, "")
    return [line for line in log.read_text().splitlines() if not line.startswith("MARK ")]


def load(calls: str) -> str:
    """The calls in a shell without start-up files that only .zshenv and the segment library have prepared."""
    return f'source "$ZDOTDIR/.zshenv"; source "$ZDOTDIR/pre-plugin/01-segment-lib.zsh"; {calls}'


def test_a_span_is_written_with_both_stamps_and_their_difference(shell: Shell) -> None:
    (line,) = lines_after(shell, load("_zsh_perf_segment_start a plugin; _zsh_perf_segment_end a"))
    found = re.fullmatch(r"SEGMENT name=a ms=(\d+) phase=plugin sample=unknown start_us=(\d{16}) end_us=(\d{16})", line)
    assert found
    assert int(found[1]) == (int(found[3]) - int(found[2])) // 1000


def test_a_span_without_a_phase_belongs_to_other(shell: Shell) -> None:
    (line,) = lines_after(shell, load("_zsh_perf_segment_start a; _zsh_perf_segment_end a"))
    assert " phase=other " in line


def test_a_post_plugin_span_is_mirrored_in_a_line_of_its_own(shell: Shell) -> None:
    first, second = lines_after(shell, load("_zsh_perf_segment_start a post_plugin; _zsh_perf_segment_end a"))
    assert first.startswith("SEGMENT name=a ms=0 phase=post_plugin ")
    assert second == "POST_PLUGIN_SEGMENT a 0"


def test_the_first_start_of_a_name_counts(shell: Shell) -> None:
    start = "_zsh_perf_segment_start"
    (line,) = lines_after(shell, load(f"{start} a x; {start} a y; _zsh_perf_segment_end a; {start} a z"))
    assert " phase=x " in line


def test_an_end_without_a_start_or_after_an_end_is_ignored(shell: Shell) -> None:
    end = "_zsh_perf_segment_end"
    assert len(lines_after(shell, load(f"{end} b; _zsh_perf_segment_start a; {end} a; {end} a"))) == 1


@pytest.mark.parametrize("name", ["zsh-users/zsh-defer", "a]b", "[a", "a:b", "@a", "-a", "é", "%s", "$(:)", "*"])
def test_any_name_without_a_space_is_written_as_it_is(shell: Shell, name: str) -> None:
    quoted = "'" + name + "'"
    (line,) = lines_after(shell, load(f"_zsh_perf_segment_start {quoted}; _zsh_perf_segment_end {quoted}"))
    assert line.startswith(f"SEGMENT name={name} ms=0 phase=other sample=unknown start_us=")


def test_spans_may_be_nested_and_keep_their_own_stamps(shell: Shell) -> None:
    start, end = "_zsh_perf_segment_start", "_zsh_perf_segment_end"
    lines = lines_after(shell, load(f"{start} outer; {start} inner; {end} inner; {end} outer"))
    found = {line.split()[1]: [int(word.split("=")[1]) for word in line.split()[-2:]] for line in lines}
    (outer_start, outer_end), (inner_start, inner_end) = found["name=outer"], found["name=inner"]
    assert outer_start <= inner_start <= inner_end <= outer_end


def test_a_span_that_has_not_ended_is_not_written(shell: Shell) -> None:
    assert lines_after(shell, load("_zsh_perf_segment_start a; _zsh_perf_segment_start b; _zsh_perf_segment_end b"))[
        0
    ].startswith("SEGMENT name=b ")


def test_spaces_in_a_name_and_in_the_sample_become_underscores(shell: Shell) -> None:
    calls = load("_zsh_perf_segment_start 'a b'; _zsh_perf_segment_end 'a b'")
    (line,) = lines_after(shell, calls, PERF_SAMPLE_CONTEXT="very cold")
    assert "name=a_b " in line
    assert " sample=very_cold " in line


def test_segments_do_not_mind_the_options_of_a_plugin(shell: Shell) -> None:
    calls = load(f"{HOSTILE}_zsh_perf_segment_start 'a *' x; _zsh_perf_segment_end 'a *'")
    (line,) = lines_after(shell, calls)
    assert re.match(r"SEGMENT name=a_\* ms=\d+ phase=x ", line)


def test_without_a_harness_segments_are_silent_and_succeed(shell: Shell) -> None:
    done = shell.run(
        'source "$ZDOTDIR/.zshenv"; source "$ZDOTDIR/pre-plugin/01-segment-lib.zsh"; '
        "_zsh_perf_segment_start a && _zsh_perf_segment_end a && print $+epochtime",
        "-fi",
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
