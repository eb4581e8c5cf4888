"""Why a session did not get to its first command: one sentence, the phase reached, and what to try."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.model.errors import SessionFailed
from zshforge.shell.inside import StackReader, WatchRefused
from zshforge.shell.processes import command, describe, program

if TYPE_CHECKING:
    from zshforge.capture.session import _Session
    from zshforge.shell.inside import Frame

_SHOWN_LINES = 12
_TRIES = 10  # a look may catch the shell in mid-change


def explain(session: _Session) -> SessionFailed:
    """Make the error for a session that is stuck or has ended too early; the session is still as it was."""
    prompt_us, _ = session.prompt()
    phase = "start" if prompt_us is None else "first command"
    screen = tuple(line for line in session.pump.terminal.lines() if line.strip())[-_SHOWN_LINES:]
    what, hint = _ended(session) or _replaced(session) or _stuck(session, prompt_seen=prompt_us is not None)
    return SessionFailed(what, phase=phase, screen=screen, processes=describe(session.process.family()), hint=hint)


def _ended(session: _Session) -> tuple[str, str] | None:
    status = session.process.poll()
    if status is None:
        return None
    if status.code < 0:
        name = signal.Signals(-status.code).name
        return (
            f"the shell was killed by {name} before its first command",
            "run the configuration with `zsh -ix` to see where",
        )
    if status.code in (126, 127) and not os.access(session.plan.zsh, os.X_OK):
        return f"{session.plan.zsh} could not be started", "name a zsh that is there and executable"
    return (
        f"the shell exited with status {status.code} before its first command",
        "look for `exit`, `return` from a failed `||`, or ERR_EXIT in the start files",
    )


def _replaced(session: _Session) -> tuple[str, str] | None:
    """Whether the process has become another program (``exec`` in a start file)."""
    running = program(session.process.pid)
    if running is None or running == os.path.realpath(session.plan.zsh):
        return None
    return (
        f"the shell was replaced by {running} and no first command came from it",
        "guard the `exec` in the start files so that it does not run in a measured session",
    )


def _stuck(session: _Session, *, prompt_seen: bool) -> tuple[str, str]:
    seconds = min(session.plan.prompt_deadline_s, session.plan.session_deadline_s)
    where = _where(session) + _elsewhere(session.process.pid)
    if prompt_seen:
        times = session.typed_times
        when = f"although it was typed {times} times" if times > 1 else f"within {seconds:g} s"
        return (
            f"a prompt was seen, but the first command printed nothing {when}{where}",
            "check whether the start files read standard input, redirect output or rebind Enter",
        )
    return (
        f"no prompt within {seconds:g} s{where}",
        (
            "look at the last screen, and whether the start files wait for a program or read standard input; "
            "raise capture.prompt_deadline_s if the configuration is only slow"
        ),
    )


def _where(session: _Session) -> str:
    """What the shell was doing when it was last looked at, and what it waits for."""
    frames = _frames(session)
    parts = []
    if frames:
        parts.append(f"last seen in {frames[-1].kind} {frames[-1].name}")
        outer = next((frame.name for frame in reversed(frames) if frame.kind == "source"), None)
        if outer and frames[-1].kind != "source":
            parts.append(f"called from {outer}")
    family = session.process.family()
    if len(family) > 1:
        parts.append(f"with `{command(family[-1])}` running")
    return f" ({', '.join(parts)})" if parts else ""


def _frames(session: _Session) -> tuple[Frame, ...]:
    """The call stack when it was last looked at; that of a shell that nobody looks at is read now."""
    watch = session.pump.watch
    if watch is not None:
        return watch.looks[-1][1].frames if watch.looks else ()
    try:
        with StackReader(session.process.pid, session.plan.zsh) as reader:
            look = next((look for look in (reader.look() for _ in range(_TRIES)) if look is not None), None)
    except WatchRefused:
        return ()
    return look.frames if look else ()


def _elsewhere(pid: int) -> str:
    """Whether the shell prints to something that is not its terminal."""
    try:
        target = Path(f"/proc/{pid}/fd/1").readlink()
    except FileNotFoundError:
        return "; its standard output is closed" if Path(f"/proc/{pid}/fd").is_dir() else ""
    except OSError:
        return ""
    return "" if str(target).startswith("/dev/pts/") else f"; its standard output is {target}"
