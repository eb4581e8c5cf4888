"""A person at the keyboard of a real zsh: keys go in, the screen is read with its colours."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from live import DEADLINE_S, Live

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.zsh.conftest import Shell

#: As long as the screen stays as it is, nothing more is expected.
QUIET_S = 0.25
GREY = "brightblack"
COLUMNS, ROWS = 200, 24


class Keyboard(Live):
    """An interactive zsh with the shipped configuration, at rest, on a screen of 24 lines and 200 columns."""

    def __init__(self, shell: Shell, env: Mapping[str, str] | None = None, options: tuple[str, ...] = ()) -> None:
        super().__init__(shell, size=(COLUMNS, ROWS), env=env, options=options, global_rcs=True)

    def __enter__(self) -> Self:
        """Waits for the prompt."""
        super().__enter__()
        self.until("zf-here")
        self.settle()
        return self

    def type(self, keys: str, *, apart: bool = True) -> None:
        """Types keys; apart from each other (each is drawn before the next comes), or all at once."""
        for part in keys if apart else [keys]:
            self.press(part)
            self.take(0.02)
        self.settle()

    def paste(self, text: str) -> None:
        """Pastes text, in brackets, as a terminal does."""
        self.type(f"\x1b[200~{text}\x1b[201~", apart=False)

    def settle(self) -> None:
        """Waits until the screen has been quiet for a while."""
        end = time.monotonic() + DEADLINE_S
        while self.take(QUIET_S):
            assert time.monotonic() < end, f"never quiet: {self.text}"

    def colour(self, text: str) -> str:
        """The one colour of the last place where a text stands; `mixed` when it has several, empty without it."""
        for row in range(ROWS - 1, -1, -1):
            column = self.screen.display[row].rfind(text)
            if column >= 0:
                cells = [self.screen.buffer[row][column + offset] for offset in range(len(text))]
                found = {str(cell.fg) for cell in cells}
                return found.pop() if len(found) == 1 else "mixed"
        return ""

    def grey(self) -> str:
        """What stands in grey in the line of the cursor."""
        row = self.screen.buffer[self.screen.cursor.y]
        return "".join(row[column].data for column in range(COLUMNS) if row[column].fg == GREY).rstrip()

    def reverse(self, text: str) -> bool:
        """Whether the last place where a text stands is shown in reverse, all of it."""
        for row in range(ROWS - 1, -1, -1):
            column = self.screen.display[row].rfind(text)
            if column >= 0:
                return all(self.screen.buffer[row][column + offset].reverse for offset in range(len(text)))
        return False

    def children(self) -> int:
        """How many page faults children of the shell have had: more means that it has started a process."""
        stat = Path(f"/proc/{self.child.pid}/stat").read_text()
        return int(stat.rpartition(")")[2].split()[8])
