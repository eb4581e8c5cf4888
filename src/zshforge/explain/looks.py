"""Looks at the files alone, in the form of looks at lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.shell.lines import Level, Moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.shell.inside import Frame, Look


def as_moments(
    looks: Sequence[tuple[int, Look]], unseen_us: Sequence[int]
) -> tuple[tuple[tuple[int, Moment], ...], tuple[int, ...]]:
    """Files, and of functions those that no file called (hooks); what others cost belongs to the file.

    Args:
        looks: Changes of the call stack.
        unseen_us: For each of them how long nobody had looked.

    Returns:
        The changes that are left, and for each of these how long nobody had looked.
    """
    levels: dict[tuple[Frame, ...], tuple[Level, ...]] = {}
    found: list[tuple[int, Moment]] = []
    gaps: list[int] = []
    for (us, look), gap_us in zip(looks, unseen_us or [0] * len(looks), strict=True):
        shown = levels.setdefault(look.frames, _levels(look.frames))
        moment = Moment(levels=shown, line=0, editing=look.editing)
        if not found or found[-1][1] != moment:
            found.append((us, moment))
            gaps.append(gap_us)
    return tuple(found), tuple(gaps)


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
