"""Recordings on disk: asciicast v2, one file for each session, ``<folder>/<run_id>/<label>-NN.cast``.

The format is https://docs.asciinema.org/manual/asciicast/v2: a header line, then ``[seconds, code, text]`` lines. Two
things that it has no words for stand under the header's key ``zshforge``, which players pass over: the start as an
absolute time in microseconds, and the exact bytes of each event whose text does not give them back (bytes that are not
UTF-8, a character that was split over two reads), base64 by position.

Format history: ``zshforge.version`` 1, the first.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta, Struct, field

from zshforge.model.errors import ArtifactInvalid, NothingRecorded
from zshforge.model.recording import Event, Recording, StoredRecording
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from zshforge.model.recording import EventKind

_MICRO = 1_000_000
_FILE_NAME = re.compile(r"(?P<label>.+)-(?P<session>[0-9]{1,9})\.cast\Z")
_KNOWN = {"o", "i", "m"}

_Size = Annotated[int, Meta(ge=1, le=65_535)]  # the kernel's winsize holds 16 bits
_Seconds = Annotated[float, Meta(ge=0, le=1e9)]


class _Exact(Struct, kw_only=True):
    version: Literal[1] = 1
    start_us: int = 0
    origin_us: int = 0
    raw: dict[str, str] = field(default_factory=dict)


class _Header(Struct, kw_only=True):
    version: Literal[2]
    width: _Size
    height: _Size
    timestamp: int = 0
    zshforge: _Exact | None = None


def write_recording(path: Path, recording: Recording, limit_bytes: int) -> None:
    """Replace ``path`` by a recording, in order of stamps.

    Args:
        path: The ``.cast`` file; its folder is made.
        recording: What to keep.
        limit_bytes: How many bytes of output and input to keep. What comes later is left out, and a marker
            ``truncated: N bytes left out`` stands at the stamp of the first loss; markers are always kept.
    """
    ordered = sorted(recording.events, key=lambda event: event.stamp_us)
    events = _limited(ordered, limit_bytes)
    texts = _texts(events)
    origin = min([recording.start_us, *(event.stamp_us for event in events[:1])])
    header = _Header(
        version=2,
        width=recording.columns,
        height=recording.rows,
        timestamp=origin // _MICRO,
        zshforge=_Exact(start_us=recording.start_us, origin_us=origin, raw=_raw(events, texts)),
    )
    lines = [msgspec.json.encode(header)]
    lines += [_line(event, text, origin) for event, text in zip(events, texts, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic_write(path, b"\n".join([*lines, b""]))


def read_recording(path: Path) -> Recording:
    """A recording of ours to the byte, or one of another program as far as its text goes.

    Raises:
        NothingRecorded: There is no such file.
        ArtifactInvalid: It is not asciicast v2, is cut off, runs backwards, or holds other bytes than it plays.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NothingRecorded(f"cannot read the recording: {error.strerror}", where=str(path)) from error
    first, *rest = content.split(b"\n")
    header = _decode(first, _Header, path, 1)
    exact = header.zshforge or _Exact(start_us=header.timestamp * _MICRO, origin_us=header.timestamp * _MICRO, raw={})
    rows = _rows(rest, path)
    events = tuple(_events(rows, exact, path))
    played = [text for _, kind, text in rows if kind in _KNOWN]
    if header.zshforge is not None and _texts(events) != played:
        raise ArtifactInvalid("the recording's raw bytes are not what it plays", where=str(path))
    return Recording(columns=header.width, rows=header.height, start_us=exact.start_us, events=events)


def list_recordings(folder: Path) -> tuple[StoredRecording, ...]:
    """Every recording under ``folder``, by run (oldest first), label and session."""
    found = [
        StoredRecording(run_id=path.parent.name, label=name["label"], session=int(name["session"]), path=path)
        for path in folder.glob("*/*.cast")
        if (name := _FILE_NAME.match(path.name))
    ]
    return tuple(sorted(found, key=lambda item: (item.run_id, item.label, item.session)))


