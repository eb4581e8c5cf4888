"""Linux ``perf_event_open``: what the kernel itself records of a session, without a line in the shell.

* :class:`ProcessRecords`: every fork, exec and exit of a process tree, stamped with CLOCK_REALTIME. It rides on a
  software event, so it also works in virtual machines that have no hardware counters.
* :class:`InstructionCounter`: user instructions of a process tree, where the hardware counter is there.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import sys
from pathlib import Path
from typing import Self

from msgspec import Struct

_SYSCALL = {"x86_64": 298, "aarch64": 241}  # asm/unistd.h
_ATTR_SIZE = 128  # PERF_ATTR_SIZE_VER6
_HARDWARE, _SOFTWARE = 0, 1
_INSTRUCTIONS = 1  # PERF_COUNT_HW_INSTRUCTIONS
_DUMMY = 9  # PERF_COUNT_SW_DUMMY
_SAMPLE_TID, _SAMPLE_TIME = 1 << 1, 1 << 2
_DISABLED, _INHERIT, _EXCLUDE_KERNEL, _EXCLUDE_HV = 1 << 0, 1 << 1, 1 << 5, 1 << 6
_COMM, _ENABLE_ON_EXEC, _TASK = 1 << 9, 1 << 12, 1 << 13
_SAMPLE_ID_ALL, _COMM_EXEC, _USE_CLOCKID, _SWITCHES = 1 << 18, 1 << 24, 1 << 25, 1 << 26
_CLOSE_ON_EXEC = 8  # PERF_FLAG_FD_CLOEXEC
_RECORD = {3: "exec", 4: "exit", 7: "fork", 14: "switch"}  # PERF_RECORD_COMM, _EXIT, _FORK, _SWITCH
_LOST = 2  # PERF_RECORD_LOST: an id, and a count
_LARGEST = 128  # no record that is asked for is longer
_MISC_COMM_EXEC = _MISC_SWITCH_OUT = 1 << 13
_MISC_SWITCH_OUT_PREEMPT = 1 << 14
_TRAILER = 16  # of each record: process, thread, and the stamp
_RING_PAGES = 16
_HEAD, _TAIL = 1024, 1032  # data_head and data_tail in struct perf_event_mmap_page


class CountersRefused(Exception):
    """The kernel does not count this here; the message says why."""

    @classmethod
    def because(cls, errno: int, what: str, kernel: Path = Path("/proc/sys/kernel")) -> CountersRefused:
        """The reason in words: the system's error, and the kernel setting behind it."""
        text = f"{what}: {os.strerror(errno)}"
        if errno in (1, 13):  # EPERM, EACCES
            try:
                level = (kernel / "perf_event_paranoid").read_text().strip()
            except OSError:
                level = "unreadable"
            text += f" (kernel.perf_event_paranoid is {level})"
        if errno in (2, 95):  # ENOENT, EOPNOTSUPP
            text += " (no such counter on this machine; usual in virtual machines)"
        return cls(text)


class ProcessRecord(Struct, frozen=True, kw_only=True):
    """One step in the life of a process tree; ``command`` is set for ``exec`` only.

    ``kind`` is ``fork``, ``exec``, ``exit``, and on demand ``sleep`` and ``wake``: the process left the processor, or
    got it again.
    """

    kind: str
    pid: int
    parent: int
    stamp_us: int
    command: str = ""
    preempted: bool = False
    """Of ``sleep``: it would have run on, had nobody else been given the processor. Never set by Linux before 4.17."""


def _open(pid: int, cpu: int, event: tuple[int, int], flags: int, what: str) -> int:
    number = _SYSCALL.get(os.uname().machine) if sys.platform == "linux" else None
    if number is None:
        raise CountersRefused(f"{what}: perf events are not known on {sys.platform} {os.uname().machine}")
    attr = bytearray(_ATTR_SIZE)
    struct.pack_into("=IIQ", attr, 0, event[0], _ATTR_SIZE, event[1])
    struct.pack_into("=Q", attr, 24, _SAMPLE_TID | _SAMPLE_TIME if flags & _SAMPLE_ID_ALL else 0)
    struct.pack_into("=Q", attr, 40, flags)  # clockid at offset 92 stays 0: CLOCK_REALTIME
    libc = ctypes.CDLL(None, use_errno=True)
    view = (ctypes.c_char * _ATTR_SIZE).from_buffer(attr)
    fd = int(libc.syscall(number, view, pid, cpu, -1, _CLOSE_ON_EXEC))
    if fd < 0:
        raise CountersRefused.because(ctypes.get_errno(), what)
    return fd


