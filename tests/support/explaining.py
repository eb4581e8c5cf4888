"""How tests explain a configuration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zshforge.capture.campaign import Request
from zshforge.model.settings import load_settings
from zshforge.shell.config import resolve
from zshforge.shell.zsh import find_zsh

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.model.explanation import Explanation, Row


def request_for(folder: Path, scratch: Path, **settings: object) -> Request:
    """A request to explain one ZDOTDIR, in a place without a large repository."""
    return request_named(f"zdotdir:{folder}", scratch, **settings)


def request_named(name: str, scratch: Path, **settings: object) -> Request:
    """The same for whatever a CONFIG names."""
    search = os.environ["PATH"]
    named = {name.replace("__", "."): value for name, value in settings.items()}
    overrides = {"capture.repository": "none", "explain.budget_s": 1.5, **named}
    return Request(
        configs=(resolve(name, cwd=scratch, home=scratch, search=search, zdotdir=None),),
        states=("warm",),
        settings=load_settings(environ={}, workspace_file=None, user_file=None, overrides=overrides),
        zsh=find_zsh(search, None),
        scratch=scratch,
        seed=1,
        user="user",
        host="host",
    )


def about(ms: float, wanted_ms: float) -> bool:
    """Whether a time is that one, as far as a machine that others use, too, can tell."""
    return 0.5 * wanted_ms - 3 <= ms <= 2 * wanted_ms + 3


def row(found: Explanation, kind: str, name: str, line: int | None = None) -> Row:
    """The one row of a kind whose name ends like this."""
    fitting = [r for r in found.rows if r.kind == kind and (r.name.endswith(name)) and (line is None or r.line == line)]
    assert len(fitting) == 1, (name, line, [(r.name, r.file, r.line, r.self_ms) for r in found.rows if r.kind == kind])
    return fitting[0]
