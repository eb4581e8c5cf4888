"""The call stack of a running zsh, read from outside: no hook, no option, no line of the user's files changed.

The shell keeps what it is executing in a linked list, ``funcstack`` (Src/zsh.h, ``struct funcstack``, the same
since 5.0), with one node for each sourced file, function and eval. On Linux a parent may read that list with
``process_vm_readv``. Elsewhere, or where the kernel refuses, :class:`WatchRefused` says why.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

from msgspec import Struct

from zshforge.shell.elf import dynamic_symbols
from zshforge.shell.memory import RemoteRead

_KINDS = {0: "source", 1: "function", 2: "eval"}  # FS_SOURCE, FS_FUNC, FS_EVAL of Src/zsh.h
_NODE = struct.Struct("=QQQQqqi")  # prev, name, filename, caller, flineno, lineno, tp
_POINTER = 8
_INT = 4
_TEXT = 1024  # a name longer than this is cut, never misread
_DEEPEST = 64
_SYMBOLS = ("funcstack", "zleactive")


def prepare(shell: str) -> None:
    """Look up now what a reader will need of that program, in 40 ms that no session should wait for."""
    dynamic_symbols(shell, _SYMBOLS)


class WatchRefused(Exception):
    """The shell's state cannot be read here; the message says why."""


class Frame(Struct, frozen=True, kw_only=True):
    """One level of the call stack."""

    kind: str
    """``source``, ``function`` or ``eval``."""
    name: str
    line: int
    """The line of the caller at which this level was entered."""


class Look(Struct, frozen=True, kw_only=True):
    """What the shell was doing at one moment; ``frames`` has the outermost first."""

    frames: tuple[Frame, ...]
    editing: bool
    """Whether the line editor was active."""


class StackReader:
    """Reads the call stack of one running zsh.

    A second look at an unchanged stack costs one system call: all nodes and names are fetched together and compared,
    because zsh reuses their addresses for the next file at the same depth.

    Args:
        pid: The shell's process.
        shell: The path it was started from; the process must be executing that file.

    Attributes:
        lost: Nothing is where it was: the process has ended, or has become another program (``exec``).

    Raises:
        WatchRefused: The process is another program, exports no symbols, or may not be read.
    """

    def __init__(self, pid: int, shell: str) -> None:
        self._pid = pid
        self._stack, self._editing = _addresses(pid, shell)
        self._last: Look | None = None
        self._plan = RemoteRead(pid, self._heads())
        self._expected: bytes | None = None
        self.lost = False
        if self._plan.bytes() is None:
            raise WatchRefused(f"the kernel refuses to read a child's memory: {self._plan.error}")

    def look(self) -> Look | None:
        """The stack at this moment, or ``None`` when the shell is gone or was caught in mid-change."""
        now = self._plan.bytes()
        if now is None or now != self._expected:
            self._last = self._walk()
        return self._last

    def _heads(self) -> list[tuple[int, int]]:
        return [(self._stack, _POINTER), (self._editing, _INT)]

    def _walk(self) -> Look | None:
        """Follow the list node by node, and remember every byte that was read for the next look."""
        places = self._heads()
        heads = RemoteRead(self._pid, places).bytes()
        if heads is None:
            self.lost = True
            return None
        seen = [heads]
        frames: list[Frame] = []
        node = int.from_bytes(heads[:_POINTER], sys.byteorder)
        while node and len(frames) < _DEEPEST:
            data = RemoteRead(self._pid, [(node, _NODE.size)]).bytes()
            if data is None:
                return None
            places.append((node, _NODE.size))
            node, name, _file, _caller, _fileline, line, kind = _NODE.unpack(data)
            text = self._text(name)
            if text is None or kind not in _KINDS:
                return None
            places.append((name, len(text) + 1))
            seen += [data, text + b"\0"]
            frames.append(Frame(kind=_KINDS[kind], name=_unmetafy(text), line=line))
        self._plan = RemoteRead(self._pid, places)
        self._expected = b"".join(seen)
        if self._plan.bytes() != self._expected:
            return None
        return Look(frames=tuple(reversed(frames)), editing=heads[_POINTER:] != bytes(_INT))

    def _text(self, address: int) -> bytes | None:
        # A text may end just before a page that is not mapped: read up to the next page, then beyond it.
        room = 4096 - address % 4096
        for size in (min(room, _TEXT), _TEXT):
            data = RemoteRead(self._pid, [(address, size)]).bytes()
            if data is not None and b"\0" in data:
                return data.split(b"\0", 1)[0]
        return None


def _addresses(pid: int, shell: str) -> tuple[int, int]:
    """Where ``funcstack`` and ``zleactive`` are in that process."""
    base = _load_address(pid, shell)
    symbols = dynamic_symbols(shell, _SYMBOLS)
    missing = [name for name in _SYMBOLS if name not in symbols]
    if missing:
        raise WatchRefused(f"{shell} exports no symbol `{missing[0]}` (a static build?)")
    return base + symbols["funcstack"], base + symbols["zleactive"]


def _load_address(pid: int, shell: str) -> int:
    wanted = os.path.realpath(shell)
    try:
        executing = Path(f"/proc/{pid}/exe").readlink()
        maps = Path(f"/proc/{pid}/maps").read_text()
    except OSError as error:
        raise WatchRefused(f"process {pid} cannot be looked at: {error.strerror}") from error
    if str(executing) != wanted:
        raise WatchRefused(f"process {pid} is not {wanted} but {executing}")
    first = next((line for line in maps.splitlines() if line.endswith(wanted)), None)
    if first is None:
        raise WatchRefused(f"{wanted} is not mapped in process {pid}")
    return int(first.split("-", 1)[0], 16)


def _unmetafy(data: bytes) -> str:
    """Undo Meta: zsh keeps some bytes as Meta (0x83) and the byte xor 32 (Src/utils.c, ``unmetafy``)."""
    out = bytearray()
    rest = iter(data)
    for byte in rest:
        out.append(next(rest, 32) ^ 32 if byte == 0x83 else byte)  # noqa: PLR2004  Meta
    return os.fsdecode(bytes(out))
