"""The call stack and the current line of a running zsh, read from outside as often as a processor can.

:mod:`zshforge.shell.inside` looks now and then, and reads level by level. This reader is for a pass of its own. Levels
of files and evals lie on the shell's own C stack (Src/init.c, ``source``; Src/builtin.c, ``bin_eval``); those of
functions lie there or on its heap, by version (Src/exec.c, ``doshfunc``). One read fetches all that lie close together:
what is seen belongs to one moment, however short the moment was.
"""

from __future__ import annotations

import sys
from typing import Self

from msgspec import Struct

from zshforge.shell.elf import dynamic_symbols
from zshforge.shell.inside import INT, KINDS, LONGEST_NAME, NODE, POINTER, Frame, addresses_of, open_memory, printable

_LINE = 8  # bytes of lineno
_SYMBOLS = ("funcstack", "zleactive", "lineno")
_DEEPEST = 512
_REGION = 1 << 16  # of the stack, fetched at every look; what lies outside is read level by level
_TRUSTED = 4  # looks that find the same line at the same level, before all of the level is read again
_LINES = 1 << 31  # no file has more; what says so is no level but what was left of one


class Level(Struct, frozen=True, kw_only=True):
    """One level of the call stack, with what it takes to tell a line of it."""

    kind: str
    """``source``, ``function`` or ``eval``."""
    name: str
    file: str
    """The file that the code of this level stands in."""
    base: int
    """The line of that file which stands before line 1 of this level; 0 for a sourced file."""
    called_at: int
    """The line of the level around it, in that level's own counting, at which this one was entered."""


class Moment(Struct, frozen=True, kw_only=True):
    """What the shell was doing at one moment; ``levels`` has the outermost first."""

    levels: tuple[Level, ...]
    line: int
    """The line that was running or being read, in the counting of the innermost level."""
    editing: bool
    """Whether the line editor was active."""

    @property
    def frames(self) -> tuple[Frame, ...]:
        """The levels as :class:`zshforge.shell.inside.Look` has them."""
        return tuple(Frame(kind=level.kind, name=level.name, line=level.called_at) for level in self.levels)


class _Entry(Struct, frozen=True):
    """A level, and the bytes that it was read from."""

    address: int
    node: bytes
    name: bytes
    level: Level


def prepare_lines(shell: str) -> None:
    """Look up now what a reader will need of that program, in 40 ms that no session should wait for."""
    dynamic_symbols(shell, _SYMBOLS)


