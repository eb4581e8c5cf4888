"""The terminal behind the PTY: a screen, and an answer for every question that a shell configuration may ask.

The screen is drawn by pyte, lazily: output is only queued while a session is timed, and drawn when somebody asks
where the cursor is or what the screen shows. Answers are those of a plain xterm with a dark background.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_QUERY = re.compile(
    rb"\x1b\[(?P<da>[>=]?)0?c"
    rb"|\x1b\[(?P<dsr>\??[56])n"
    rb"|\x1b\[(?P<size>1[48])t"
    rb"|\x1b\[(?P<mode>\??\d+)\$p"
    rb"|\x1b\[(?P<version>>0?q)"
    rb"|\x1b\](?P<colour>1[0-2]|4;\d+);\?(?:\x07|\x1b\\)"
    rb"|\x1bP(?P<dcs>\+q|\$q)(?P<ask>[^\x1b]*)\x1b\\"
)
_MAY_BE_OPEN = re.compile(rb"\x1b(?:\[[>=?0-9;$]*|\][0-9;?]{0,8}\x1b?|P[+$]?[^\x1b]{0,64}\x1b?)?$")
_ATTRIBUTES = {b"": b"\x1b[?62;22c", b">": b"\x1b[>1;10;0c", b"=": b"\x1bP!|00000000\x1b\\"}
_COLOURS = {b"10": b"ffff/ffff/ffff", b"11": b"0000/0000/0000", b"12": b"ffff/ffff/ffff"}
_PALETTE = b"c0c0/c0c0/c0c0"
_CELL_WIDTH, _CELL_HEIGHT = 8, 16  # pixels, for those who ask
_PIECES = re.compile(rb"(\x1b\[[^@-~]*[@-~])")
_QUEUED = 1 << 16  # a screen is smaller than this; older output cannot be on it


class Terminal:
    """Queues output, answers queries, and draws the screen on demand.

    Args:
        columns: Width in cells.
        rows: Height in cells.
    """

    def __init__(self, columns: int, rows: int) -> None:
        self._columns = columns
        self._rows = rows
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._open = b""
        self._stream: Any = None
        self._screen: Any = None

    def feed(self, data: bytes) -> bytes:
        """Take output; returns what the terminal answers to it (usually nothing)."""
        self._enqueue(data)
        if b"\x1b" not in data and not self._open:
            return b""
        text = self._open + data
        replies = b"".join(self._reply(match) for match in _QUERY.finditer(text))
        end = max((match.end() for match in _QUERY.finditer(text)), default=0)
        rest = _MAY_BE_OPEN.search(text, end)
        self._open = rest.group() if rest else b""
        return replies

    def lines(self) -> tuple[str, ...]:
        """The lines on the screen without trailing blanks; empty lines at the end are left out."""
        self._catch_up()
        # pyte's own `display` fails on a half-overwritten wide character.
        buffer = self._screen.buffer
        rows, columns = range(self._rows), range(self._columns)
        display = ["".join(buffer[row][column].data for column in columns).rstrip() for row in rows]
        while display and not display[-1]:
            display.pop()
        return tuple(display)

    def _enqueue(self, data: bytes) -> None:
        self._queue.append(data[-_QUEUED:])
        self._queued += len(self._queue[-1])
        while self._queued > 2 * _QUEUED and len(self._queue) > 1:
            self._queued -= len(self._queue.popleft())

    def _catch_up(self) -> None:
        import pyte  # noqa: PLC0415  40 ms, needed only when somebody looks

        if self._screen is None:
            self._screen = pyte.Screen(self._columns, self._rows)
            self._stream = pyte.ByteStream(self._screen)
        while self._queue:
            for piece in _PIECES.split(self._queue.popleft()):
                try:
                    self._stream.feed(piece)
                except (TypeError, ValueError, LookupError, AttributeError, AssertionError, NameError):
                    # pyte trips over a few sequences that real terminals ignore, and its parser dies of it.
                    self._stream = pyte.ByteStream(self._screen)
        self._queued = 0

    def _reply(self, match: re.Match[bytes]) -> bytes:
        ask = match[match.lastgroup or 0]
        answers: dict[str | None, Callable[[], bytes]] = {
            "da": lambda: _ATTRIBUTES[ask],
            "dsr": lambda: self._position(ask),
            "size": lambda: self._size(cells=ask == b"18"),
            "mode": lambda: b"\x1b[%s;0$y" % ask,
            "version": lambda: b"\x1bP>|zshforge\x1b\\",
            "colour": lambda: b"\x1b]%s;rgb:%s\x1b\\" % (ask, _COLOURS.get(ask, _PALETTE)),
            "ask": lambda: b"\x1bP0%sr%s\x1b\\" % (match["dcs"][:1], ask),
        }
        return answers[match.lastgroup]()

    def _size(self, *, cells: bool) -> bytes:
        if cells:
            return b"\x1b[8;%d;%dt" % (self._rows, self._columns)
        return b"\x1b[4;%d;%dt" % (self._rows * _CELL_HEIGHT, self._columns * _CELL_WIDTH)

    def _position(self, ask: bytes) -> bytes:
        if ask.endswith(b"5"):
            return b"\x1b[0n"
        self._catch_up()
        cursor = self._screen.cursor
        column = min(cursor.x, self._columns - 1) + 1
        return b"\x1b[%s%d;%dR" % (b"?" if ask.startswith(b"?") else b"", cursor.y + 1, column)
