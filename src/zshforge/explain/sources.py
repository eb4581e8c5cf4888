"""What a shell told of itself, and the text of its files."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from zshforge.explain.trace import Spot

_REACH = 2  # zsh tells the line that it reads, which of a statement of several lines is any of them


class Told(Struct, frozen=True, kw_only=True):
    """What a shell of this configuration says of itself after its start."""

    path: tuple[str, ...] = ()
    given_path: tuple[str, ...] = ()
    """PATH before the configuration."""
    fpath: tuple[str, ...] = ()
    given_fpath: tuple[str, ...] = ()
    """``fpath`` of a zsh without configuration."""
    missing: frozenset[str] = frozenset()
    """Entries of both that are no folders."""
    dump: str | None = None
    """The dump of the completion system."""
    histfile: str | None = None
    history_lines: int | None = None
    """How many lines the history file has."""
    history_size: int | None = None
    """HISTSIZE."""
    history_saved: int = 0
    """SAVEHIST."""
    history_options: tuple[str, ...] = ()
    """Which of the options are set that tell what becomes of duplicates."""
    highlighters: tuple[str, ...] = ()
    """Highlighters that are loaded."""
    read: tuple[tuple[str, str], ...] | None = None
    """What was read, in order: ``sourced``, ``autoloaded`` or ``compiled``, and the file; ``None`` when not known."""

    def times_sourced(self) -> Counter[str]:
        """How often each file was sourced."""
        return Counter(file for use, file in self.read or () if use == "sourced")


class Sources:
    """The text of files, by the names that the user knows.

    Args:
        load: Gives a file's content, or ``None``.
        editable: Whether a file is the user's own to change.
    """

    def __init__(self, load: Callable[[str], bytes | None], editable: Callable[[str], bool]) -> None:
        self._load = load
        self.editable = editable
        self._known: dict[str, tuple[str, ...]] = {}

    def lines(self, file: str) -> tuple[str, ...]:
        """The lines of a file, none when it cannot be read; bytes that are not UTF-8 are U+FFFD, and not edited."""
        if file not in self._known:
            data = self._load(file)
            self._known[file] = tuple((data or b"").decode("utf-8", "replace").split("\n"))
        return self._known[file]

    def find(self, spot: Spot, pattern: re.Pattern[str], reach: int = _REACH) -> tuple[int, re.Match[str]] | None:
        """The nearest line to a spot that a pattern is found in, comments left out, with the match."""
        lines = self.lines(spot[0])
        for line in sorted(range(spot[1] - reach, spot[1] + reach + 1), key=lambda line: abs(line - spot[1])):
            text = lines[line - 1] if 1 <= line <= len(lines) else ""
            match = None if text.lstrip().startswith("#") else pattern.search(text)
            if match:
                return line, match
        return None

    def whole(self, file: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
        """Every line of a file that a pattern is found in, comments left out."""
        for number, text in enumerate(self.lines(file), 1):
            match = None if text.lstrip().startswith("#") else pattern.search(text)
            if match:
                yield number, match
