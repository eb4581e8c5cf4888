"""Looks at the files alone, in the form of looks at lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.shell.lines import Level, Moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.shell.inside import Frame, Look


def as_moments(looks: Sequence[tuple[int, Look]]) -> tuple[tuple[int, Moment], ...]:
    """Files, and of functions those that no file called (hooks); what others cost belongs to the file."""
    levels: dict[tuple[Frame, ...], tuple[Level, ...]] = {}
    found: list[tuple[int, Moment]] = []
    for us, look in looks:
        shown = levels.setdefault(look.frames, _levels(look.frames))
        moment = Moment(levels=shown, line=0, editing=look.editing)
        if not found or found[-1][1] != moment:
            found.append((us, moment))
    return tuple(found)


def _levels(frames: Sequence[Frame]) -> tuple[Level, ...]:
    files = tuple(frame for frame in frames if frame.kind == "source")
    kept = files or tuple(frame for frame in frames[:1] if frame.kind == "function")
    return tuple(
        Level(
            kind=frame.kind,
            name=frame.name,
            file=frame.name if frame.kind == "source" else "",
            base=0,
            called_at=frame.line,
        )
        for frame in kept
    )