class LineReader:
    """Reads the call stack and the line of one running zsh.

    Args:
        pid: The shell's process.
        shell: The path it was started from; the process must be executing that file.

    Attributes:
        lost: Nothing is where it was: the process has ended, or has become another program (``exec``).

    Raises:
        WatchRefused: The process is another program, exports no symbols, or may not be read.
    """

    def __init__(self, pid: int, shell: str) -> None:
        where = addresses_of(pid, shell, _SYMBOLS)
        self._stack, self._editing, self._line = (where[name] for name in _SYMBOLS)
        self._entries: list[_Entry] = []  # innermost first
        self._levels: tuple[Level, ...] = ()
        self._names: set[tuple[bytes, bytes]] = set()
        self._head: bytes | None = None
        self._remembered: dict[int, _Entry] = {}  # a level that ended while it was read was the last one seen there
        self._moment: Moment | None = None
        self._seen: tuple[bytes | None, ...] = ()
        self._low = self._high = 0
        self._source: _Entry | None = None
        self.lost = False
        self._memory = open_memory(pid, self._stack)

    def look(self) -> Moment | None:
        """The state at this moment; the same object as before when nothing changed, ``None`` when it is not known."""
        read = self._memory.read
        head, line = read(self._stack, POINTER), read(self._line, _LINE)
        self._skipped += 1
        if self._seen and self._seen[:2] == (head, line) and self._skipped < _TRUSTED:
            return self._moment  # every read costs the shell something, and most looks find nothing new
        self._skipped = 0
        region = read(self._low, self._high - self._low)
        editing = read(self._editing, INT)
        if head is None or line is None or editing is None:
            self.lost = True
            return None
        name = read(self._named_at, len(self._source.name)) if self._source else None
        innermost = int.from_bytes(head, sys.byteorder)
        # A function may take the place on the heap, far from the region, that the one before it had.
        now = (head, line, editing, name, region, self._node(innermost, region or b"") if innermost else b"")
        if now == self._seen:
            return self._moment
        self._seen, self._head = now, head
        if not self._walk(innermost, region or b"", name):
            self._seen, self._moment = (), None
            return None
        number, active = int.from_bytes(line, sys.byteorder, signed=True), editing != bytes(INT)
        last = self._moment
        if last is None or last.levels is not self._levels or last.line != number or last.editing != active:
            self._moment = Moment(levels=self._levels, line=number, editing=active)
        return self._moment

    _named_at = _skipped = 0

    def close(self) -> None:
        """Give the descriptor back."""
        self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _walk(self, node: int, region: bytes, name: bytes | None) -> bool:
        """Follow the list down to the first level that is known; false when it was caught in mid-change."""
        if self._source is not None and name != self._source.name:  # zsh reuses the place of a file for the next one
            inner = (index for index, entry in enumerate(self._entries, 1) if entry is self._source)
            self._entries = self._entries[next(inner, 0) :]
        known = {entry.address: index for index, entry in enumerate(self._entries)}
        new: list[_Entry] = []
        rest: list[_Entry] = []
        address = node
        while address:
            if len(new) >= _DEEPEST:
                return False
            raw = self._node(address, region)
            index = known.get(address)
            if index is not None and self._entries[index].node == raw:
                rest = self._entries[index:]
                break
            entry = self._entry(address, raw) if raw is not None else None
            if entry is None:
                entry = self._remembered.get(address)
                self._seen = ()  # a guess, which the next look makes good
            if entry is None:
                return False
            new.append(entry)
            self._remembered[address] = entry
            address = NODE.unpack(entry.node)[0]
        if new or len(rest) != len(self._entries) or len(rest) != len(self._levels):
            self._settle([*new, *rest])
        return True

    def _settle(self, entries: list[_Entry]) -> None:
        self._entries = entries
        self._levels = tuple(entry.level for entry in reversed(entries))
        source = next((entry for entry in entries if entry.level.kind == "source"), None)
        low, high = self._low, self._high
        if entries:
            places = [entry.address for entry in entries]
            self._high = max(high, max(places) + NODE.size)
            near = [place for place in places if place > self._high - _REGION]
            self._low = max(min([low or self._high, *near]), self._high - _REGION)
        if source is not self._source or (low, high) != (self._low, self._high):
            self._source = source
            self._named_at = NODE.unpack(source.node)[1] if source else 0
            self._seen = ()

    def _node(self, address: int, region: bytes) -> bytes | None:
        offset = address - self._low
        if 0 <= offset <= len(region) - NODE.size:
            return region[offset : offset + NODE.size]
        return self._memory.read(address, NODE.size)

    def _entry(self, address: int, node: bytes) -> _Entry | None:
        prev, name, file, _, base, called_at, kind = NODE.unpack(node)
        sound = 0 <= kind < len(KINDS) and prev % POINTER == 0 and prev != address and 0 <= base < _LINES
        if not sound or not 0 <= called_at < _LINES:
            return None
        text = self._memory.text(name, LONGEST_NAME)
        place = self._memory.text(file, LONGEST_NAME) if file else b""
        if not text or place is None or not self._sure(address, node, (text, place)):
            return None
        texts, raw = (printable(text), printable(place)), b"" if kind else text + b"\0"
        level = Level(
            kind=KINDS[kind],
            name=texts[0],
            file=texts[1] if kind else texts[0],
            base=base - (KINDS[kind] == "eval") if kind else 0,  # as %I counts, Src/prompt.c
            called_at=called_at,
        )
        return _Entry(address, node, raw, level)

    def _sure(self, address: int, node: bytes, names: tuple[bytes, bytes]) -> bool:
        """Whether these are names, and not what zsh wrote to their places when the level ended while they were read."""
        if self._memory.read(self._stack, POINTER) == self._head and self._memory.read(address, NODE.size) == node:
            self._names.add(names)
        return names in self._names
