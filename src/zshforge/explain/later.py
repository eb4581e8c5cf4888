"""The ledger of what runs after the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.model.explanation import Deferred, Place

if TYPE_CHECKING:
    from zshforge.explain.trace import Trace


class _Work(Struct):
    start_us: int
    own_us: int = 0


def deferred(one: Trace) -> tuple[Deferred, ...]:
    """Files and functions that ran after the end, and processes that were still running then, in the order of time."""
    work: dict[Place, _Work] = {}
    for piece in one.later:
        for place in piece.places:
            work.setdefault(place, _Work(piece.start_us))
        work[piece.places[-1]].own_us += piece.us
    found = [
        Deferred(
            kind="file" if place.kind == "file" else "function",
            name=place.name,
            file=place.file,
            line=place.line,
            start_ms=(done.start_us - one.start_us) / 1000,
            self_ms=done.own_us / 1000,
            count=one.begun_later.get(place, 0) or 1,
        )
        for place, done in work.items()
        if place.kind in ("file", "function")
    ]
    return tuple(sorted([*found, *_background(one)], key=lambda row: row.start_ms))


def _background(one: Trace) -> list[Deferred]:
    last = one.later[-1].end_us if one.later else one.end_us
    return [
        Deferred(
            kind="background",
            name=child.place.name,
            file=child.place.file,
            line=child.place.line,
            start_ms=(child.fork_us - one.start_us) / 1000,
            self_ms=(max(last, child.exit_us or last) - max(one.end_us, child.fork_us)) / 1000,
            count=1,
        )
        for child in one.children
        if (child.exit_us is None or child.exit_us > one.end_us) and child.fork_us <= one.end_us
    ]
