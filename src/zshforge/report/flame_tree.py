"""The stacks of an explanation as boxes: who under whom, how wide, where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.report.folded import UNATTRIBUTED, label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.explanation import Explanation

_COLOURS = {"shell": "#b7bec9", "file": "#f2b263", "function": "#7db8e8", "command": "#e58a8a", "root": "#d5dae2"}


class Box(Struct):
    """One place under one set of callers; times in milliseconds."""

    name: str
    kind: str
    detail: str = ""
    own: float = 0.0
    ms: float = 0.0
    below: dict[int, Box] = {}

    @property
    def colour(self) -> str:
        """The colour of its kind."""
        return _COLOURS.get(self.kind, _COLOURS["root"])


def boxes(found: Explanation) -> Box:
    """The outermost box, which is as wide as the time to the prompt."""
    root = Box(name=f"to the {found.until}", kind="root")
    for stack in found.stacks:
        node = root
        node.ms += stack.ms
        for number in stack.places or (-1,):
            if number not in node.below:
                place = found.places[number] if number >= 0 else None
                node.below[number] = Box(
                    name=label(place) if place else UNATTRIBUTED,
                    kind=place.kind if place else "root",
                    detail=f"{place.file}:{place.line}" if place and place.file and place.line else "",
                )
            node = node.below[number]
            node.ms += stack.ms
        node.own += stack.ms
    return root


def ordered(box: Box) -> list[Box]:
    """The boxes on one, the widest first."""
    return sorted(box.below.values(), key=lambda below: -below.ms)


def walk(box: Box, depth: int = 0, start: float = 0.0) -> Iterator[tuple[Box, int, float]]:
    """Every box with its depth and the millisecond at which it is drawn."""
    yield box, depth, start
    for below in ordered(box):
        yield from walk(below, depth + 1, start)
        start += below.ms
