"""A recorded file is recognised by its content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.judge.formats import read


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('{"schema": "perf-multi.v2"}', "perf-multi.v2"),
        ('{"schema": "module-ledger.v1"}', "module-ledger"),
        ('{"schema": 7, "raw_runs": []}', "perf-baseline"),
        ('{"schema": "a\\nb", "samples_ms": []}', "preplugin-baseline"),
        ('{"cold_ms": 1, "warm_ms": 2}', "perf-current"),
        ('{"label": "x", "message": "y", "color": "red"}', "badge"),
        ("{}", "empty-object"),
        ("[1, 2]", "json"),
        ('{"what": "ever"}', "json"),
        ("SEGMENT name=compinit ms=3 phase=other sample=cold\n", "segments"),
        ("PRE_PLUGIN_COMPLETE 12\n", "segments"),
        ("MARK name=rc_start us=12\n", "segments"),
        ("phase=cold state=segments rc=0 total_ms=12 pre=0 post=0 prompt=0 fast=0\n", "progress-log"),
        ("BENCH name=zf::log iterations=5 total_ms=1 per_call_us=3.5 rc=0\n", "bench-lines"),
        ("async_tasks_total=0\n", "async-metrics"),
        ("# options\nautocd=on\n", "options-snapshot"),
        ("A=1\n", "key-values"),
        ("some words\n", "text"),
        ("12\n", "text"),
        (" \n", "empty"),
        ("a\0b", "binary"),
    ],
)
def test_a_format_is_told_by_what_only_it_has(content: str, name: str) -> None:
    assert read(content.encode()).format == name


def test_a_comma_too_many_is_named_with_its_line_and_the_rest_is_read() -> None:
    document = read(b'{"raw_runs": [1, 2],\n "note": "a, ]",\n}\n')
    assert document.fields == {"raw_runs": [1, 2], "note": "a, ]"}
    assert [flaw.text for flaw in document.flaws] == ["not JSON: a comma before a closing bracket (line 2)"]


def test_log_text_inside_an_object_is_named_and_the_rest_is_read() -> None:
    document = read(b'{"cold_ms": 1,\n[capture] run 2/3\n"warm_ms": 2}\n')
    assert document.format == "perf-current"
    assert [flaw.text for flaw in document.flaws] == ["not JSON: log text inside (line 2)"]


def test_an_object_after_log_text_is_found() -> None:
    document = read(b'loading modules\nr=3\n{\n "raw_runs": [5]\n}\n')
    assert document.fields == {"raw_runs": [5]}
    assert [flaw.text for flaw in document.flaws] == ["not JSON: log text before the object that begins in line 3"]


def test_a_cut_off_document_keeps_the_name_of_its_schema() -> None:
    document = read(b'{"schema": "perf-multi.v2", "per_run": [{"index"')
    assert document.format == "perf-multi.v2"
    assert document.content is None
    assert document.flaws[0].text == "half-written: it ends inside a value"


def test_a_document_that_is_wrong_in_another_way_says_how() -> None:
    assert read(b'{"a": 1} {').flaws[0].text.startswith("not JSON: ")


@pytest.mark.parametrize("depth", [100, 100_000])
def test_brackets_without_end_are_no_reason_to_give_up(depth: int) -> None:
    assert read(b"[" * depth).content is None
    assert read(b'{"a":' * depth).content is None


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert read(data).format
