"""The call stack of a running zsh, read from outside: no hook, no option, no line of the user's files changed.

The shell keeps what it is executing in a linked list, ``funcstack`` (Src/zsh.h, ``struct funcstack``, the same
since 5.0), with one node for each sourced file, function and eval. On Linux a parent may read that list in its child's
memory. Elsewhere, or where the kernel refuses, :class:`WatchRefused` says why.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path
from typing import Self

from msgspec import Struct

from zshforge.shell.elf import dynamic_symbols
from zshforge.shell.memory import RemoteMemory

KINDS = ("source", "function", "eval")
"""``FS_SOURCE``, ``FS_FUNC``, ``FS_EVAL`` of Src/zsh.h."""

NODE = struct.Struct("=QQQQqqi")
"""``struct funcstack``: prev, name, filename, caller, flineno, lineno, tp."""

POINTER, INT = 8, 4
"""Bytes of a pointer and of an ``int``."""

LONGEST_NAME = 1024
"""A name of more bytes is not read."""

_DEEPEST = 64
_SYMBOLS = ("funcstack", "zleactive")

#: Whether the editor is active, and of each level, innermost first, its kind, name and line.
_Raw = tuple[bool, tuple[tuple[int, bytes, int], ...]]


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

    The stack is read anew at each look, names and all, because zsh reuses their addresses for the next file at the same
    depth; and a stack that is new is read twice, because the shell does not stop while it is read.

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
        self._stack, self._editing = (where[name] for name in _SYMBOLS)
        self._last: Look | None = None
        self._known: _Raw | None = None
        self.lost = False
        self._memory = open_memory(pid, self._stack)

    def look(self) -> Look | None:
        """The stack at this moment, or ``None`` when the shell is gone or was caught in mid-change."""
        raw = self._read()
        if raw is None or raw == self._known:
            return self._last if raw is not None else None
        if self._read() != raw:
            return None
        self._known, self._last = raw, _look(raw)
        return self._last

    def close(self) -> None:
        """Give the descriptor back."""
        self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> _Raw | None:
        """Follow the list node by node."""
        head, editing = self._memory.read(self._stack, POINTER), self._memory.read(self._editing, INT)
        if head is None or editing is None:
            self.lost = True
            return None
        raw: list[tuple[int, bytes, int]] = []
        node = int.from_bytes(head, sys.byteorder)
        while node and len(raw) < _DEEPEST:
            data = self._memory.read(node, NODE.size)
            if data is None:
                return None
            node, name, _file, _caller, _fileline, line, kind = NODE.unpack(data)
            text = self._memory.text(name, LONGEST_NAME)
            if not text or not 0 <= kind < len(KINDS):  # a level that is being left may have lost its name
                return None
            raw.append((kind, text, line))
        return editing != bytes(INT), tuple(raw)


def _look(raw: _Raw) -> Look:
    editing, levels = raw
    frames = (Frame(kind=KINDS[kind], name=printable(name), line=line) for kind, name, line in reversed(levels))
    return Look(frames=tuple(frames), editing=editing)


def open_memory(pid: int, address: int) -> RemoteMemory:
    """The memory of a process, tried at one address.

    Raises:
        WatchRefused: It may not be read.
    """
    try:
        memory = RemoteMemory(pid)
    except OSError as error:
        raise WatchRefused(f"the kernel refuses to read a child's memory: {error.strerror}") from error
    if memory.read(address, POINTER) is None:
        memory.close()
        raise WatchRefused("the kernel refuses to read a child's memory")
    return memory


def addresses_of(pid: int, shell: str, names: tuple[str, ...]) -> dict[str, int]:
    """Where some of zsh's global variables are in that process.

    Raises:
        WatchRefused: The process is another program, or exports no such symbol.
    """
    symbols = dynamic_symbols(shell, names)
    missing = [name for name in names if name not in symbols]
    if missing:
        raise WatchRefused(f"{shell} exports no symbol `{missing[0]}` (a static build?)")
    base = _load_address(pid, shell)
    return {name: base + symbols[name] for name in names}


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


def printable(data: bytes) -> str:
    """A name as text that can be written anywhere: bytes that are no UTF-8 are shown by their numbers."""
    return os.fsencode(unmetafy(data)).decode(errors="backslashreplace")


def unmetafy(data: bytes) -> str:
    """Undo Meta: zsh keeps some bytes as Meta (0x83) and the byte xor 32 (Src/utils.c, ``unmetafy``)."""
    out = bytearray()
    rest = iter(data)
    for byte in rest:
        out.append(next(rest, 32) ^ 32 if byte == 0x83 else byte)  # noqa: PLR2004  Meta
    return os.fsdecode(bytes(out))
