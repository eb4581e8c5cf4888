"""The log of what the shell was doing: looks at its call stack, as often as the plan says."""

from __future__ import annotations

from zshforge.shell.inside import Look, StackReader, WatchRefused, prepare

_ATTACH_US = 1_000_000  # how long after its start a program may take to become the shell


class StackWatch:
    """Attaches itself once the helper has turned into the shell, then records every change of the stack.

    It attaches itself again when the shell starts itself anew (``exec zsh``).

    Args:
        pid: The session's first process.
        shell: The program that it will become.
    """

    def __init__(self, pid: int, shell: str) -> None:
        prepare(shell)
        self._pid = pid
        self._shell = shell
        self._reader: StackReader | None = None
        self._first_us: int | None = None
        self._last_us: int | None = None
        self.looks: list[tuple[int, Look]] = []
        self.gap_us = 0
        self.refused: str | None = None

    @property
    def active(self) -> bool:
        """Whether another look can tell something."""
        return self.refused is None

    def tick(self, stamp_us: int) -> None:
        """Look once; what is seen is stamped with that moment."""
        if self._reader is None:
            self._attach(stamp_us)
            return
        look = self._reader.look()
        if self._reader.lost:  # a shell that starts itself anew lies elsewhere in memory
            self.close()
            self._first_us = None
        if look is None:
            return
        if self._last_us is not None:
            self.gap_us = max(self.gap_us, stamp_us - self._last_us)
        self._last_us = stamp_us
        if not self.looks or self.looks[-1][1] is not look:
            self.looks.append((stamp_us, look))

    def close(self) -> None:
        """Look no more."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def edited_us(self) -> int | None:
        """When the line editor was first seen at work."""
        return next((stamp for stamp, look in self.looks if look.editing), None)

    def _attach(self, stamp_us: int) -> None:
        if self._first_us is None:
            self._first_us = stamp_us
        try:
            self._reader = StackReader(self._pid, self._shell)
        except WatchRefused as refused:
            if stamp_us - self._first_us > _ATTACH_US:
                self.refused = str(refused)
