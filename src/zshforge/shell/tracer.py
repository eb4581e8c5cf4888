"""Runs a zsh and writes down which files of code it reads, as the kernel sees it (Linux, ``ptrace``).

A program of its own, started as ``python -I tracer.py LOG PROGRAM ARGUMENT...`` in the terminal of a session, because
the system ties a traced process to one thread and its waits. Needs nothing but Python. Each line of the log is
``USE NUL REQUESTED NUL REAL NUL NEWLINE``; the last line of a whole log is ``end``. How zsh reads code (Src/init.c,
``source``; Src/exec.c, ``getfpfunc``; Src/parse.c, ``check_dump_file``; the same since 5.0):

- ``source``: ``open`` with ``O_NOCTTY``, then the descriptor is moved to 10 or above;
- a function's file: ``open`` with ``O_NOCTTY``, then a seek to its end;
- a compiled file: ``open`` of a name that ends with ``.zwc``;
- a module: ``open`` by the dynamic linker of a name that ends with ``.so``, in a folder named after zsh.

A filter in the kernel (``seccomp``) stops the shell for these few calls alone; where it is refused, each call does.
Subshells are followed, because they read code as well; what other programs open is not looked at.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys

_TRACEME, _CONT, _DETACH, _SYSCALL, _SETOPTIONS, _INFO = 0, 7, 17, 24, 0x4200, 0x420E
_OPTIONS = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x80 | 0x100000  # SYSGOOD, FORK, VFORK, CLONE, EXEC, SECCOMP, EXITKILL
_EXEC_EVENT, _FILTER_EVENT = 4, 7
_ALL = 0x40000000  # __WALL: also children made by clone
_ENTRY, _EXIT, _FILTERED = 1, 2, 3
_ENTERED = struct.Struct("=B3xIQQQ6Q")
_LEFT = struct.Struct("=B3xIQQqB")
_AT_FDCWD = -100
_F_DUPFD = (0, 1030)  # F_DUPFD, F_DUPFD_CLOEXEC
_MOVED = 10  # zsh keeps its own descriptors from here on
_SEEK_END = 2
#: By AUDIT_ARCH: the numbers of open, openat, fcntl, lseek (0 where the machine has none).
_NUMBERS: dict[int, tuple[int, ...]] = {
    0xC000003E: (2, 257, 72, 8),
    0xC00000B7: (-1, 56, 25, 62),
    0xC00000F3: (-1, 56, 25, 62),
}

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "riscv64": 0xC00000F3}
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # classic BPF: load a word, compare, end
_ALLOW, _TRACE = 0x7FFF0000, 0x7FF00000
_NUMBER_AT, _ARCH_AT = 0, 4  # struct seccomp_data
_SET_FILTER, _NO_NEW_PRIVILEGES = 22, 38  # prctl

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)


class Tracer:
    """One traced zsh with its subshells.

    Args:
        log: Descriptor of the log.
        shell: The program; other programs are not followed.
    """

    numbers: dict[int, tuple[int, ...]] = _NUMBERS
    """By AUDIT_ARCH: the numbers of the calls to stop at; -1 where the machine has none."""

    def __init__(self, log: int, shell: str) -> None:
        self._log = log
        self._shell = os.path.realpath(shell)
        self._main = 0
        self._known: set[int] = set()
        self._foreign: set[int] = set()
        self._filtered = False
        self._calls: dict[int, tuple[int, tuple[int, ...]]] = {}
        self._asked: dict[tuple[int, int], bytes] = {}

    def run(self, main: int) -> int:
        """Follow until the main process ends; returns its status as ``waitpid`` gives it."""
        self._main = main
        os.waitpid(main, 0)
        _ptrace(_SETOPTIONS, main, _OPTIONS)
        self._known.add(main)
        _ptrace(_SYSCALL, main, 0)
        while True:
            pid, status = os.waitpid(-1, _ALL)
            if os.WIFSTOPPED(status):
                self._stopped(pid, status)
            elif pid == main:
                self._ended()
                return status
            else:
                self._gone(pid)

    def _gone(self, pid: int) -> None:
        """A process ended; the system may give its number to another one."""
        self._known.discard(pid)
        self._foreign.discard(pid)
        self._calls.pop(pid, None)

    def _ended(self) -> None:
        os.write(self._log, b"end\n")

    def _stopped(self, pid: int, status: int) -> None:
        number, event = os.WSTOPSIG(status), status >> 16
        deliver = 0
        if event == _FILTER_EVENT or number == signal.SIGTRAP | 0x80:
            self._filtered |= event == _FILTER_EVENT
            if pid not in self._foreign:
                self._call(pid)
        elif event == _EXEC_EVENT or pid not in self._known:
            self._meet(pid, anew=event == _EXEC_EVENT)
        elif not event:
            deliver = number
        self._resume(pid, deliver)

    def _meet(self, pid: int, *, anew: bool) -> None:
        """A new process, or anew a program in an old one; its first stop is the system's, not a signal."""
        self._known.add(pid)
        if self._follows(pid, anew=anew):
            self._foreign.discard(pid)
        else:
            self._foreign.add(pid)

    def _resume(self, pid: int, deliver: int) -> None:
        if pid in self._foreign and not self._filtered:
            _ptrace(_DETACH, pid, deliver)
        elif self._filtered and pid not in self._calls:
            # not let go: without a tracer the filter would make its calls fail
            _ptrace(_CONT, pid, deliver)
        else:
            _ptrace(_SYSCALL, pid, deliver)

    def _follows(self, pid: int, *, anew: bool) -> bool:
        """Whether a process is one of those whose calls count: any that runs the shell's program."""
        del anew
        try:
            return os.readlink(f"/proc/{pid}/exe") == self._shell  # noqa: PTH115  as few imports as can be
        except OSError:
            return False

    def _call(self, pid: int) -> None:
        buffer = ctypes.create_string_buffer(96)
        if _libc.ptrace(_INFO, pid, ctypes.c_void_p(96), ctypes.addressof(buffer)) <= 0:
            return
        if buffer.raw[0] in {_ENTRY, _FILTERED}:
            _, arch, _, _, number, *arguments = _ENTERED.unpack_from(buffer.raw)
            numbers = self.numbers.get(arch, ())
            if number in numbers:
                self._calls[pid] = (numbers.index(number), tuple(arguments))
                self._begun(pid, numbers.index(number))
        elif buffer.raw[0] == _EXIT and pid in self._calls:
            result = _LEFT.unpack_from(buffer.raw)[4]
            which, given = self._calls.pop(pid)
            self._done(pid, which, given, result)

    def _begun(self, pid: int, which: int) -> None:
        """A call of the table has begun; it may take as long as a person takes to press a key."""

    def _done(self, pid: int, which: int, arguments: tuple[int, ...], result: int) -> None:
        if result < 0:
            return
        if which <= 1:  # open, openat
            self._opened(pid, arguments[which:], result)
        elif which == 2 and arguments[1] in _F_DUPFD and arguments[2] >= _MOVED:  # noqa: PLR2004  fcntl
            self._tell(b"sourced", pid, arguments[0])
        elif which == 3 and arguments[2] == _SEEK_END and arguments[1] == 0:  # noqa: PLR2004  lseek
            self._tell(b"autoloaded", pid, arguments[0])

    def _opened(self, pid: int, arguments: tuple[int, ...], descriptor: int) -> None:
        self._asked.pop((pid, descriptor), None)
        if arguments[1] & os.O_ACCMODE != os.O_RDONLY:
            return
        name = text_of(pid, arguments[0])
        self._asked[pid, descriptor] = name
        if name.endswith(b".zwc"):
            self._tell(b"compiled", pid, descriptor)
        elif name.endswith(b".so") and b"/zsh/" in name:
            self._tell(b"module", pid, descriptor)
        elif not arguments[1] & os.O_NOCTTY:
            self._asked.pop((pid, descriptor))

    def _tell(self, use: bytes, pid: int, descriptor: int) -> None:
        name = self._asked.pop((pid, descriptor), None)
        if name is None:
            return
        try:
            real = os.readlink(f"/proc/{pid}/fd/{descriptor}".encode())  # noqa: PTH115  as above
            here = b"" if name.startswith(b"/") else os.readlink(f"/proc/{pid}/cwd".encode()) + b"/"  # noqa: PTH115  bytes, as the kernel has them
        except OSError:
            return
        os.write(self._log, b"\0".join((use, here + name, real, b"\n")))


