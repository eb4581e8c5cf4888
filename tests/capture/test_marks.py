"""Marker lines that a configuration wrote: read, checked, and refused for a distinct reason each."""

import pytest

from zshforge.capture.marks import Marks, read_marks

GOOD = """MARK name=rc_start us=100
MARK name=pre_plugin_start us=200
SEGMENT name=00-path-safety ms=1 phase=pre_plugin sample=warm start_us=210 end_us=1310
MARK name=pre_plugin_end us=1400
PRE_PLUGIN_COMPLETE 1 start_us=200 end_us=1400
MARK name=plugins_end us=1500
SEGMENT name=compinit ms=2 phase=post_plugin sample=warm start_us=1600 end_us=3600
POST_PLUGIN_SEGMENT compinit 2
MARK name=post_plugin_end us=4000
POST_PLUGIN_COMPLETE 2 start_us=1400 end_us=4000
MARK name=prompt_ready us=4500
PROMPT_READY_COMPLETE 3 start_us=1400 end_us=4500
POLICY checksum=0123456789abcdef
""".splitlines()

ALL = ("rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end", "prompt_ready")


def read(lines: list[str]) -> Marks:
    return read_marks(lines, required=ALL)


def test_a_whole_log_is_read_without_a_problem() -> None:
    marks = read(GOOD)
    assert marks.problems == ()
    assert marks.stamps["prompt_ready"] == 4500
    assert [s.name for s in marks.segments] == ["00-path-safety", "compinit"]
    assert marks.segments[1].ms == 2.0
    assert marks.checksum == "0123456789abcdef"


def changed(find: str, replace: str | None) -> list[str]:
    out = [replace if line.startswith(find) else line for line in GOOD]
    return [line for line in out if line is not None]


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "empty_log"),
        (changed("MARK name=prompt_ready", None), "missing:prompt_ready"),
        ([*GOOD, "MARK name=prompt_ready us=4600"], "twice:prompt_ready"),
        (changed("MARK name=plugins_end", "MARK name=plugins_end us=1300"), "order:plugins_end"),
        (changed("MARK name=rc_start", "MARK name=rc_start us=-4"), "malformed"),
        (changed("MARK name=rc_start", "MARK name=rc_st"), "malformed"),
        (
            changed(
                "SEGMENT name=compinit", "SEGMENT name=compinit ms=2 phase=post_plugin sample=warm start_us=9 end_us=1"
            ),
            "negative:compinit",
        ),
        (
            changed(
                "SEGMENT name=compinit",
                "SEGMENT name=compinit ms=777 phase=post_plugin sample=warm start_us=1600 end_us=3600",
            ),
            "contradiction:compinit",
        ),
        ([*GOOD[:3], "[progress] iteration 3 of 5", *GOOD[3:]], "foreign_line"),
        (changed("PRE_PLUGIN_COMPLETE", None), "missing:PRE_PLUGIN_COMPLETE"),
        ([*GOOD, "POST_PLUGIN_COMPLETE 2 start_us=1400 end_us=4000"], "twice:POST_PLUGIN_COMPLETE"),
        ([*GOOD[:3], "MARK name=exit_before_prompt us=300"], "exit_before_prompt"),
    ],
)
def test_each_defect_of_a_log_has_its_own_reason(lines: list[str], problem: str) -> None:
    assert problem in read(lines).problems


def test_every_prefix_of_a_log_is_refused_or_whole() -> None:
    """A log that was cut anywhere is never taken for a whole one."""
    for end in range(len(GOOD) - 1):
        assert read(GOOD[:end]).problems


def test_required_labels_are_the_callers() -> None:
    marks = read_marks(GOOD, required=ALL, labels=("compinit", "zgenom-init"))
    assert marks.problems == ("missing:zgenom-init",)
