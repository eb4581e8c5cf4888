"""An explanation for people and for other tools."""

from __future__ import annotations

import io
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from explanations import FOUND
from jsonschema import Draft202012Validator
from rich.console import Console

from zshforge.report.explain_screen import VIEWS, render_explanation
from zshforge.report.flame_page import flame_page
from zshforge.report.flame_svg import flame_svg
from zshforge.report.folded import folded
from zshforge.report.trace_formats import chrome_trace, speedscope

if TYPE_CHECKING:
    from rich.console import RenderableType


def text(shown: RenderableType, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=500).print(shown)
    assert width
    return out.getvalue()


def test_the_usual_view_has_the_time_the_largest_costs_and_what_looking_cost() -> None:
    shown = text(render_explanation(FOUND, width=80, view=None, most=10))
    assert "100 ms to the prompt" in shown
    assert re.search(r"60 +90 +1x +/z/\.zshrc", shown)
    assert re.search(r"10 +unattributed", shown)
    assert "overhead +5.0 %" in shown


@pytest.mark.parametrize("view", VIEWS)
def test_no_line_of_a_view_is_wider_than_the_terminal(view: str) -> None:
    lines = text(render_explanation(FOUND, width=60, view=view, most=10)).splitlines()
    assert lines
    assert max(map(len, lines)) <= 60


def test_the_chain_tells_when_a_step_began_and_its_own_time() -> None:
    assert re.search(r"@1\.0 +\+60 +/z/\.zshrc", text(render_explanation(FOUND, width=80, view="chain", most=10)))


def test_the_tree_shows_who_called_whom() -> None:
    lines = text(render_explanation(FOUND, width=80, view="tree", most=10)).splitlines()
    caller = next(line for line in lines if "/z/.zshrc" in line)
    assert re.search(r"60 +90", caller)
    assert lines.index(caller) + 1 == next(i for i, line in enumerate(lines) if "work" in line)


def test_folded_stacks_have_one_count_each_and_add_up() -> None:
    lines = folded(FOUND).splitlines()
    assert all(re.fullmatch(r".+ \d+", line) for line in lines)
    assert sum(int(line.rpartition(" ")[2]) for line in lines) == 100_000
    assert lines[1].count(";") == 1


_AT = {"type": "number", "minimum": 0}
_SPEEDSCOPE = {
    "type": "object",
    "required": ["$schema", "shared", "profiles"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"const": "https://www.speedscope.app/file-format-schema.json"},
        "name": {"type": "string"},
        "exporter": {"type": "string"},
        "activeProfileIndex": {"type": "integer", "minimum": 0},
        "shared": {
            "type": "object",
            "required": ["frames"],
            "additionalProperties": False,
            "properties": {
                "frames": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "additionalProperties": False,
                        "properties": {
                            "name": {"type": "string"},
                            "file": {"type": "string"},
                            "line": {"type": "integer", "minimum": 1},
                            "col": {"type": "integer", "minimum": 1},
                        },
                    },
                }
            },
        },
        "profiles": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "name", "unit", "startValue", "endValue", "events"],
                "additionalProperties": False,
                "properties": {
                    "type": {"const": "evented"},
                    "name": {"type": "string"},
                    "unit": {"enum": ["none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"]},
                    "startValue": _AT,
                    "endValue": _AT,
                    "events": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["type", "at", "frame"],
                            "additionalProperties": False,
                            "properties": {
                                "type": {"enum": ["O", "C"]},
                                "at": _AT,
                                "frame": {"type": "integer", "minimum": 0},
                            },
                        },
                    },
                },
            },
        },
    },
}
_EVENT = {
    "type": "object",
    "required": ["name", "ph", "pid", "tid"],
    "properties": {
        "name": {"type": "string"},
        "cat": {"type": "string"},
        "ph": {"enum": ["X", "M"]},
        "pid": {"type": "integer"},
        "tid": {"type": "integer"},
        "ts": _AT,
        "dur": _AT,
        "args": {"type": "object"},
    },
    "additionalProperties": False,
    "allOf": [
        {"if": {"properties": {"ph": {"const": "X"}}}, "then": {"required": ["ts", "dur", "cat"]}},
        {
            "if": {"properties": {"ph": {"const": "M"}}},
            "then": {
                "required": ["args"],
                "properties": {"name": {"enum": ["process_name", "thread_name"]}, "args": {"required": ["name"]}},
            },
        },
    ],
}
_CHROME = {
    "type": "object",
    "required": ["traceEvents"],
    "properties": {
        "traceEvents": {"type": "array", "minItems": 1, "items": _EVENT},
        "displayTimeUnit": {"enum": ["ms", "ns"]},
        "otherData": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "additionalProperties": False,
}


def faults(document: dict[str, Any], schema: dict[str, Any]) -> list[str]:
    Draft202012Validator.check_schema(schema)
    return [fault.message for fault in Draft202012Validator(schema).iter_errors(json.loads(json.dumps(document)))]


def test_documents_are_what_the_formats_say() -> None:
    assert faults(speedscope(FOUND), _SPEEDSCOPE) == []
    assert faults(chrome_trace(FOUND), _CHROME) == []


def test_the_schemas_would_tell_what_is_not() -> None:
    broken = speedscope(FOUND)
    del broken["profiles"][0]["events"][0]["at"]
    assert faults(broken, _SPEEDSCOPE)
    odd = chrome_trace(FOUND)
    del odd["traceEvents"][2]["dur"]
    odd["traceEvents"][0]["ph"] = "?"
    assert len(faults(odd, _CHROME)) >= 2


def test_speedscope_gets_balanced_events_in_order() -> None:
    document: dict[str, Any] = json.loads(json.dumps(speedscope(FOUND)))
    assert document["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    profile = document["profiles"][0]
    assert (profile["type"], profile["unit"]) == ("evented", "milliseconds")
    assert all(one["at"] <= other["at"] for one, other in pairwise(profile["events"]))
    assert profile["startValue"] <= profile["events"][0]["at"]
    assert profile["events"][-1]["at"] <= profile["endValue"]
    running: list[int] = []
    for event in profile["events"]:
        if event["type"] == "O":
            running.append(event["frame"])
        else:
            assert running.pop() == event["frame"]
    assert running == []
    assert max(event["frame"] for event in profile["events"]) < len(document["shared"]["frames"])


def test_chrome_gets_complete_events_in_microseconds() -> None:
    events = chrome_trace(FOUND)["traceEvents"]
    complete = [event for event in events if event["ph"] == "X"]
    assert {"name", "cat", "ph", "pid", "tid", "ts", "dur", "args"} == set(complete[0])
    assert (complete[0]["ts"], complete[0]["dur"]) == (1000.0, 90_000.0)
    assert next(event for event in complete if event["tid"] == 2)["name"] == "sleep"


def test_the_picture_is_well_formed_and_as_wide_as_the_time() -> None:
    root = ET.fromstring(flame_svg(FOUND))  # noqa: S314  our own text
    rects = root.findall("{*}g/{*}rect")
    widths = [float(rect.get("width", "0")) for rect in rects]
    assert max(widths) == pytest.approx(1200, abs=1)


def test_the_page_needs_no_network_and_no_name_ends_its_script() -> None:
    page = flame_page(FOUND)
    assert "/*DATA*/null" not in page
    assert not re.search(r"https?://", page)
    assert page.count("</script>") == 1
    assert "work" in page
