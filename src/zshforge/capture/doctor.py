"""Whether this machine can measure: each check tries the real thing, and none may stop the others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.capture import doctor_checks as checks
from zshforge.capture import doctor_machine as machine
from zshforge.capture.doctor_checks import missing, ok, unknown, warn
from zshforge.model.doctor import Check, Doctor
from zshforge.model.errors import CaptureBusy, ShellUnusable, ZfError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ANSWER_S = 5.0  # the slowest answer of a healthy machine takes below one second
_PAUSE_S = 0.01
_BUSY_LOOK_S = 0.5  # long enough for 50 ticks of the processes' accounts, short enough to wait for
_NO_SHELL = "there is no zsh to try it with"
_NO_WATCH = "allow ptrace of own children (containers: --cap-add SYS_PTRACE); sourced files cannot be timed without"
_NO_COUNT = "a machine with that counter has it; times are not affected"
_NOT_ALLOWED = "sudo sysctl kernel.perf_event_paranoid=2, or run as root; times are not affected"


class Surroundings(Struct, frozen=True, kw_only=True):
    """Where the doctor looks."""

    search_path: str
    """``PATH``: folders joined by ``:``."""
    locale: str
    """The locale of the sessions (``capture.locale``)."""
    load_limit: float
    """``stability.load_per_cpu_max``."""
    scratch: Path
    """The folder in which captures make their own."""
    lock: Path
    """The lock file of captures."""
    now: str
    """UTC, ISO 8601: since when the doctor would hold the lock while it tries it."""
    leftover_folders: tuple[str, ...] = ()
    """What killed captures left on disk."""
    leftover_processes: tuple[str, ...] = ()
    """One line for each process that they left."""
    root: Path = Path("/")


def examine(place: Surroundings) -> Doctor:
    """Look at everything that a capture needs, and at everything that makes its times noisy.

    Args:
        place: Where to look.

    Returns:
        One check for each thing, in the order in which to read them; a check that fails itself is ``unknown``.
    """
    found = [guarded(name, check) for name, check in _plan(place)]
    found += [guarded(check.__name__, partial(check, place.root)) for check in machine.FILE_CHECKS]
    return Doctor(checks=tuple(found))


def guarded(name: str, check: Callable[[], Check]) -> Check:
    """What a check found, or that it failed."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001  whatever is odd here must not hide what the other checks found
        return unknown(name, f"the check itself failed: {type(error).__name__}: {error}")


def _plan(place: Surroundings) -> Iterator[tuple[str, Callable[[], Check]]]:
    path, scratch = place.search_path, place.scratch
    zsh = shutil.which("zsh", path=path)
    count = os.cpu_count()
    yield "zsh", partial(shell, path)
    yield "python", partial(checks.python, sys.version_info[:3])
    yield "scratch", partial(writable, scratch)
    yield "file system", partial(machine.file_system, place.root, scratch.resolve())
    yield "lock", partial(lock, place.lock, place.now)
    yield "leftovers", partial(checks.leftovers, place.leftover_folders, place.leftover_processes)
    yield "terminal", _with_shell("terminal", zsh, lambda found: terminal(found, scratch))
    yield "watching", _with_shell("watching", zsh, watching)
    yield "symbols", _with_shell("symbols", zsh, symbols)
    yield "instructions", instructions
    yield "process records", process_records
    yield "git", partial(checks.tool, "git", shutil.which("git", path=path), "no REV:PATH, no git prompt")
    yield "tmux", partial(checks.tool, "tmux", shutil.which("tmux", path=path), "configurations that start it differ")
    yield "locale", lambda: checks.locale(place.locale, locales(path))
    yield "processors", partial(machine.processors, count)
    yield "load", partial(machine.load, place.root, count, place.load_limit)
    yield "other programs", lambda: checks.busy(busiest(_BUSY_LOOK_S))


def _with_shell(name: str, zsh: str | None, check: Callable[[str], Check]) -> Callable[[], Check]:
    return (lambda: unknown(name, _NO_SHELL)) if zsh is None else partial(check, zsh)


def shell(search_path: str) -> Check:
    """Whether there is a zsh that can be measured."""
    from zshforge.shell.zsh import find_zsh  # noqa: PLC0415  one failed import must cost one check only

    try:
        found = find_zsh(search_path, None)
    except ShellUnusable as error:
        return missing("zsh", f"{error.where}: {error.what}" if error.where else error.what, error.hint)
    return ok("zsh", f"{found.path} {found.text}")


def terminal(zsh: str, folder: Path) -> Check:
    """Whether a shell in a terminal of its own has job control, as it has for a person."""
    from zshforge.shell.pty import PtyProcess, Spawn  # noqa: PLC0415  the same

    argv = (zsh, "-fic", "[[ -o monitor ]] && print -r -- job=control")
    environment = {"PATH": os.defpath, "TERM": "dumb", "LC_ALL": "C", "HOME": str(folder)}
    try:
        process = PtyProcess.spawn(Spawn(argv=argv, environment=environment, folder=folder))
    except OSError as error:
        return missing("terminal", f"none can be opened: {error}", "mount /dev/pts, or raise kernel.pty.max")
    with process:
        process.release()
        shown = _until_closed(process.read)
    if b"job=control" in shown.replace(b"[[ -o monitor ]] && print -r -- job=control", b""):
        return ok("terminal", "opens, with job control")
    return missing("terminal", "the shell in it has no job control", "run zf outside of restricted containers")


