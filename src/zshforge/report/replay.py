"""A recording as a sceptic reads it: every read with its stamp, the marks in place, the screen at each number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pyte
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from zshforge.model.errors import UsageError
from zshforge.model.recording import Replay, ReplayEvent
from zshforge.report.bars import UNKNOWN, Piece, flow, visible
from zshforge.report.failure import screen_box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from zshforge.model.recording import Event, Recording

#: The marks that end a latency, and what the screen shows there.
SEEN = {
    "first_prompt_seen": "screen when the prompt was seen",
    "first_command_seen": "screen when the first command's output was seen",
}

_WORDS = {"o": "out", "i": "in"}
_STYLES = {"o": "", "i": "cyan"}
_MARGIN = 26
_MOST_LINES = 6
_PIECE = re.compile(
    r"(?s:\A +\Z| {12,}|.)"
)  # zsh fills a line with blanks before each prompt (zshoptions(1), PROMPT_SP)

# Strings to the terminal (OSC, DCS, SOS, PM, APC) and CSI sequences, ECMA-48 5.4 and 5.6; a string that never ends
# swallows no more than any real one is long.
_STRING = rb"\x1b\].{0,65536}?(?:\x07|\x1b\\)|\x1b[PX^_].{0,65536}?\x1b\\"
_CSI = rb"\x1b\[(?P<private>[<=>?]?)(?P<values>[0-9:;]*)(?P<between>[ -/]*)[@-~]"
_SEQUENCE = re.compile(rb"(?s:" + _STRING + rb")|" + _CSI)


class _Part(NamedTuple):
    text: str
    size: int


def timeline(recording: Recording, *, title: str, width: int) -> Group:
    """Every event in order, milliseconds after spawn, and the screen at the marks that a latency ends with.

    Args:
        recording: What was recorded.
        title: What it is a recording of.
        width: Columns of the terminal it is shown on.
    """
    parts: list[RenderableType] = [Text(f"{title} · {recording.columns}x{recording.rows} · ms after spawn", "bold")]
    first = recording.marks()
    for event in recording.events:
        parts += _event_lines(event, recording.start_us, width)
        if event.kind == "m" and event.name in SEEN and event.stamp_us == first[event.name]:
            box = render_screen(recording, title=SEEN[event.name], width=width - 10, stamp_us=event.stamp_us)
            parts.append(Padding(box, (0, 0, 0, 10)))
    for name in SEEN:
        parts += flow([_number(name, first, recording.start_us)], width=width)
    return Group(*parts)


def render_screen(recording: Recording, *, title: str, width: int, stamp_us: int | None = None) -> RenderableType:
    """The screen at a moment (absolute microseconds; the end when ``None``) in a box."""
    return screen_box(screen_at(recording, stamp_us), title, width=width)


def screen_at(recording: Recording, stamp_us: int | None = None) -> tuple[str, ...]:
    """The lines of the screen once everything up to a moment was drawn (absolute microseconds; all when ``None``).

    Sequences that the emulator does not know are passed over, as a real terminal passes over them.
    """
    output = b"".join(
        event.data
        for event in recording.events
        if event.kind == "o" and (stamp_us is None or event.stamp_us <= stamp_us)
    )
    screen = pyte.Screen(recording.columns, recording.rows)
    stream = pyte.Stream(screen)
    for known in _drawable(output):
        _draw(stream, known)
    # not screen.display, which trips over a wide character that was half overwritten
    rows = (screen.buffer[row] for row in range(recording.rows))
    return tuple("".join(cells[column].data for column in range(recording.columns)).rstrip() for cells in rows)


def cut(recording: Recording, mark: str) -> Recording:
    """The recording up to and including a mark.

    Raises:
        UsageError: There is no such mark; names those that there are.
    """
    marks = recording.marks()
    if mark not in marks:
        there = ", ".join(visible(name) for name in marks) or "none at all"
        raise UsageError(f"the recording has no mark {mark!r}", hint=f"one of its marks: {there}")
    kept = tuple(event for event in recording.events if event.stamp_us <= marks[mark])
    return replace(recording, events=kept)


def frames(recording: Recording) -> Iterator[tuple[float, bytes]]:
    """What was shown, each with the seconds to wait before it."""
    before = recording.start_us
    for event in recording.events:
        if event.kind == "o":
            yield (event.stamp_us - before) / 1_000_000, event.data
            before = event.stamp_us


def document(recording: Recording, *, path: str) -> Replay:
    """The recording for a program: stamps in milliseconds after spawn, bytes made visible, screens as lines."""
    marks = recording.marks()
    return Replay(
        path=path,
        columns=recording.columns,
        rows=recording.rows,
        start_us=recording.start_us,
        marks={name: _ms(stamp, recording.start_us) for name, stamp in marks.items()},
        screens={name: screen_at(recording, marks[name]) for name in SEEN if name in marks},
        events=tuple(
            ReplayEvent(
                ms=_ms(event.stamp_us, recording.start_us),
                kind=event.kind,
                bytes=len(event.data),
                shown=visible(event.data),
            )
            for event in recording.events
        ),
    )


def _ms(stamp_us: int, start_us: int) -> float:
    return (stamp_us - start_us) / 1000


def _event_lines(event: Event, start_us: int, width: int) -> Iterator[Text]:
    at = f"{_ms(event.stamp_us, start_us):>12.3f}  "
    if event.kind == "m":
        yield Text(at, "bold").append(f"── {visible(event.data)}"[: max(width - len(at), 8)])
        return
    head = Text(f"{at}{_WORDS[event.kind]:<3} {len(event.data):>6}  ", "dim")
    parts = list(_wrapped(event.data, max(width - _MARGIN, 8)))
    for part in parts[:_MOST_LINES]:
        yield head.append(part.text, _STYLES[event.kind] or "not dim")
        head = Text(" " * _MARGIN)
    rest = sum(part.size for part in parts[_MOST_LINES:])
    if rest:
        yield head.append(f"… {rest} more bytes (--raw)", "dim")


def _wrapped(data: bytes, width: int) -> Iterator[_Part]:
    """Visible text in lines, each with the bytes it stands for; no escape is torn."""
    line, cells, size = "", 0, 0
    text = data.decode("utf-8", "surrogateescape")
    for piece in _PIECE.findall(text):
        shown = _blanks(piece) if piece[0] == " " and (len(piece) > 1 or piece == text) else visible(piece)
        wide = cell_len(shown)
        if line and cells + wide > width:
            yield _Part(line, size)
            line, cells, size = "", 0, 0
        line, cells = line + shown, cells + wide
        size += len(piece.encode("utf-8", "surrogateescape"))
    yield _Part(line, size)


def _blanks(piece: str) -> str:
    return f"⟨{len(piece)} blank{'s' if len(piece) > 1 else ''}⟩"


def _number(name: str, marks: dict[str, int], start_us: int) -> Piece:
    if name not in marks:
        return Piece(f"{name} unknown (the recording has no such mark)", UNKNOWN)
    return Piece(f"{name} is {_ms(marks[name], start_us):.3f} ms after spawn", "bold")


def _drawable(output: bytes) -> Iterator[str]:
    """Text and the sequences that pyte draws, one by one, so that one that trips it costs no other."""
    end = 0
    for found in _SEQUENCE.finditer(output):
        yield output[end : found.start()].decode("utf-8", "replace")
        end = found.end()
        # None: a string to the terminal, which changes nothing on the screen
        known = found["private"] in (b"", b"?") and not found["between"] and b":" not in found["values"]
        if known:
            yield found.group().decode("ascii")
    yield output[end:].decode("utf-8", "replace")


def _draw(stream: pyte.Stream, text: str) -> None:
    try:
        stream.feed(text)
    except (TypeError, ValueError, LookupError, NameError, AttributeError, AssertionError):
        # pyte hands private forms to handlers of plain ones, and trips over values that a terminal ignores
        return
