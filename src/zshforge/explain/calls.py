"""One more start, which nobody times, to count what each file asks of the file system."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import msgspec

from zshforge.shell.call_counter import FileCalls
from zshforge.shell.pty import PtyProcess, Spawn
from zshforge.shell.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.capture.plan import SessionPlan

_KEY = b"\n"
_AGAIN_S = 1.0
_COUNTER = (sys.executable, "-I", "-m", "zshforge.shell.call_counter")


def count_calls(plan: SessionPlan, log: Path) -> tuple[FileCalls, ...] | str:
    """Start a configuration once under the kernel's eyes, up to its line editor.

    Args:
        plan: How its sessions run.
        log: Where the counts are written; removed afterwards.

    Returns:
        The counts of each file, or why there are none.
    """
    spawn = Spawn(
        argv=(*_COUNTER, str(log), plan.zsh, *plan.argv[1:]),
        environment=plan.environment,
        folder=plan.folder,
        columns=plan.columns,
        rows=plan.rows,
        typed=_KEY,
    )
    try:
        with PtyProcess.spawn(spawn) as process:
            process.release()
            ended = _to_editor(process, Terminal(plan.columns, plan.rows), plan.prompt_deadline_s)
        return _counted(log.read_bytes() if log.exists() else b"", ended=ended)
    except OSError as error:
        return f"system calls cannot be followed here: {error.strerror}"
    finally:
        log.unlink(missing_ok=True)


def _to_editor(process: PtyProcess, terminal: Terminal, seconds: float) -> bool:
    """Wait until the editor reads a key, which ends the start; false when that takes too long."""
    limit = time.monotonic() + seconds
    pressed = time.monotonic()
    while process.poll() is None and time.monotonic() < limit:
        data = process.read()
        if data and (answer := terminal.feed(data)):
            process.write(answer)
        if time.monotonic() - pressed > _AGAIN_S:
            process.write(_KEY)
            pressed = time.monotonic()
    return process.status is not None


def _counted(data: bytes, *, ended: bool) -> tuple[FileCalls, ...] | str:
    if data.startswith(b"refused"):
        return "the kernel refuses to follow a child's system calls"
    if not ended:
        return "the line editor did not come while system calls were followed"
    try:
        return msgspec.json.decode(data, type=tuple[FileCalls, ...])
    except msgspec.DecodeError:
        return "the start ended while system calls were followed, before its line editor came"
