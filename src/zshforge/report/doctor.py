"""What the doctor found, one row for each check, and what to do about each that is not well."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, flow, visible

if TYPE_CHECKING:
    from zshforge.model.doctor import Check, Doctor

_STYLES = {"ok": "green", "warn": "yellow", "missing": "bold red", "unknown": UNKNOWN}
_STATE = 9


def render_doctor(found: Doctor, *, width: int) -> Group:
    """The table of all checks, and a last line that says whether this machine can measure.

    Args:
        found: The checks.
        width: Columns of the terminal.
    """
    name_width = max((len(check.name) for check in found.checks), default=0) + 2
    lines = [line for check in found.checks for line in _rows(check, name_width, width)]
    counts = Counter[str](check.status for check in found.checks)
    pieces = [Piece(f"{counts[status]} {status}", style) for status, style in _STYLES.items() if counts[status]]
    ending = "can" if found.can_measure else "cannot"
    pieces.append(Piece(f"this machine {ending} measure", "bold" if found.can_measure else "bold red"))
    return Group(*lines, *flow(pieces, width=width))


def _rows(check: Check, name_width: int, width: int) -> list[Text]:
    margin = _STATE + name_width
    room = max(width - margin, 12)
    parts = flow([Piece(visible(check.what))], width=room)
    if check.fix:
        parts += flow([Piece(f"→ {visible(check.fix)}", "bold")], width=room)
    head = Text(f"{check.status:<{_STATE}}", _STYLES[check.status])
    head.append(f"{check.name:<{name_width}}", "default")
    margins = [head, *(Text(" " * margin) for _ in parts[1:])]
    return [left.append_text(part) for left, part in zip(margins, parts, strict=True)]