def _until_closed(read: Callable[[], bytes | None]) -> bytes:
    limit = time.monotonic() + _ANSWER_S
    shown = b""
    while time.monotonic() < limit:
        data = read()
        if data == b"":
            break
        shown += data or b""
    return shown


def watching(zsh: str) -> Check:
    """Whether the call stack of a running zsh can be read from outside: tried on a child."""
    from zshforge.shell.inside import StackReader, WatchRefused  # noqa: PLC0415  the same

    child = subprocess.Popen([zsh, "-fc", "read -r"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        with StackReader(child.pid, zsh) as reader:
            look = _first_look(reader.look)
    except WatchRefused as error:
        return warn("watching", str(error), _NO_WATCH)
    finally:
        child.kill()
        child.communicate()
    return ok("watching", "a child's call stack can be read") if look else warn("watching", "nothing read", _NO_WATCH)


def _first_look(look: Callable[[], object]) -> object:
    # a shell that is just starting may be caught in mid-change, which says nothing about the kernel
    limit = time.monotonic() + _ANSWER_S
    while (seen := look()) is None and time.monotonic() < limit:
        time.sleep(_PAUSE_S)
    return seen


def symbols(zsh: str) -> Check:
    """Whether that zsh exports what its call stack is read through."""
    from zshforge.shell.elf import dynamic_symbols  # noqa: PLC0415  the same

    return checks.symbols(zsh, dynamic_symbols(zsh, checks.SYMBOLS))


def instructions() -> Check:
    """Whether the kernel counts a child's user instructions."""
    from zshforge.shell.perf import CountersRefused, InstructionCounter  # noqa: PLC0415  the same

    try:
        with _gated_child() as child, InstructionCounter(child.pid) as counter:
            child.communicate(b"\n", timeout=_ANSWER_S)
            counted = counter.read()
    except CountersRefused as error:
        return _refused("instructions", error)
    if counted <= 0:
        return warn("instructions", "the counter opens, and counts nothing", _NO_COUNT)
    return ok("instructions", "user instructions are counted")


def process_records() -> Check:
    """Whether the kernel tells of a child's forks and execs."""
    from zshforge.shell.perf import CountersRefused, ProcessRecords  # noqa: PLC0415  the same

    try:
        with _gated_child() as child, ProcessRecords(child.pid) as records:
            child.communicate(b"\n", timeout=_ANSWER_S)
            kinds = {record.kind for record in records.collect()}
    except CountersRefused as error:
        return _refused("process records", error)
    if "exec" not in kinds:
        return warn("process records", "they open, and an exec was not in them", _NO_COUNT)
    return ok("process records", "forks and execs are recorded")


def _refused(name: str, error: Exception) -> Check:
    return warn(name, str(error), _NOT_ALLOWED if "perf_event_paranoid" in str(error) else _NO_COUNT)


@contextmanager
def _gated_child() -> Iterator[subprocess.Popen[bytes]]:
    child = subprocess.Popen(["/bin/sh", "-c", "read -r _; exec /bin/sh -c :"], stdin=subprocess.PIPE)
    try:
        yield child
    finally:
        child.kill()
        with suppress(ValueError):  # it was talked to already
            child.communicate()


def writable(folder: Path) -> Check:
    """Whether captures can make their files there."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="zf-doctor-") as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        return missing("scratch", f"{folder} cannot be written: {error.strerror}", "set TMPDIR to a writable folder")
    return ok("scratch", f"{folder} can be written")


def lock(path: Path, now: str) -> Check:
    """Whether another capture is measuring on this machine."""
    from zshforge.store.lock import Holder, capture_lock  # noqa: PLC0415  the same

    if not path.exists():
        return ok("lock", "no capture is running")
    try:
        with capture_lock(path, 0, Holder(pid=os.getpid(), since=now, what="zf doctor")):
            return ok("lock", "no capture is running")
    except CaptureBusy as error:
        return warn("lock", error.what, "wait for it to end")
    except ZfError as error:
        return missing("lock", str(error), "make it writable, or remove it")


def locales(search_path: str) -> frozenset[str] | None:
    """What ``locale -a`` lists; ``None`` when it cannot be asked."""
    program = shutil.which("locale", path=search_path)
    if program is None:
        return None
    try:
        asked = subprocess.run([program, "-a"], capture_output=True, timeout=_ANSWER_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(asked.stdout.decode("utf-8", "replace").split())


def busiest(seconds: float) -> list[tuple[float, int, str]]:
    """The three other processes that use most: percent of one processor, process number, name.

    Args:
        seconds: How long to look.
    """
    import psutil  # noqa: PLC0415  25 ms that nothing else here needs

    others = [process for process in psutil.process_iter(["name"]) if process.pid != os.getpid()]
    for process in others:
        with suppress(psutil.Error):
            process.cpu_percent()
    time.sleep(seconds)
    used = []
    for process in others:
        with suppress(psutil.Error):
            used.append((float(process.cpu_percent()), int(process.pid), str(process.info["name"])))
    return sorted(used, reverse=True)[:3]
