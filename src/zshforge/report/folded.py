"""Folded stacks: one line for each stack, as flamegraph.pl and its heirs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zshforge.model.explanation import Explanation, Place

UNATTRIBUTED = "unattributed"


def label(place: Place) -> str:
    """A name without the characters that separate frames and counts."""
    name = {"function": f"{place.name}()", "command": f"$({place.name})"}.get(place.kind, place.name)
    return name.replace(";", ",").replace("\n", " ")


def folded(found: Explanation) -> str:
    """Stacks from the outermost to the innermost, each with its microseconds."""
    lines = []
    for stack in found.stacks:
        names = [label(found.places[number]) for number in stack.places] or [UNATTRIBUTED]
        us = round(stack.ms * 1000)
        if us:
            lines.append(f"{';'.join(names)} {us}")
    return "\n".join(lines) + "\n"
