"""The conversation with the driver inside the shell: one word a line each way, over two FIFOs."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from zshforge.model.sample import Capabilities

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.capture.plan import SessionPlan
    from zshforge.capture.pump import Pipe, Pump

_ANSWER_S = 5.0  # a live line editor answers within a redraw
_PROMPTS_S = 600.0  # the session's own deadline comes first
_NO_EDITOR = "the line editor is off (setopt no_zle): what is timed in it cannot be"
_NO_DRIVER = "the shell did not say that it was ready to be driven"


class Dialogue:
    """Asks the driver, and keeps what it measured inside the shell.

    Args:
        pump: Reads the replies and types the keys.
        replies: What the driver writes.
        control: Where the driver reads.
    """

    def __init__(self, pump: Pump, replies: Pipe, control: int) -> None:
        self._pump = pump
        self._replies = replies
        self._control = control
        self._taken = 0
        self._ready: dict[str, str] = {}
        self.input_us: list[int] = []
        self.prompt_mean_us: int | None = None

    def ready(self, rests: Callable[[], bool]) -> None:
        """Wait for what the driver says of the shell when it has been sourced: words of the form ``name=value``.

        Args:
            rests: Whether the shell waits for the next line, so that nothing more is to come.
        """
        words = self._answer("ready", _ANSWER_S, rests) or ""
        self._ready = dict(word.split("=", 1) for word in words.split() if "=" in word)

    @property
    def refused(self) -> str | None:
        """Why nothing can be asked, or ``None`` when it can."""
        if not self._ready:
            return _NO_DRIVER
        return None if self._ready.get("editor") == "1" else _NO_EDITOR

    @property
    def own_tty(self) -> bool | None:
        """Whether the shell is in a terminal that its start files made (tmux, screen)."""
        return self._ready.get("term", "").startswith(("screen", "tmux")) if self._ready else None

    def capabilities(self, *, git_prompt: bool) -> Capabilities:
        """The words of :meth:`ready` as capabilities; nothing is claimed when the driver did not answer."""
        if not self._ready:
            return Capabilities()
        return Capabilities(
            completion=self._ready.get("completion") == "1",
            highlighting=self._ready.get("highlighting") == "1",
            suggestions=self._ready.get("suggestions") == "1",
            git_prompt=git_prompt,
            own_tty=self.own_tty,
        )

    def leave(self) -> None:
        """Ask the shell to end without writing its history."""
        if not self.refused:
            self._ask("quit")

    def scheduled(self) -> int:
        """How many events are still scheduled in the shell; 0 when it does not answer."""
        if self.refused:
            return 0
        self._ask("status")
        answer = self._answer("status", 0.5)
        return int(answer) if answer and answer.isdigit() else 0

    def time_input(self, line: str, repeats: int, reasons: dict[str, str]) -> None:
        """Type a line but for its last character, then time that one; as often as asked."""
        if self.refused:
            reasons["input_ms"] = self.refused
            return
        for _ in range(repeats):
            took = self._one_line(line)
            if took is None:
                reasons["input_ms"] = "the line editor did not show the line as it was typed"
                self._ask("cancel")
                self._answer("cancelled", 1.0)
                return
            self.input_us.append(took)

    def time_prompts(self, plan: SessionPlan, reasons: dict[str, str]) -> None:
        """Press Enter on empty lines for a while; the driver ends the shell when it has counted."""
        if self.refused:
            reasons["command_ms"] = self.refused
            return
        self._ask(f"prompts {plan.command_window_ms:.0f} {plan.command_max_prompts}")
        if self._answer("prompts-armed", 1.0) is None:
            reasons["command_ms"] = "the line editor stopped answering before empty commands could be timed"
            return
        # One line ends the wait of the first hook, and one more than the most ends the count of a very fast shell.
        self._pump.type(b"\r" * (plan.command_max_prompts + 2))
        answer = self._answer("prompts", _PROMPTS_S, lambda: self._pump.quiet_us() > _ANSWER_S * 1e6)
        if answer is None:
            reasons["command_ms"] = "an empty line led to no new prompt (accept-line or zle-line-init redefined?)"
        else:
            self.prompt_mean_us = int(answer.split()[0])

    def _one_line(self, line: str) -> int | None:
        self._ask(f"input |{line}")
        if self._answer("input-armed", _ANSWER_S) is None:
            return None
        self._pump.type(line[:-1].encode())
        if self._answer("typed", _ANSWER_S) is None:
            return None
        self._ask("key")
        if self._answer("key-please", _ANSWER_S) is None:
            return None
        self._pump.type(line[-1:].encode())
        self._ask("go")
        answer = self._answer("input", _ANSWER_S)
        return int(answer) if answer else None

    def _ask(self, text: str) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._control, text.encode() + b"\n")

    def _answer(self, word: str, seconds: float, hopeless: Callable[[], bool] = lambda: False) -> str | None:
        """The rest of the next line that begins with a word, or ``None`` when it does not come in time."""
        found: list[str] = []

        def arrived() -> bool:
            lines = self._replies.lines
            while self._taken < len(lines) and not found:
                head, _, rest = lines[self._taken][1].partition(" ")
                self._taken += 1
                if head == word:
                    found.append(rest)
            return bool(found)

        self._pump.until(lambda: arrived() or hopeless(), seconds)
        return found[0] if found else None
