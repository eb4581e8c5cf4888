"""The picture of a start in other tools' formats: speedscope's and Chrome's.

speedscope: https://www.speedscope.app/file-format-schema.json, an *evented* profile. Chrome: the Trace Event Format,
an object with complete events (``ph`` is ``X``), times in microseconds; Perfetto reads it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zshforge import __version__
from zshforge.report.folded import label

if TYPE_CHECKING:
    from zshforge.model.explanation import Explanation, Stretch

_SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def speedscope(found: Explanation) -> dict[str, Any]:
    """A document for speedscope: one evented profile in milliseconds."""
    frames = [
        {"name": label(place)}
        | ({"file": place.file} if place.file else {})
        | ({"line": place.line} if place.line else {})
        for place in found.places
    ]
    events: list[dict[str, Any]] = []
    running: list[Stretch] = []
    for stretch in found.stretches:
        while len(running) > stretch.depth:
            _close(running.pop(), events)
        events.append({"type": "O", "frame": stretch.place, "at": _after(events, stretch.start_ms)})
        running.append(stretch)
    while running:
        _close(running.pop(), events)
    profile = {
        "type": "evented",
        "name": found.config,
        "unit": "milliseconds",
        "startValue": 0,
        "endValue": max([found.wall_ms, *(event["at"] for event in events[-1:])]),
        "events": events,
    }
    return {
        "$schema": _SCHEMA,
        "name": f"zsh to the {found.until}: {found.config}",
        "exporter": f"zshforge@{__version__}",
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": [profile],
    }


def _close(stretch: Stretch, events: list[dict[str, Any]]) -> None:
    events.append({"type": "C", "frame": stretch.place, "at": _after(events, stretch.end_ms)})


def _after(events: list[dict[str, Any]], at: float) -> float:
    """Events may not run backwards, not even by a rounding."""
    return max(at, events[-1]["at"]) if events else at


def chrome_trace(found: Explanation) -> dict[str, Any]:
    """A document in the Trace Event Format; what ran after the prompt is a second thread."""
    events: list[dict[str, Any]] = [
        _named(1, "to the prompt"),
        _named(2, "after the prompt"),
    ]
    for stretch in found.stretches:
        place = found.places[stretch.place]
        args = {"file": place.file, "line": place.line} if place.file else {}
        times = (stretch.start_ms, stretch.end_ms - stretch.start_ms)
        events.append(_complete(label(place), place.kind, 1, times, args))
    events += [
        _complete(row.name, row.kind, 2, (row.start_ms, row.self_ms), {"file": row.file}) for row in found.deferred
    ]
    return {"traceEvents": events, "displayTimeUnit": "ms", "otherData": {"config": found.config, "tool": __version__}}


def _named(thread: int, name: str) -> dict[str, Any]:
    return {"name": "thread_name", "ph": "M", "pid": 1, "tid": thread, "args": {"name": name}}


def _complete(name: str, kind: str, thread: int, times: tuple[float, float], args: dict[str, Any]) -> dict[str, Any]:
    start, length = (round(ms * 1000, 3) for ms in times)
    return {"name": name, "cat": kind, "ph": "X", "pid": 1, "tid": thread, "ts": start, "dur": length, "args": args}