def find_recordings(folder: Path, run: str) -> tuple[StoredRecording, ...]:
    """The recordings of one run.

    Args:
        folder: Where the recordings lie.
        run: A run id, its unmistakable beginning, or ``latest``.

    Raises:
        NothingRecorded: No run, or more than one, of that name; names what there is.
    """
    everything = list_recordings(folder)
    runs = sorted({item.run_id for item in everything}, reverse=True)
    if not runs:
        raise NothingRecorded("nothing is recorded yet", where=str(folder), hint="zf capture")
    matching = runs[:1] if run == "latest" else [name for name in runs if name.startswith(run)]
    chosen = run if run in matching else matching[0] if len(matching) == 1 else None
    if chosen is None:
        problem = "no recorded run is" if not matching else f"{len(matching)} recorded runs are"
        shown = ", ".join(runs[:8]) + (f" and {len(runs) - 8} more" if len(runs) > 8 else "")  # noqa: PLR2004  a screenful
        raise NothingRecorded(f"{problem} called {run!r}", where=str(folder), hint=f"one of latest, {shown}")
    return tuple(item for item in everything if item.run_id == chosen)


def _limited(events: list[Event], limit_bytes: int) -> list[Event]:
    total = sum(len(event.data) for event in events if event.kind != "m")
    if total <= limit_bytes:
        return events
    left = limit_bytes
    kept: list[Event] = []
    marked = False
    for event in events:
        if event.kind == "m":
            kept.append(event)
            continue
        data = event.data[:left]
        left -= len(data)
        if data:
            kept.append(msgspec.structs.replace(event, data=data))
        if len(data) < len(event.data) and not marked:
            kept.append(Event.marker(f"truncated: {total - limit_bytes} bytes left out", event.stamp_us))
            marked = True
    return kept


def _texts(events: Iterable[Event]) -> list[str]:
    """What a player shows: each stream decoded on its own, a split character in the read that completed it."""
    decoder = codecs.getincrementaldecoder("utf-8")
    streams = {kind: decoder("replace") for kind in ("o", "i")}
    return [
        streams[event.kind].decode(event.data) if event.kind in streams else event.data.decode("utf-8", "replace")
        for event in events
    ]


def _raw(events: Iterable[Event], texts: Iterable[str]) -> dict[str, str]:
    return {
        str(index): base64.b64encode(event.data).decode()
        for index, (event, text) in enumerate(zip(events, texts, strict=True))
        if text.encode() != event.data
    }


def _line(event: Event, text: str, origin: int) -> bytes:
    seconds, micros = divmod(event.stamp_us - origin, _MICRO)
    return b'[%d.%06d,"%s",%s]' % (seconds, micros, event.kind.encode(), msgspec.json.encode(text))


def _decode(line: bytes, kind: Any, path: Path, number: int) -> Any:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ArtifactInvalid(
            f"line {number} is not asciicast v2: {error}", where=str(path), hint="record it again"
        ) from error


def _rows(lines: list[bytes], path: Path) -> list[tuple[float, str, str]]:
    rows: list[tuple[float, str, str]] = []
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        row = _decode(line, tuple[_Seconds, str, str], path, number)
        if rows and row[0] < rows[-1][0]:
            raise ArtifactInvalid(f"line {number} runs backwards in time", where=str(path))
        rows.append(row)
    return rows


def _events(rows: list[tuple[float, str, str]], exact: _Exact, path: Path) -> Iterator[Event]:
    strangers = exact.raw.keys() - {str(number) for number in range(len(rows))}
    if strangers:
        raise ArtifactInvalid("raw bytes of an event that is not there", where=str(path))
    for index, (seconds, kind, text) in enumerate(rows):
        if kind not in _KNOWN:  # a resize, an exit: players pass over codes that they do not know, and so do we
            continue
        stamp = exact.origin_us + round(seconds * _MICRO)
        yield Event(stamp_us=stamp, kind=cast("EventKind", kind), data=_bytes(text, exact.raw.get(str(index)), path))


def _bytes(text: str, raw: str | None, path: Path) -> bytes:
    try:
        return text.encode() if raw is None else base64.b64decode(raw, validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ArtifactInvalid(f"raw bytes that are none: {error}", where=str(path)) from error