class ProcessRecords:
    """Forks, execs and exits of a process and all its descendants from now on.

    Args:
        pid: The process; attach before it starts what is of interest.
        switches: Also record when each process leaves the processor and gets it again.

    Raises:
        CountersRefused: The kernel does not allow it, or the process is gone.
    """

    _FLAGS = _INHERIT | _EXCLUDE_KERNEL | _EXCLUDE_HV | _COMM | _TASK | _SAMPLE_ID_ALL | _COMM_EXEC | _USE_CLOCKID

    def __init__(self, pid: int, *, switches: bool = False) -> None:
        self.lost = 0
        self._fds: list[int] = []
        self._rings: list[mmap.mmap] = []
        try:
            for cpu in sorted(os.sched_getaffinity(pid)):
                flags = self._FLAGS | (_SWITCHES if switches else 0)
                fd = _open(pid, cpu, (_SOFTWARE, _DUMMY), flags, "process records")
                self._fds.append(fd)
                self._rings.append(mmap.mmap(fd, mmap.PAGESIZE * (_RING_PAGES + 1)))
        except CountersRefused:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise CountersRefused.because(error.errno or 0, "process records") from error

    def collect(self) -> list[ProcessRecord]:
        """All records since the last call, in the order of their stamps.

        A buffer holds about 500 forks; ``lost`` grows by the records that did not fit, or by 1 when it was full (the
        kernel tells the number only with the next record).
        """
        found = []
        for ring in self._rings:
            data = _drain(ring)
            records, lost = _decode(data)
            found += records
            self.lost += lost or len(data) > mmap.PAGESIZE * _RING_PAGES - _LARGEST
        return sorted(found, key=lambda record: record.stamp_us)

    def close(self) -> None:
        """Give the descriptors back."""
        for ring in self._rings:
            ring.close()
        for fd in self._fds:
            os.close(fd)
        self._rings, self._fds = [], []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _drain(ring: mmap.mmap) -> bytes:
    size = mmap.PAGESIZE * _RING_PAGES
    head, tail = struct.unpack_from("=QQ", ring, _HEAD)
    data = ring[mmap.PAGESIZE : mmap.PAGESIZE + size]
    start = tail % size
    ordered = (data[start:] + data[:start])[: head - tail]
    struct.pack_into("=Q", ring, _TAIL, head)
    return ordered


def _decode(data: bytes) -> tuple[list[ProcessRecord], int]:
    """Records as perf_event_open(2) lays them out: header, body, and the trailer.

    Returns:
        The records, and how many the kernel says it had to drop.
    """
    found: list[ProcessRecord] = []
    offset = lost = 0
    while offset + 8 <= len(data):
        kind, misc, size = struct.unpack_from("=IHH", data, offset)
        body = data[offset + 8 : offset + size]
        offset += max(size, 8)
        if kind == _LOST:
            lost += struct.unpack_from("=Q", body, 8)[0]
        name = _RECORD.get(kind)
        if name is None or (name == "exec" and not misc & _MISC_COMM_EXEC):
            continue
        if name == "switch":
            found.append(_switch(body, misc))
            continue
        first, second, thread = struct.unpack_from("=III", body)
        if name == "fork" and thread != first:
            continue  # a thread of a child, not a process
        command = os.fsdecode(body[8:-_TRAILER].split(b"\0", 1)[0]) if name == "exec" else ""
        parent = second if name != "exec" else 0
        found.append(ProcessRecord(kind=name, pid=first, parent=parent, stamp_us=_stamp_us(body), command=command))
    return found, lost


def _switch(body: bytes, misc: int) -> ProcessRecord:
    """A switch has no body but the trailer; only a main thread has its process's number."""
    pid = struct.unpack_from("=I", body, len(body) - _TRAILER)[0]
    return ProcessRecord(
        kind="sleep" if misc & _MISC_SWITCH_OUT else "wake",
        pid=pid,
        parent=0,
        stamp_us=_stamp_us(body),
        preempted=bool(misc & _MISC_SWITCH_OUT_PREEMPT),
    )


def _stamp_us(body: bytes) -> int:
    return int(struct.unpack_from("=Q", body, len(body) - 8)[0]) // 1000


class InstructionCounter:
    """User instructions of a process and its descendants, from its next exec on.

    Raises:
        CountersRefused: No such counter on this machine, or not allowed.
    """

    def __init__(self, pid: int) -> None:
        flags = _DISABLED | _INHERIT | _EXCLUDE_KERNEL | _EXCLUDE_HV | _ENABLE_ON_EXEC
        self._fd = _open(pid, -1, (_HARDWARE, _INSTRUCTIONS), flags, "user instructions")

    def read(self) -> int:
        """The count so far; children count once they have ended."""
        return int.from_bytes(os.read(self._fd, 8), sys.byteorder)

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
