"""Sessions for tests: a configuration written on the spot, in a HOME that lives as long as the test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from zshforge.capture.plan import SessionPlan
from zshforge.capture.session import observe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zshforge.capture.observation import Observation

ZSH = shutil.which("zsh") or "zsh"


@pytest.fixture
def session_plan(tmp_path: Path) -> Callable[..., SessionPlan]:
    """A plan for one session of a configuration whose ``.zshrc`` is given as text."""

    def make(zshrc: str = "", **changes: object) -> SessionPlan:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        (home / ".zshrc").write_text(zshrc)
        folder = tmp_path / "zf12345-folder"
        folder.mkdir(exist_ok=True)
        fields: dict[str, object] = {
            "zsh": ZSH,
            "environment": {
                "HOME": str(home),
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                "TERM": "xterm-256color",
                "LANG": "C.UTF-8",
                "HOST": "zf12345-host",
                "TMUX_TMPDIR": str(tmp_path),
            },
            "folder": folder,
            "control": tmp_path,
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
