"""Another process's memory (Linux), by plain reads of ``/proc/PID/mem``.

``process_vm_readv`` needs one system call for many places, but a foreign call from Python costs more than all the
system calls that it saves: a look at five levels took 350 us with it, and takes a tenth of that with reads
(``benchmarks/look.py``). What a look costs matters, because the shell pays part of it.
"""

from __future__ import annotations

import os


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

    def close(self) -> None:
        """Give the descriptor back; nothing can be read any more."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
