"""Numbers that a shell wrote become the lines of the guide's format."""

from __future__ import annotations

import re

import pytest

from zshforge.capture.marks import NATIVE_MOMENTS, read_marks
from zshforge.capture.stamps import guide_lines

WALK = (
    "//pre/00-path-safety//1000/3500//pre-end/40-pre-plugin-boundary//3600/4500"
    "//post/60-ui-prompt//5000/9000//post-end/85-post-plugin-boundary//9100/9500"
)
STAMP = re.compile(r"(?<=[/\t])\d{4,}")


def shell_time(us: int | str) -> str:
    """The array ``epochtime`` with a colon between its elements; nanoseconds, which nobody fills up with zeros."""
    return f"{int(us) // 1_000_000}:{int(us) % 1_000_000 * 1000 + 7}"


def line(*spans: str, policy: str = "", walk: str = WALK, ready: int = 12000, left: int = 0, hooks: int = 11000) -> str:
    """What a shell writes; stamps are given as microseconds."""
    moments = [shell_time(us) if us else "" for us in (900, hooks, ready, left)]
    text = "\t".join((policy, walk, *spans))
    return "STAMPS " + "\t".join((*moments, STAMP.sub(lambda found: shell_time(found[0]), text)))


def test_markers_totals_and_segments_are_the_guides_lines() -> None:
    assert guide_lines(line(), "warm") == (
        "MARK name=rc_start us=900",
        "MARK name=pre_plugin_start us=1000",
        "MARK name=pre_plugin_end us=4500",
        "MARK name=plugins_end us=5000",
        "MARK name=post_plugin_end us=9500",
        "MARK name=prompt_ready us=12000",
        "PRE_PLUGIN_COMPLETE 3 start_us=1000 end_us=4500",
        "POST_PLUGIN_COMPLETE 5 start_us=4500 end_us=9500",
        "PROMPT_READY_COMPLETE 7 start_us=4500 end_us=12000",
        "SEGMENT name=00-path-safety ms=2 phase=pre_plugin sample=warm start_us=1000 end_us=3500",
        "SEGMENT name=40-pre-plugin-boundary ms=0 phase=pre_plugin sample=warm start_us=3600 end_us=4500",
        "SEGMENT name=60-ui-prompt ms=4 phase=post_plugin sample=warm start_us=5000 end_us=9000",
        "POST_PLUGIN_SEGMENT 60-ui-prompt 4",
        "SEGMENT name=85-post-plugin-boundary ms=0 phase=post_plugin sample=warm start_us=9100 end_us=9500",
        "POST_PLUGIN_SEGMENT 85-post-plugin-boundary 0",
        "SEGMENT name=precmd ms=1 phase=prompt sample=warm start_us=11000 end_us=12000",
    )


def test_they_pass_the_reader_of_logs() -> None:
    marks = read_marks(guide_lines(line("compinit", "post_plugin", "6000", "compinit", "", "7000", policy="0af")))
    assert marks.problems == ()
    assert tuple(marks.stamps) == NATIVE_MOMENTS
    assert [segment.name for segment in marks.segments][-2:] == ["compinit", "precmd"]


def test_a_moment_that_was_not_is_no_line() -> None:
    lines = guide_lines(line(ready=0, left=13000))
    assert "MARK name=exit_before_prompt us=13000" in lines
    assert not [found for found in lines if "prompt_ready" in found or "PROMPT_READY" in found or "precmd" in found]
    assert "missing:prompt_ready" in read_marks(lines).problems


def test_without_modules_after_the_plugins_these_end_where_the_last_stage_begins() -> None:
    assert "MARK name=plugins_end us=5000" in guide_lines(line(walk="//post-end/95-prompt-ready//5000/6000"))


def test_a_boundary_that_was_not_walked_is_no_marker() -> None:
    told = guide_lines(line(walk="//pre/00-path-safety//1000/3500"))
    assert not [found for found in told if "plugin_end" in found or "PLUGIN_COMPLETE" in found]


@pytest.mark.parametrize(("nanoseconds", "us"), [("7", 1_000_000), ("1000", 1_000_001), ("999999999", 1_999_999)])
def test_nanoseconds_have_no_leading_zeros(nanoseconds: str, us: int) -> None:
    assert f"MARK name=rc_start us={us}" in guide_lines(f"STAMPS 1:{nanoseconds}\t\t\t\t\t")


def test_of_a_shell_that_ended_in_a_module_those_before_it_are_told() -> None:
    lines = guide_lines(line(walk="//pre/a/b//1000/2000"))
    assert [found.split()[1] for found in lines if found.startswith("SEGMENT")] == ["name=a", "name=precmd"]


@pytest.mark.parametrize(
    ("stage", "label", "phase"),
    [
        ("pre", "x", "pre_plugin"),
        ("local-pre", "local/x", "pre_plugin"),
        ("pre-end", "x", "pre_plugin"),
        ("plugins", "x", "other"),
        ("post", "x", "post_plugin"),
        ("local-post", "local/x", "post_plugin"),
        ("post-end", "x", "post_plugin"),
    ],
)
def test_the_stage_of_a_module_tells_its_phase(stage: str, label: str, phase: str) -> None:
    lines = guide_lines(line(walk=f"//{stage}/x//1000/2000"))
    assert f"SEGMENT name={label} ms=1 phase={phase} sample=unknown start_us=1000 end_us=2000" in lines


def test_of_a_span_the_first_start_and_the_first_end_count() -> None:
    spans = ("a", "x", "6000"), ("b", "y", "6100"), ("a", "z", "6200"), ("c", "", "6300")
    ends = ("a", "", "7000"), ("a", "", "8000"), ("b", "", "12001")
    told = guide_lines(line(*(word for span in (*spans, *ends) for word in span)))
    segments = [found for found in told if "phase=x" in found or "phase=y" in found]
    assert segments == ["SEGMENT name=a ms=1 phase=x sample=unknown start_us=6000 end_us=7000"]


def test_spaces_in_names_become_underscores() -> None:
    lines = guide_lines(line("a b", "x", "6000", "a b", "", "6500", walk="//local-pre/c d//1000/2000"))
    assert [found.split()[1] for found in lines if found.startswith("SEGMENT")] == [
        "name=local/c_d",
        "name=a_b",
        "name=precmd",
    ]


@pytest.mark.parametrize(("policy", "told"), [("0123abcd", ["0123abcd"]), ("", [])])
def test_the_checksum_of_the_policy_is_told(policy: str, told: list[str]) -> None:
    lines = guide_lines(line(policy=policy))
    assert [found.partition("=")[2] for found in lines if found.startswith("POLICY")] == told


@pytest.mark.parametrize(
    "text",
    [
        "STAMPS ",
        "STAMPS 1:1\t2:2",
        line()[:20],
        line(walk="//pre/x"),
        line(walk="//pre/x//"),
        line(walk="//pre/x//y"),
        line(walk="//pre/x//1/2/3"),
        line(walk="//pre/x//1000/2000/3000"),
        "STAMPS 1\t\t\t\t\t",
        "STAMPS 1.5\t\t\t\t\t",
        line("a", "x"),
        line("a", "x", "y"),
    ],
)
def test_a_line_that_is_not_whole_is_refused_by_the_reader_of_logs(text: str) -> None:
    assert guide_lines(text) == (text,)
    assert "foreign_line" in read_marks(guide_lines(text)).problems


@pytest.mark.parametrize("text", ["", "MARK name=rc_start us=1", "STAMPSx", "SEGMENT name=a"])
def test_any_other_line_is_left_as_it_is(text: str) -> None:
    assert guide_lines(text) == (text,)
