"""Numbers, bars and words as pieces of terminal lines."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, chop_cells
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: The style of what was not observed: none of the scale's, so that it cannot be taken for a good number.
UNKNOWN = "bold magenta"

#: zsh-bench's perception scale: the largest share of the budget, and its colour. Above all of them: red.
SCALE = ((0.5, "green"), (1.0, "yellow"), (2.0, "dark_orange"))

_EIGHTHS = " ▏▎▍▌▋▊▉"
_SEPARATOR = " · "
_WHOLE_FROM_MS = 10.0
_NAMED = {"\x1b": r"\e", "\r": r"\r", "\n": r"\n", "\t": r"\t", "\a": r"\a", "\b": r"\b", "\\": r"\\"}
_ASCII_END = 0x80


class Piece(NamedTuple):
    """Words that stay together where the width allows it, and their style."""

    text: str
    style: str = ""


def bar(share: float, width: int) -> str:
    """A bar of up to ``width`` columns, to an eighth of a column; any share above zero leaves a trace."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    whole, part = divmod(max(eighths, 1) if share > 0 else 0, 8)
    return "█" * whole + (_EIGHTHS[part] if part else "")


def milliseconds(value: float) -> str:
    """A time in milliseconds: whole from ten on, one decimal below, and never rounded to nothing."""
    if value < 0:
        return f"-{milliseconds(-value)}"
    return _rounded(value, 0 if round(value, 1) >= _WHOLE_FROM_MS else 1)


def spread(value: float, of: float) -> str:
    """A spread in milliseconds with the precision of the value that it belongs to, or the first that shows it."""
    whole = round(of, 1) >= _WHOLE_FROM_MS or round(value, 1) >= _WHOLE_FROM_MS
    return f"{value:.0f}" if whole and round(value) > 0 else _rounded(value, 1)


def scale_style(value: float | None, budget: float | None) -> str:
    """The colour of a value by its share of the budget; one of its own when the value is unknown."""
    if value is None:
        return UNKNOWN
    if budget is None or budget <= 0:
        return ""
    return next((style for limit, style in SCALE if value <= limit * budget), "red")


def flow(pieces: Iterable[Piece], *, width: int, indent: str = "") -> list[Text]:
    """Pieces with dots between them, on as many lines as they need, each set in; what is longer is broken."""
    lines: list[Text] = []
    for piece in pieces:
        last = lines[-1] if lines else None
        if last is not None and last.cell_len + cell_len(_SEPARATOR + piece.text) <= width:
            last.append(_SEPARATOR, "dim").append(piece.text, piece.style)
        else:
            lines += [Text().append(part, piece.style or None) for part in _broken(piece.text, width, indent)]
    return lines


def visible(data: bytes | str) -> str:
    """Text in which every control character and every byte that is not UTF-8 can be seen."""
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogateescape")
    return "".join(_shown(character) for character in raw.decode("utf-8", "surrogateescape"))


def _rounded(value: float, decimals: int) -> str:
    lost = value > 0 and round(value, decimals) == 0
    return "<0.1" if lost else f"{value:.{decimals}f}"


def _broken(text: str, width: int, indent: str) -> Iterator[str]:
    line = indent
    hang = indent + "  "
    for word in text.split(" "):
        joined = f"{line} {word}" if line.strip() else line + word
        if cell_len(joined) <= width:
            line = joined
            continue
        if line.strip():
            yield line
        *full, line = [hang + part for part in chop_cells(word, max(width - len(hang), 1))] or [hang]
        yield from full
    yield line


def _shown(character: str) -> str:
    code = ord(character)
    if character in _NAMED:
        return _NAMED[character]
    if 0xDC80 <= code <= 0xDCFF:  # noqa: PLR2004  where surrogateescape (PEP 383) puts the bytes 80 to ff
        return rf"\x{code - 0xDC00:02x}"
    if unicodedata.category(character)[0] == "C":
        return rf"\x{code:02x}" if code < _ASCII_END else rf"\u{code:04x}"
    return character