def text_of(pid: int, address: int) -> bytes:
    """A text of another process, up to its end."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:  # noqa: PTH123  as few imports as can be
        found = b""
        while b"\0" not in found and len(found) < 1 << 16:
            place = address + len(found)
            memory.seek(place)
            data = memory.read(4096 - place % 4096)  # a page: the next one may not be there
            if not data:
                break
            found += data
    return found.split(b"\0", 1)[0]


def _filter(table: dict[int, tuple[int, ...]]) -> None:
    """Ask the kernel to stop this process for the calls of the table alone; nothing happens where it will not."""
    arch = _MACHINES.get(os.uname().machine)
    if arch is None or _libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return
    numbers = [number for number in table[arch] if number >= 0]
    rows = [(_LOAD, 0, 0, _ARCH_AT), (_IF_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _ALLOW), (_LOAD, 0, 0, _NUMBER_AT)]
    rows += [(_IF_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    rows += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _TRACE)]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *row) for row in rows))
    head = ctypes.create_string_buffer(struct.pack("@HP", len(rows), ctypes.addressof(program)))
    _libc.prctl(_SET_FILTER, 2, head, 0, 0)


def _ptrace(request: int, pid: int, data: int) -> int:
    return int(_libc.ptrace(request, pid, None, data))


def follow(tracer: type[Tracer], log: str, arguments: list[str]) -> int:
    """Start a program, follow it, and return the exit status that it had."""
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTOU, signal.SIGTTIN):
        signal.signal(number, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTOU, signal.SIGTTIN, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        if _ptrace(_TRACEME, 0, 0) != 0:
            os.write(descriptor, b"refused\n")
            os._exit(126)
        os.kill(os.getpid(), signal.SIGSTOP)
        _filter(tracer.numbers)
        os.execv(arguments[0], arguments)  # noqa: S606  no shell but the one that was asked for
    status = tracer(descriptor, arguments[0]).run(child)
    return os.waitstatus_to_exitcode(status) & 0xFF


def main() -> int:
    """Start the program, follow it, and end as it ends."""
    return follow(Tracer, sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
