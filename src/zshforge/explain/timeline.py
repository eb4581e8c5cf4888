"""One session in the order of time: stretches for pictures, the chain of what the prompt waited for, its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.explain.trace import PROMPT, START
from zshforge.model.explanation import Part, Place, Step, Stretch

if TYPE_CHECKING:
    from zshforge.explain.fold import Folded
    from zshforge.explain.trace import Trace


class Span(Struct, kw_only=True):
    """A place from its beginning to its end, in absolute microseconds."""

    place: Place
    depth: int
    start_us: int
    end_us: int
    self_us: int = 0


def spans(one: Trace) -> list[Span]:
    """Every place from its beginning to its end, in the order of their beginnings."""
    found: list[Span] = []
    running: list[Span] = []
    for piece in one.pieces:
        kept = 0
        for span, place in zip(running, piece.places, strict=False):
            if span.place != place or span.end_us != piece.start_us:
                break
            kept += 1
        del running[kept:]
        for depth, place in enumerate(piece.places[kept:], kept):
            running.append(Span(place=place, depth=depth, start_us=piece.start_us, end_us=piece.start_us))
            found.append(running[-1])
        for span in running:
            span.end_us = piece.end_us
        if running:
            running[-1].self_us += piece.us
    return found


def stretches(one: Trace, wall_ms: float, numbers: dict[Place, int], *, most: int) -> tuple[Stretch, ...]:
    """The picture's rows, drawn to the length of ``wall_ms``; of too many the shortest are left out.

    Args:
        one: The session.
        wall_ms: The length of the whole.
        numbers: The number of each place; new places get the next one.
        most: How many there may be.
    """
    scale = wall_ms / max(one.us, 1)
    found = spans(one)
    lengths = sorted((span.end_us - span.start_us for span in found), reverse=True)
    least = lengths[most] + 1 if len(lengths) > most else 0
    return tuple(
        Stretch(
            place=numbers.setdefault(span.place, len(numbers)),
            depth=span.depth,
            start_ms=(span.start_us - one.start_us) * scale,
            end_ms=(span.end_us - one.start_us) * scale,
        )
        for span in found
        if span.end_us - span.start_us >= least
    )


def chain(one: Trace, wall_ms: float, *, least_share: float) -> tuple[Step, ...]:
    """What the prompt waited for: whatever took at least a share of the whole, in the order of time.

    A shell does one thing after another, so everything before the prompt was waited for.
    """
    scale = wall_ms / max(one.us, 1)
    return tuple(
        Step(
            depth=span.depth,
            kind=span.place.kind,
            name=span.place.name,
            start_ms=(span.start_us - one.start_us) * scale,
            self_ms=span.self_us * scale,
            inclusive_ms=(span.end_us - span.start_us) * scale,
        )
        for span in spans(one)
        if span.end_us - span.start_us >= least_share * one.us
    )


def parts(folded: Folded, wall_ms: float, one: Trace) -> tuple[Part, ...]:
    """The outermost files in the order in which a session met them, what zsh did, and the rest."""
    met = [piece.places[0] for piece in one.pieces if piece.places]
    shares = {START.name: 0.0} | {place.name: 0.0 for place in met if place.kind == "file"}
    hooks = commands = rest = 0.0
    for (places, _), share in folded.shares.items():
        if not places:
            rest += share
        elif places[0].kind == "function":
            hooks += share
        elif places[0].kind in ("file", "shell"):
            shares[places[0].name] = shares.get(places[0].name, 0.0) + share
        else:  # a command under no code at all: only a prompt that is expanded starts one
            commands += share
    drawing = shares.pop(PROMPT.name, 0.0)
    every = {**shares, "hooks": hooks, "commands in the prompt": commands, PROMPT.name: drawing, "unattributed": rest}
    return tuple(Part(name=name, ms=share * wall_ms) for name, share in every.items() if share)
