"""What all sessions of one request share: a scratch folder, a place to stand in, tokens that nothing else prints."""

from __future__ import annotations

import contextlib
import random
from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.capture.repository import make_repository
from zshforge.capture.subject import Surroundings
from zshforge.capture.working_folder import WorkingFolder
from zshforge.shell.leftovers import Scratch, sweep
from zshforge.shell.processes import adopt_orphans

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zshforge.capture.campaign import Request

_MIN_TOKEN, _MAX_TOKEN = 10_000, 99_999


@contextlib.contextmanager
def standing(request: Request) -> Iterator[Request]:
    """The request with a place to stand in, shared by all captures that are made of it; nested, the outer one's.

    To make ten thousand files takes seconds where a file system has just removed as many (ext4 passes over every
    inode that was freed lately).

    Args:
        request: What is to be measured.

    Raises:
        UsageError: A setting names nothing usable.
    """
    if request.working_folder is not None:
        yield request
        return
    with contextlib.ExitStack() as stack:
        yield replace(request, working_folder=_working_folder(request, _scratch(request, stack)))


def enter_stage(request: Request, stack: contextlib.ExitStack) -> Surroundings:
    """Sweep up after killed captures, then make the scratch folder and the repository.

    Args:
        request: What is to be measured.
        stack: Removes all of it.

    Raises:
        UsageError: A setting names nothing usable.
    """
    folder = _scratch(request, stack)
    working_folder = request.working_folder or _working_folder(request, folder)
    return Surroundings(
        settings=request.settings,
        zsh=request.zsh,
        user=request.user,
        scratch=folder,
        folder=working_folder.path,
        prefix=working_folder.prefix,
        extra=request.extra,
        asked=request.asked,
        apart=request.apart,
    )


def _scratch(request: Request, stack: contextlib.ExitStack) -> Path:
    adopt_orphans()
    sweep(request.scratch)
    return stack.enter_context(Scratch(request.scratch))


def _working_folder(request: Request, folder: Path) -> WorkingFolder:
    prefix = f"zf{random.Random(request.seed).randint(_MIN_TOKEN, _MAX_TOKEN)}-"  # noqa: S311  a token on a screen
    path = folder / f"{prefix}folder"
    make_repository(
        path,
        request.settings.text("capture.repository"),
        f"{prefix}branch",
        path=request.settings.text("capture.path"),
    )
    return WorkingFolder(path=path, prefix=prefix)
