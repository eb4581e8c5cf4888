"""A flame graph as a page that opens without a network: a click zooms, a search marks."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from zshforge.report.bars import visible
from zshforge.report.flame_tree import boxes, ordered

if TYPE_CHECKING:
    from zshforge.model.explanation import Explanation
    from zshforge.report.flame_tree import Box


def flame_page(found: Explanation) -> str:
    """The whole page, with its data, style and script in it."""
    data = {
        "config": visible(found.config),
        "until": found.until,
        "root": _node(boxes(found)),
        "later": [
            {"name": visible(row.name), "kind": row.kind, "at": round(row.start_ms, 2), "ms": round(row.self_ms, 2)}
            for row in found.deferred
        ],
        "safe": found.typing_safe_ms,
        "looks": [
            f"level {level.name}, {level.sessions} sessions, overhead "
            + ("unknown" if level.overhead_share is None else f"{100 * level.overhead_share:+.1f} %")
            for level in found.levels
        ],
    }
    text = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")  # no text of the data ends the script
    page = files("zshforge.report").joinpath("flame.html").read_text(encoding="utf-8")
    return page.replace("/*DATA*/null", text)


def _node(box: Box) -> dict[str, Any]:
    """A box for the script: name, kind, detail, inclusive and own milliseconds, and what is on it."""
    return {
        "n": visible(box.name),
        "k": box.kind,
        "d": visible(box.detail),
        "t": round(box.ms, 3),
        "o": round(box.own, 3),
        "c": [_node(below) for below in ordered(box)],
    }
