"""What a session talks through: a pipe for markers, two FIFOs, and the file that the typed line sources."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from zshforge.shell.fifo import fifo, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.capture.plan import SessionPlan

_PROBE = Path(__file__).parent / "probe"


class Channels(Struct, frozen=True, kw_only=True):
    """Descriptors on the harness's side, all without blocking, and the one that the shell inherits."""

    control: int
    replies: int
    marks: int | None
    shell_marks: IO[bytes] | None

    @property
    def inherited(self) -> tuple[int, ...]:
        """What the shell is to have besides its terminal."""
        return (self.shell_marks.fileno(),) if self.shell_marks else ()

    def handed_over(self) -> None:
        """The shell has its descriptors now; ours would keep the pipe from ending with it."""
        if self.shell_marks:
            self.shell_marks.close()


@contextlib.contextmanager
def channels(plan: SessionPlan) -> Iterator[Channels]:
    """Make all of it; afterwards nothing is left in the control and working folders.

    Raises:
        OSError: A FIFO or file could not be made.
    """
    with contextlib.ExitStack() as stack:
        marks = stack.enter_context(_marks_pipe()) if plan.native else (None, None)
        control, replies = (stack.enter_context(fifo(plan.control / name)) for name in ("control", "replies"))
        stack.enter_context(_driver_files(plan))
        yield Channels(control=control, replies=replies, marks=marks[0], shell_marks=marks[1])


@contextlib.contextmanager
def _marks_pipe() -> Iterator[tuple[int, IO[bytes]]]:
    read, write = os.pipe()
    with open(write, "wb", buffering=0) as shell_side:  # noqa: PTH123  a descriptor, not a path
        try:
            os.set_blocking(read, False)
            yield read, shell_side
        finally:
            os.close(read)


@contextlib.contextmanager
def _driver_files(plan: SessionPlan) -> Iterator[None]:
    """First the output of the first command, which is timed, then the driver.

    The message is in two pieces, so that a shell that shows what it reads (``setopt verbose``) does not show it; the
    pieces have different quotes, because two of one kind mean something else with ``setopt rc_quotes``.
    """
    paths = [folder / plan.driver_file for folder in (plan.folder, plan.control)]
    message = plan.token("msg")
    places = (_PROBE / "around.zsh", _PROBE / "driver.zsh", plan.control / "control", plan.control / "replies")
    words = " ".join(quoted(place) for place in places)
    try:
        for path in paths:
            path.write_text(f"'builtin' 'print' '{message[:3]}'\"{message[3:]}\"\n'builtin' '.' {words}\n")
        yield
    finally:
        for path in paths:
            path.unlink(missing_ok=True)
