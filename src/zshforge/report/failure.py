"""A session that gave no sample: what, in which phase, what the terminal showed last, what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from zshforge.report.bars import Piece, flow, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from zshforge.model.errors import SessionFailed


def render_failure(error: SessionFailed, *, width: int) -> Group:
    """The failure of one session.

    Args:
        error: What happened.
        width: Columns of the terminal.
    """
    head = [Piece(visible(error.what), "bold red"), Piece(f"phase reached: {visible(error.phase)}")]
    parts: list[RenderableType] = [*flow(head, width=width), screen_box(error.screen, "last screen", width=width)]
    parts += _alive(error.processes, width)
    if error.hint:
        parts += flow([Piece(f"try: {visible(error.hint)}", "bold")], width=width)
    return Group(*parts)


def screen_box(lines: Sequence[str], title: str, *, width: int) -> RenderableType:
    """What a terminal showed, in a box; empty lines at the end are left out, and an empty screen is said to be one."""
    shown = [visible(line).rstrip() for line in lines]
    while shown and not shown[-1]:
        shown.pop()
    if not shown:
        return Text(f"{title}: the terminal showed nothing", "dim")
    inner = Text("\n".join(shown), no_wrap=True, overflow="ellipsis")
    return Panel(
        inner,
        title=Text(title),
        title_align="left",
        box=box.SQUARE,
        border_style="dim",
        width=_box(shown, title, width),
    )


def _box(lines: Sequence[str], title: str, width: int) -> int:
    return min(max(*(Text(line).cell_len for line in lines), len(title) + 2, 0) + 4, width)


def _alive(processes: Sequence[str], width: int) -> Iterator[Text]:
    if processes:
        yield Text("alive at the end:")
    for process in processes:
        yield from flow([Piece(visible(process))], width=width, indent="  ")
