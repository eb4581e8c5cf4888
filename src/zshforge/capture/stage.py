"""What all sessions of one request share: a scratch folder, a place to stand in, tokens that nothing else prints."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from zshforge.capture.repository import make_repository
from zshforge.capture.subject import Surroundings
from zshforge.shell.leftovers import Scratch, sweep
from zshforge.shell.processes import adopt_orphans

if TYPE_CHECKING:
    import contextlib

    from zshforge.capture.campaign import Request

_MIN_TOKEN, _MAX_TOKEN = 10_000, 99_999


def enter_stage(request: Request, stack: contextlib.ExitStack) -> Surroundings:
    """Sweep up after killed captures, then make the scratch folder and the repository.

    Args:
        request: What is to be measured.
        stack: Removes all of it.

    Raises:
        UsageError: A setting names nothing usable.
    """
    adopt_orphans()
    sweep(request.scratch)
    folder = stack.enter_context(Scratch(request.scratch))
    prefix = f"zf{random.Random(request.seed).randint(_MIN_TOKEN, _MAX_TOKEN)}-"  # noqa: S311  a token on a screen
    place = folder / f"{prefix}folder"
    make_repository(
        place,
        request.settings.text("capture.repository"),
        f"{prefix}branch",
        path=request.settings.text("capture.path"),
    )
    return Surroundings(
        settings=request.settings,
        zsh=request.zsh,
        user=request.user,
        scratch=folder,
        folder=place,
        prefix=prefix,
        extra=request.extra,
        asked=request.asked,
        apart=request.apart,
    )
