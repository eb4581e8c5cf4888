"""What the screen of a session showed, kept for those who doubt a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zshforge.model.recording import Event, Recording
from zshforge.store.recordings import write_recording

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.capture.observation import Observation
    from zshforge.capture.sample import Origin
    from zshforge.model.settings import Settings


def keep(folder: Path, origin: Origin, seen: Observation, settings: Settings, limit_bytes: int) -> str | None:
    """Write the recording of one session.

    Returns:
        The name of the file inside of the folder of recordings, or ``None`` when the session never started.
    """
    if seen.spawn_us is None:
        return None
    label = re.sub(r"[^A-Za-z0-9_.]+", "-", origin.config).strip("-.") or "config"
    path = folder / f"{label}-{origin.index:02d}.cast"
    write_recording(path, recording(seen, settings), limit_bytes)
    return f"{folder.name}/{path.name}"


def recording(seen: Observation, settings: Settings) -> Recording:
    """All reads, all that was typed, and the moments in between."""
    moments = {
        "spawn": seen.spawn_us,
        "first_prompt_seen": seen.prompt_us,
        "first_command_seen": seen.command_us,
        "idle": seen.idle_us,
    }
    events = [Event(stamp_us=stamp, kind="o", data=data) for stamp, data in seen.chunks]
    events += [Event(stamp_us=stamp, kind="i", data=data) for stamp, data in seen.typed]
    events += [Event.marker(name, stamp) for name, stamp in moments.items() if stamp is not None]
    return Recording(
        columns=settings.integer("capture.columns"),
        rows=settings.integer("capture.rows"),
        start_us=seen.spawn_us or 0,
        events=tuple(sorted(events, key=lambda event: event.stamp_us)),
    )
