"""What one session's terminal showed and was sent, chunk by chunk, on the clock of the markers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

#: What an event is: output of the shell, input that was typed, or a marker (the codes of asciicast v2).
EventKind = Literal["o", "i", "m"]


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One read from, one write to, or one moment of a terminal.

    ``stamp_us`` is an absolute time in integer microseconds. ``data`` are the exact bytes of the read or write; for a
    marker, its name in UTF-8 (``first_prompt_seen``, …).
    """

    stamp_us: int
    kind: EventKind
    data: bytes

    @classmethod
    def marker(cls, name: str, stamp_us: int) -> Event:
        """A lifecycle moment between the reads."""
        return cls(stamp_us=stamp_us, kind="m", data=name.encode())

    @property
    def name(self) -> str:
        """The name of a marker."""
        return self.data.decode("utf-8", "replace")


class Recording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session's terminal: its size, its start (spawn, absolute microseconds), and its events in order of stamps."""

    columns: int
    rows: int
    start_us: int
    events: tuple[Event, ...] = ()

    def marks(self) -> dict[str, int]:
        """The first stamp of each marker, absolute microseconds, by name."""
        first: dict[str, int] = {}
        for event in self.events:
            if event.kind == "m":
                first.setdefault(event.name, event.stamp_us)
        return first


class StoredRecording(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a recording lies: ``<run_id>/<label>-<session>.cast``."""

    run_id: str
    label: str
    session: int
    path: Path


class ReplayEvent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One event with its stamp in milliseconds after spawn, its size, and its bytes made visible."""

    ms: float
    """Milliseconds after the start."""
    kind: EventKind
    """``o`` output, ``i`` input, ``m`` marker."""
    bytes: int
    """How many there were."""
    shown: str
    """What it was, with control characters made visible."""


class Replay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recording as a document: marks in milliseconds after spawn, and the screen at each mark that a number uses."""

    schema: Literal["replay.v1"] = "replay.v1"
    path: str
    """The recording."""
    columns: int
    """Width of the terminal."""
    rows: int
    """Height of the terminal."""
    start_us: int
    """When the shell was started, absolute microseconds."""
    marks: dict[str, float]
    """Lifecycle moments in milliseconds after the start, by name."""
    screens: dict[str, tuple[str, ...]]
    """What the screen showed at each of them, line by line."""
    events: tuple[ReplayEvent, ...]
    """Every read and write, in order."""
