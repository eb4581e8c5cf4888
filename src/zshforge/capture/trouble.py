"""Why a session did not get to its first command: one sentence, the phase reached, and what to try."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.model.errors import SessionFailed
from zshforge.shell.processes import Descendants, describe

if TYPE_CHECKING:
    from zshforge.capture.session import _Session

_SHOWN_LINES = 12


def explain(session: _Session) -> SessionFailed:
    """Make the error for a session that is stuck or has ended too early; the session is still as it was."""
    prompt_us, _ = session.prompt()
    phase = "start" if prompt_us is None else "first command"
    screen = tuple(line for line in session.pump.terminal.lines() if line.strip())[-_SHOWN_LINES:]
    what, hint = _ended(session) or _replaced(session) or _stuck(session, prompt_seen=prompt_us is not None)
    processes = describe(Descendants(session.process.pid).pids()) if session.process.status is None else ()
    return SessionFailed(what, phase=phase, screen=screen, processes=processes, hint=hint)


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
    return (
        f"the shell exited with status {status.code} before its first command",
        "look for `exit`, `return` from a failed `||`, or ERR_EXIT in the start files",
    )


def _replaced(session: _Session) -> tuple[str, str] | None:
    """Whether the process has become another program (``exec`` in a start file)."""
    try:
        running = os.path.realpath(Path(f"/proc/{session.process.pid}/exe").readlink())
    except OSError:
        return None
    if running == os.path.realpath(session.plan.zsh):
        return None
    return (
        f"the shell was replaced by {running} and no prompt came from it",
        "guard the `exec` in the start files so that it does not run in a measured session",
    )


def _stuck(session: _Session, *, prompt_seen: bool) -> tuple[str, str]:
    seconds = session.plan.prompt_deadline_s
    if prompt_seen:
        return (
            f"a prompt was seen, but the first command printed nothing within {seconds:g} s",
            "check whether the start files read standard input or rebind Enter",
        )
    where = _where(session)
    return (
        f"no prompt within {seconds:g} s{where}",
        "raise capture.prompt_deadline_s if the configuration is only slow; otherwise look at the last screen",
    )


def _where(session: _Session) -> str:
    """What the shell was doing when it was last looked at."""
    watch = session.pump.watch
    if not watch or not watch.looks or not watch.looks[-1][1].frames:
        return ""
    frame = watch.looks[-1][1].frames[-1]
    return f" (last seen in {frame.kind} {frame.name})"
