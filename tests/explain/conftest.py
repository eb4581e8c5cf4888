"""Explanations of configurations that are written on the spot."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from explaining import request_for

from zshforge.capture.stage import enter_stage
from zshforge.capture.subject import Subject
from zshforge.explain.explain import explain
from zshforge.explain.passes import plan_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zshforge.capture.plan import SessionPlan
    from zshforge.explain.passes import LevelName
    from zshforge.model.explanation import Explanation


@pytest.fixture
def zdotdir(tmp_path: Path) -> Callable[..., Path]:
    """Writes files of a ZDOTDIR."""

    def write(**files: str) -> Path:
        folder = tmp_path / "zdotdir"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            path = folder / {"zshrc": ".zshrc", "zshenv": ".zshenv"}.get(name, f"{name}.zsh")
            path.write_text(text.replace("@", str(folder)))
        return folder

    return write


@pytest.fixture
def explained(zdotdir: Callable[..., Path], tmp_path: Path) -> Callable[..., Explanation]:
    """What one configuration's explanation says; keywords are its files."""

    def run(level: LevelName = "lines", /, **files: str) -> Explanation:
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        return explain(request_for(zdotdir(**files), scratch), level=level)

    return run


@pytest.fixture
def session_plan(tmp_path: Path) -> Iterator[Callable[[Path], SessionPlan]]:
    """How one session of a ZDOTDIR runs that nobody looks into."""
    with contextlib.ExitStack() as stack:
        made = 0

        def plan(folder: Path) -> SessionPlan:
            nonlocal made
            made += 1
            scratch = tmp_path / f"scratch{made}"
            scratch.mkdir()
            request = request_for(folder, scratch)
            surroundings = enter_stage(request, stack)
            subject = Subject(request.configs[0], surroundings, surroundings.scratch / "c0")
            stack.callback(subject.home.remove)
            return plan_for(subject, request.settings, None)

        yield plan
