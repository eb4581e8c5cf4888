"""Explanations of configurations that are written on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from explaining import request_for

from zshforge.explain.explain import explain

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
