"""Runs a zsh until its line editor is there, and counts what it asks of the file system (Linux, ``ptrace``).

A program of its own, started as ``python -I -m zshforge.shell.call_counter LOG PROGRAM ARGUMENT...``, for a start that
nobody times. At each call the shell is stopped, so its call stack tells which file was being sourced. When the editor
takes over, the counts are written and the shell is killed. Subshells count, other programs do not.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from zshforge.shell.inside import POINTER, StackReader, WatchRefused, addresses_of, open_memory
from zshforge.shell.tracer import Tracer, follow, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.shell.inside import Look

_OPEN, _OPENAT, _READ, _MMAP = range(4)  # the calls of the table below that are no stat
_MOST = 256  # folders of PATH or fpath that are looked at
_LONGEST = 4096  # bytes of a folder's name
_NO_FILE = ("/dev/", "/proc/", "/sys/")


class FileCalls(Struct, kw_only=True):
    """What was asked while one file was being sourced; ``None`` is work outside of any file."""

    file: str | None
    files_opened: int = 0
    bytes_read: int = 0
    path_stats: int = 0
    fpath_stats: int = 0
    caches_written: int = 0
    """Files below HOME or ZDOTDIR that were opened to be written: the next start finds what this one made."""


class CallCounter(Tracer):
    """Counts the calls of one zsh and its subshells by the file that was being sourced."""

    # open, openat, read, mmap; then stat, lstat, newfstatat, access, faccessat, faccessat2, statx
    numbers: dict[int, tuple[int, ...]] = {  # noqa: RUF012  as in the class above
        0xC000003E: (2, 257, 0, 9, 4, 6, 262, 21, 269, 439, 332),
        0xC00000B7: (-1, 56, 63, 222, -1, -1, 79, -1, 48, 439, 291),
        0xC00000F3: (-1, 56, 63, 222, -1, -1, 79, -1, 48, 439, 291),
    }
    _PATH_FIRST = frozenset((4, 5, 7))

    def __init__(self, log: int, shell: str) -> None:
        super().__init__(log, shell)
        self._rows: dict[str | None, FileCalls] = {}
        self._stacks: dict[int, StackReader] = {}
        self._lists: _SearchLists | None = None
        places = (os.environ.get("HOME"), os.environ.get("ZDOTDIR"))
        self._homes = tuple(os.path.realpath(place) + "/" for place in places if place)

    def _follows(self, pid: int, *, anew: bool) -> bool:
        """The shell and what it forked; a program that was started is none of it, even when it is another zsh."""
        if anew:
            self._forget(pid)
            return pid == self._main
        return pid not in self._foreign

    def _gone(self, pid: int) -> None:
        super()._gone(pid)
        self._forget(pid)

    def _forget(self, pid: int) -> None:
        reader = self._stacks.pop(pid, None)
        if reader is not None:
            reader.close()

    def _begun(self, pid: int, which: int) -> None:
        """The editor reads a key: the start is over, and the kernel ends the shell with its tracer.

        Whether a stat finds something does not matter here, so its end is not waited for.
        """
        if which > _MMAP:
            row = self._row(pid)
            arguments = self._calls.pop(pid)[1]
            if row is not None and self._lists is not None:
                self._asked_for(pid, row, arguments[0 if which in self._PATH_FIRST else 1])
        if which == _READ and pid == self._main and (look := self._look(pid)) and look.editing:
            os.write(self._log, msgspec.json.encode(list(self._rows.values())) + b"\n")
            os._exit(0)

    def _done(self, pid: int, which: int, arguments: tuple[int, ...], result: int) -> None:
        row = self._row(pid)
        if row is None:
            return
        if which in (_OPEN, _OPENAT):
            row.files_opened += result >= 0
            row.caches_written += result >= 0 and self._is_cache(pid, arguments[which + 1], result)
        elif which == _READ:
            row.bytes_read += result if result > 0 and self._is_file(pid, arguments[0]) else 0
        elif which == _MMAP:
            self._mapped(pid, row, arguments)

    def _is_cache(self, pid: int, flags: int, descriptor: int) -> bool:
        return flags & os.O_ACCMODE != os.O_RDONLY and _name(pid, descriptor).startswith(self._homes)

    def _mapped(self, pid: int, row: FileCalls, arguments: Sequence[int]) -> None:
        """A compiled file is not read but mapped; libraries are the linker's."""
        descriptor = struct.unpack("=i", struct.pack("=I", arguments[4] & 0xFFFFFFFF))[0]
        if descriptor >= 0 and _name(pid, descriptor).endswith(".zwc"):
            row.bytes_read += arguments[1]

    def _asked_for(self, pid: int, row: FileCalls, address: int) -> None:
        path = os.fsdecode(text_of(pid, address))
        folder = os.path.dirname(path)  # noqa: PTH120  many times a start
        lists = self._lists
        if lists is None:
            return
        if folder in lists.folders("path"):
            row.path_stats += 1
        elif folder in (known := lists.folders("fpath")) or path.removesuffix(".zwc") in known:
            row.fpath_stats += 1

    @staticmethod
    def _is_file(pid: int, descriptor: int) -> bool:
        name = _name(pid, descriptor)
        return name.startswith("/") and not name.startswith(_NO_FILE)

    def _row(self, pid: int) -> FileCalls | None:
        """The row of the file that a process is sourcing; ``None`` where the shell cannot be read."""
        look = self._look(pid)
        if look is None:
            return None
        file = next((frame.name for frame in reversed(look.frames) if frame.kind == "source"), None)
        return self._rows.setdefault(file, FileCalls(file=file))

    def _look(self, pid: int) -> Look | None:
        reader = self._stacks.get(pid) or self._reader(pid)
        if reader is None:
            return None
        self._stacks[pid] = reader
        return reader.look()

    def _reader(self, pid: int) -> StackReader | None:
        with contextlib.suppress(WatchRefused):
            reader = StackReader(pid, self._shell)
            if pid == self._main:
                self._lists = _SearchLists(pid, self._shell)
            return reader
        return None

    def _ended(self) -> None:
        """A shell that ends by itself has no editor, and what was counted is not all that would have come."""


class _SearchLists:
    """PATH and fpath of a running zsh, which keeps them as C arrays (Src/params.c)."""

    def __init__(self, pid: int, shell: str) -> None:
        self._where = addresses_of(pid, shell, ("path", "fpath"))
        self._memory = open_memory(pid, self._where["path"])
        self._known: dict[str, tuple[tuple[int, ...], frozenset[str]]] = {}

    def folders(self, name: str) -> frozenset[str]:
        """What the array holds now; read again when it is another array, or holds other texts."""
        pointers = self._pointers(self._where[name])
        if name not in self._known or self._known[name][0] != pointers:
            texts = (self._memory.text(pointer, _LONGEST) for pointer in pointers)
            self._known[name] = (pointers, frozenset(os.fsdecode(text).rstrip("/") for text in texts if text))
        return self._known[name][1]

    def _pointers(self, where: int) -> tuple[int, ...]:
        raw = self._memory.read(where, POINTER)
        address = int.from_bytes(raw, sys.byteorder) if raw else 0
        found: list[int] = []
        while address and len(found) < _MOST:
            word = self._memory.read(address + POINTER * len(found), POINTER)
            pointer = int.from_bytes(word, sys.byteorder) if word else 0
            if not pointer:
                break
            found.append(pointer)
        return tuple(found)


def _name(pid: int, descriptor: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/fd/{descriptor}")  # noqa: PTH115  many times a start
    except OSError:
        return ""


def main() -> int:
    """Start the program, count, and end with it or when its line editor is there."""
    return follow(CallCounter, sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
