"""Another process's memory, read in one call (Linux)."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Slice(ctypes.Structure):
    """``struct iovec``: where, and how many bytes."""

    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class RemoteRead:
    """One fixed set of places in another process, read together as often as wanted.

    Args:
        pid: The process.
        places: Address and length of each place.
    """

    def __init__(self, pid: int, places: Sequence[tuple[int, int]]) -> None:
        self._pid = pid
        self._count = len(places)
        self._size = sum(length for _, length in places)
        self._buffer = ctypes.create_string_buffer(max(self._size, 1))
        self._local = Slice(ctypes.addressof(self._buffer), self._size)
        self._remote = (Slice * self._count)(*(Slice(address, length) for address, length in places))
        self._call = _process_vm_readv()

    def bytes(self) -> bytes | None:
        """All places, one behind the other; ``None`` when any of them cannot be read."""
        got = self._call(self._pid, ctypes.byref(self._local), 1, ctypes.byref(self._remote), self._count, 0)
        return self._buffer.raw[: self._size] if got == self._size else None

    @property
    def error(self) -> str:
        """Why the last read failed, in the system's words."""
        return os.strerror(ctypes.get_errno())


def _process_vm_readv() -> ctypes._NamedFuncPointer:
    call = ctypes.CDLL(None, use_errno=True).process_vm_readv
    call.restype = ctypes.c_ssize_t
    call.argtypes = (
        ctypes.c_int,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_void_p,
        ctypes.c_ulong,
        ctypes.c_ulong,
    )
    return call
