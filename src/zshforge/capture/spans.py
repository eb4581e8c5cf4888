"""From looks at a call stack to spans: every sourced file and every hot function, inclusive and self."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.model.markers import Provenance, Segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zshforge.shell.inside import Frame, Look

#: Functions that are segments of their own besides the files: the guide's hotspots.
HOT_FUNCTIONS = (
    "compinit",
    "compaudit",
    "zgenom",
    "zinit",
    "antidote",
    "gitstatus_start",
    "_p9k_init",
    "starship_precmd",
)


class Span(Struct, kw_only=True):
    """One level of the call stack from the look that first showed it to the look that no longer did."""

    kind: str
    name: str
    depth: int
    start_us: int
    end_us: int
    self_us: int = 0


def spans(looks: Sequence[tuple[int, Look]], until_us: int) -> list[Span]:
    """All spans that began before a moment, in the order in which they began; later ends are cut there.

    The time between two looks belongs to the innermost level that the earlier one showed.
    """
    found: list[Span] = []
    open_spans: list[Span] = []
    before: tuple[Frame, ...] = ()
    last_us = 0
    for stamp, look in (*looks, (until_us, None)):
        now = min(stamp, until_us)
        if open_spans:
            open_spans[-1].self_us += now - last_us
        last_us = now
        frames = _frames(look.frames) if look is not None else ()
        kept = _common(before, frames)
        for span in open_spans[kept:]:
            span.end_us = now
        del open_spans[kept:]
        if stamp >= until_us:
            frames = frames[:kept]
        for depth, frame in enumerate(frames[kept:], kept):
            span = Span(kind=frame.kind, name=frame.name, depth=depth, start_us=now, end_us=now)
            found.append(span)
            open_spans.append(span)
        before = frames
        if stamp >= until_us:
            break
    for span in open_spans:
        span.end_us = until_us
    return found


def _frames(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """Files and hot functions; what other functions and evals cost belongs to whoever called them."""
    return tuple(f for f in frames if f.kind == "source" or (f.kind == "function" and f.name in HOT_FUNCTIONS))


def _common(one: tuple[Frame, ...], other: tuple[Frame, ...]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def segments(found: Iterable[Span], phase_of: dict[int, str]) -> tuple[Segment, ...]:
    """One segment for each file or function; a file that was sourced twice is one segment with both costs.

    Args:
        found: Spans of one session.
        phase_of: For each start stamp the phase that it lies in.
    """
    spans_by_key: dict[tuple[str, str], list[Span]] = {}
    for span in found:
        spans_by_key.setdefault((span.kind, span.name), []).append(span)
    labels = _labels(list(spans_by_key))
    out = []
    for (kind, name), group in spans_by_key.items():
        outer = [
            s
            for s in group
            if not any(
                o is not s and o.start_us <= s.start_us and s.end_us <= o.end_us and o.depth < s.depth for o in group
            )
        ]
        inclusive = sum(s.end_us - s.start_us for s in outer)
        first = group[0]
        out.append(
            Segment(
                name=labels[kind, name],
                phase=phase_of.get(first.start_us, "other"),
                start_us=first.start_us,
                end_us=first.start_us + inclusive,
                kind="file" if kind == "source" else "function",
                file=name if kind == "source" else None,
                self_us=sum(s.self_us for s in group),
                provenance=Provenance.OBSERVED,
            )
        )
    return tuple(out)


def _labels(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Short names; files of the same name get as many folders in front as it takes to tell them apart."""
    labels = {key: key[1] for key in keys}
    files = {key: PurePath(key[1]).parts for key in keys if key[0] == "source" and not key[1].startswith("/etc/")}
    for key, parts in files.items():
        for count in range(1, len(parts) + 1):
            label = "/".join(parts[-count:])
            if Counter("/".join(other[-count:]) for other in files.values())[label] == 1:
                break
        labels[key] = label.lstrip("/")
    return labels
