"""What became dearer, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import milliseconds, visible

if TYPE_CHECKING:
    from zshforge.model.proof import ExplanationDiff

_ROWS = 20
_NUMBER = 9


def render_difference(found: ExplanationDiff, *, width: int) -> Group:
    """The largest changes; what the sessions of one configuration differ by as well is dim.

    Args:
        found: The comparison.
        width: Columns of the terminal.
    """
    change = found.wall_ms - found.against_wall_ms
    head = Text(
        f"{milliseconds(found.wall_ms)} ms against {milliseconds(found.against_wall_ms)}: {_signed(change)}", "bold"
    )
    rows = [Text(f"{'change':>{_NUMBER}}{'here':>{_NUMBER}}{'there':>{_NUMBER}}  what", "dim")]
    for one in found.changes[:_ROWS]:
        text = f"{_signed(one.change_ms):>{_NUMBER}}{milliseconds(one.here_ms):>{_NUMBER}}"
        name = visible(one.name)[-max(20, width - 3 * _NUMBER - 14) :]
        text += f"{milliseconds(one.there_ms):>{_NUMBER}}  {name} ({one.kind})"
        rows.append(Text(text, "dim" if one.within_noise else "red" if one.change_ms > 0 else "green"))
    return Group(head, *rows)


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + milliseconds(value)
