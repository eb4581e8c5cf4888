"""Another process's memory (Linux), by plain reads of ``/proc/PID/mem``.

``process_vm_readv`` needs one system call for many places, but a foreign call from Python costs more than all the
system calls that it saves: a look at five levels took 350 us with it, and takes a tenth of that with reads
(``benchmarks/look.py``). What a look costs matters, because the shell pays part of it.
"""

from __future__ import annotations

import os

_PAGE = 4096
_SHORT = 128  # bytes that hold most names


class RemoteMemory:
    """The memory of one process, as it was when this was made: another program in its place cannot be read.

    Args:
        pid: The process.

    Raises:
        OSError: There is no such process, or the kernel refuses.
    """

    def __init__(self, pid: int) -> None:
        self._fd: int | None = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)

    def read(self, address: int, size: int) -> bytes | None:
        """That many bytes, or ``None`` when not all of them can be read."""
        if self._fd is None:
            return None
        try:
            data = os.pread(self._fd, size, address)
        except (OSError, OverflowError):
            return None
        return data if len(data) == size else None

    def text(self, address: int, longest: int) -> bytes | None:
        """The bytes up to the next null; ``None`` when that is further than ``longest``, or they cannot be read."""
        # A text may end just before a page that is not mapped: read up to the next page, then beyond it.
        room = _PAGE - address % _PAGE
        for size in (min(room, _SHORT), min(room, longest), longest):
            data = self.read(address, size)
            if data is not None and b"\0" in data:
                return data.split(b"\0", 1)[0]
        return None

    def close(self) -> None:
        """Give the descriptor back; nothing can be read any more."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
