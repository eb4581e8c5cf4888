"""What a terminal received, chunk by chunk with stamps, and when a text became complete on its screen."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque

# ECMA-48: strings (OSC, DCS, APC, PM, SOS, and screen's title ESC k), control sequences, other escapes.
_STRING = rb"\x1b[\]P_^Xk][^\x07\x1b]*(?:\x07|\x1b\\)"
_CONTROL = rb"\x1b\[[0-?]*[ -/]*[@-~]"
_OTHER = rb"\x1b[ -/]*[0-OQ-WYZ\\`-jl-~]"
_ESCAPE = re.compile(b"|".join((_STRING, _CONTROL, _OTHER)) + rb"|[\x00-\x09\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
_MARKS = re.compile(rb"\x1b\]133;[A-D]|\x1b\[\?2004h")
_LONGEST_ESCAPE = 4096  # an escape that is still open after this many bytes is taken as text
_PLAIN_KEPT = 1 << 20


class Transcript:
    """Collects output and finds texts on it as a person would see them: titles and colours are not the screen.

    Args:
        keep_bytes: How much raw output is kept from the start, and again from the end.
    """

    def __init__(self, keep_bytes: int = 1 << 20) -> None:
        self._keep = keep_bytes
        self._head: list[tuple[int, bytes]] = []
        self._tail: deque[tuple[int, bytes]] = deque()
        self._head_size = self._tail_size = 0
        self._open = b""
        self._plain = bytearray()
        self._dropped = 0
        self._ends: list[int] = []
        self._stamps: list[int] = []
        self._controls: list[tuple[int, int, bytes]] = []
        self._seen: dict[bytes, int | None] = {}
        self._places: dict[bytes, int] = {}
        self._searched: dict[bytes, int] = {}
        self.received_bytes = 0
        self.truncated = False

    def feed(self, stamp_us: int, data: bytes) -> None:
        """Take one chunk that was read at that moment."""
        self.received_bytes += len(data)
        self._remember(stamp_us, data)
        text = self._open + data
        cut = _open_escape(text)
        text, self._open = text[:cut], text[cut:]
        if b"\x1b]133;" in text or b"\x1b[?2004h" in text:
            before = self._dropped + len(self._plain)
            self._controls += [
                (before + len(_ESCAPE.sub(b"", text[: mark.start()])), stamp_us, mark[0])
                for mark in _MARKS.finditer(text)
            ]
        self._plain += _ESCAPE.sub(b"", text)
        self._ends.append(self._dropped + len(self._plain))
        self._stamps.append(stamp_us)
        if len(self._plain) > 2 * _PLAIN_KEPT:
            for wanted in self._seen:
                self._look_for(wanted)
            self._dropped += len(self._plain) - _PLAIN_KEPT
            del self._plain[:-_PLAIN_KEPT]

    @property
    def chunks(self) -> tuple[tuple[int, bytes], ...]:
        """Stamp and bytes of what was kept, in order."""
        return (*self._head, *self._tail)

    @property
    def last_us(self) -> int | None:
        """When the last output came."""
        return self._stamps[-1] if self._stamps else None

    def seen(self, text: str, *, after_us: int = 0) -> int | None:
        """When a text was complete on the screen, in microseconds, or ``None`` when it was not.

        Args:
            text: What to look for; escapes between its letters do not matter.
            after_us: Only texts that began to arrive at or after this stamp count.
        """
        wanted = text.encode()
        if not after_us:
            return self._look_for(wanted)
        first = bisect_left(self._stamps, after_us)
        begin = (self._ends[first - 1] if first else 0) - self._dropped
        return self._stamp(self._plain.find(wanted, max(begin, 0)), wanted)

    def expect(self, *texts: str) -> None:
        """Name texts that :meth:`seen` will be asked for, so that they are found however much output comes first."""
        self._seen |= dict.fromkeys(text.encode() for text in texts)

    def seen_control(self, sequence: bytes) -> int | None:
        """When a mark came first, or ``None``.

        Args:
            sequence: Shell integration (``ESC ] 133 ; A`` … ``D``), or the editor's start (``ESC [ ? 2004 h``).
        """
        return next((stamp for _, stamp, control in self._controls if control == sequence), None)

    def seen_control_before(self, sequence: bytes, text: str) -> int | None:
        """When a mark came last before a text began; ``None`` without such a mark, or without the text.

        Args:
            sequence: As for :meth:`seen_control`.
            text: As for :meth:`seen`.
        """
        if self._look_for(text.encode()) is None:
            return None
        place = self._places[text.encode()]
        return next((us for at, us, mark in reversed(self._controls) if mark == sequence and at <= place), None)

    def _look_for(self, wanted: bytes) -> int | None:
        """Search only what came since the last search: this is asked after every chunk."""
        if self._seen.setdefault(wanted, None) is None:
            begin = self._searched.get(wanted, 0) - len(wanted) + 1 - self._dropped
            at = self._plain.find(wanted, max(begin, 0))
            self._seen[wanted], self._places[wanted] = self._stamp(at, wanted), self._dropped + at
            self._searched[wanted] = self._dropped + len(self._plain)
        return self._seen[wanted]

    def _stamp(self, at: int, wanted: bytes) -> int | None:
        """When the text that was found at that place of the kept output was complete."""
        return None if at < 0 else self._stamps[bisect_left(self._ends, self._dropped + at + len(wanted))]

    def _remember(self, stamp_us: int, data: bytes) -> None:
        if self._head_size + len(data) <= self._keep:
            self._head.append((stamp_us, data))
            self._head_size += len(data)
            return
        self._tail.append((stamp_us, data[-self._keep :]))
        self._tail_size += min(len(data), self._keep)
        while self._tail_size > self._keep and len(self._tail) > 1:
            self._tail_size -= len(self._tail.popleft()[1])
            self.truncated = True


def _open_escape(text: bytes) -> int:
    """Where an escape sequence begins that this text does not end; the text's length when there is none."""
    at = text.rfind(b"\x1b")
    if at < 0 or len(text) - at > _LONGEST_ESCAPE:
        return len(text)
    if text[at:] == b"\x1b" or text[at : at + 2] == b"\x1b\\":
        # ESC \ may end a string whose own ESC lies before; a lone ESC may begin its end.
        before = text.rfind(b"\x1b", 0, at)
        if text[at:] == b"\x1b" and before >= 0 and not _ESCAPE.match(text, before):
            return before
        return at if text[at:] == b"\x1b" else len(text)
    return len(text) if _ESCAPE.match(text, at) else at
