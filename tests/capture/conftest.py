"""Sessions for tests: a configuration written on the spot, in a HOME that lives as long as the test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from zshforge.capture.plan import SessionPlan
from zshforge.capture.session import observe
from zshforge.shell.processes import describe, end, processes_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zshforge.capture.observation import Observation

ZSH = shutil.which("zsh") or "zsh"


@pytest.fixture
def session_plan(tmp_path: Path) -> Callable[..., SessionPlan]:
    """A plan for one session of a configuration whose ``.zshrc`` is given as text."""

    def make(zshrc: str | bytes = "", **changes: object) -> SessionPlan:
        home, folder = tmp_path / "home", tmp_path / "zf12345-folder"
        control, tmp = tmp_path / "control", tmp_path / "tmp"
        for place in (home, folder, control, tmp):
            place.mkdir(exist_ok=True)
        (home / ".zshrc").write_bytes(zshrc.encode() if isinstance(zshrc, str) else zshrc)
        fields: dict[str, object] = {
            "zsh": ZSH,
            "environment": {
                "HOME": str(home),
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                "HOST": "zf12345-host",
                "SHELL": ZSH,
                "TMPDIR": str(tmp),
                "TMUX_TMPDIR": str(tmp),
            },
            "folder": folder,
            "control": control,
            "prefix": "zf12345-",
            "prompt_deadline_s": 5.0,
            "session_deadline_s": 20.0,
        }
        return SessionPlan(**{**fields, **changes})  # type: ignore[arg-type]

    return make


@pytest.fixture
def observed(session_plan: Callable[..., SessionPlan]) -> Callable[..., Observation]:
    """What one session of a given ``.zshrc`` yielded."""
    return lambda zshrc="", **changes: observe(session_plan(zshrc, **changes))


@pytest.fixture
def briefly(session_plan: Callable[..., SessionPlan]) -> Callable[..., Observation]:
    """As ``observed``, with a short rest and a short count, for what does not depend on their lengths."""
    short = {"settle_ms": 30.0, "command_window_ms": 30.0, "lost_line_ms": 150.0}
    return lambda zshrc="", **changes: observe(session_plan(zshrc, **{**short, **changes}))


@pytest.fixture
def nothing_left(tmp_path: Path) -> Iterator[None]:
    """After the test no process of its sessions lives, and their control and working folders are empty."""
    yield
    living = processes_below(tmp_path)
    told = describe([process.pid for process in living])
    end([process.pid for process in living])
    assert told == ()
    left = [path for name in ("control", "zf12345-folder") for path in (tmp_path / name).rglob("*")]
    assert left == []
