"""An explanation in the terminal: time, blame, chain, tree, and what comes after the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from rich.console import Group
from rich.text import Text

from zshforge.model.explanation import CODE_KINDS
from zshforge.report.bars import UNKNOWN, Piece, flow, milliseconds, visible
from zshforge.report.explain_advice import advice_lines, advice_view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rich.console import RenderableType

    from zshforge.model.explanation import Explanation, Place, Row

_NUMBER = 9
_TREE_SHARE = 0.005
_STYLE = {"file": "", "function": "cyan", "command": "yellow", "line": "", "plugin": "green", "shell": "dim"}


def time_view(found: Explanation, *, width: int) -> Group:
    """One line whose parts add up to the prompt."""
    whole = Text(f"{milliseconds(found.wall_ms)} ms to the {found.until}", "bold")
    parts = [Piece(f"{_short(part.name, width - 20)} {milliseconds(part.ms)}") for part in found.parts]
    return Group(whole, *flow(parts, width=width, indent="  "))


def blame_view(found: Explanation, *, width: int, kinds: Sequence[str] = (), most: int | None = None) -> Group:
    """What costs most, by its own time."""
    wanted = [row for row in found.rows if row.kind in (kinds or CODE_KINDS) and (row.self_ms or row.inclusive_ms)]
    ordered = sorted(wanted, key=lambda row: -row.self_ms)[:most]
    head = Text(f"{'self':>{_NUMBER}}{'inclusive':>{_NUMBER + 2}}  {'seen':>5}  what", "dim")
    rows = [_row(row, width) for row in ordered]
    if not kinds:
        rest = Text(f"{milliseconds(found.unattributed_ms):>{_NUMBER}}{'':>{_NUMBER + 9}}  ", UNKNOWN)
        rows.append(rest.append("unattributed"))
    return Group(head, *rows)


def _row(row: Row, width: int) -> Text:
    count = "" if row.count is None else f"{row.count}x"
    line = Text(f"{milliseconds(row.self_ms):>{_NUMBER}}{milliseconds(row.inclusive_ms):>{_NUMBER + 2}}  {count:>5}  ")
    return line.append(_label(row, max(20, width - 2 * _NUMBER - 11)), _STYLE[row.kind])


def _label(row: Row | Place, width: int) -> str:
    if row.kind in ("file", "line", "shell"):
        return _short(row.name, width)
    place = f"{row.file}:{row.line}" if row.file and row.line else row.file or ""
    word = {"function": "()", "command": " (command)", "plugin": " (plugin)"}[row.kind]
    name = visible(row.name) + word
    return f"{name} {_short(place, max(10, width - len(name) - 1))}" if place else name


def _short(path: str, width: int) -> str:
    """The end of a path, which tells more than its beginning."""
    shown = visible(path)
    return shown if len(shown) <= width else "…" + shown[1 - max(width, 2) :]


def chain_view(found: Explanation, *, width: int) -> Group:
    """What the prompt waited for: ``@`` when it began, ``+`` its own time."""
    lines = [
        Text(f"{'@' + milliseconds(step.start_ms):>{_NUMBER}} {'+' + milliseconds(step.self_ms):>{_NUMBER}}  ").append(
            "  " * step.depth + _short(step.name, max(20, width - 24 - 2 * step.depth)), _STYLE[step.kind]
        )
        for step in found.chain
    ]
    return Group(Text(f"{milliseconds(found.wall_ms)} ms to the {found.until}", "bold"), *lines)


class _Node(Struct):
    own: float = 0.0
    inclusive: float = 0.0
    below: dict[int, _Node] = {}


def tree_view(found: Explanation, *, width: int) -> Group:
    """Who sourced and called whom."""
    root = _Node()
    for stack in found.stacks:
        node = root
        node.inclusive += stack.ms
        for number in stack.places:
            node = node.below.setdefault(number, _Node())
            node.inclusive += stack.ms
        node.own += stack.ms
    head = Text(f"{'self':>{_NUMBER}}{'inclusive':>{_NUMBER + 2}}  what", "dim")
    least = found.wall_ms * _TREE_SHARE
    return Group(head, *_branches(root, found.places, 0, least, width))


def _branches(node: _Node, places: Sequence[Place], depth: int, least: float, width: int) -> Iterable[Text]:
    for number, below in sorted(node.below.items(), key=lambda item: -item[1].inclusive):
        if below.inclusive < least:
            continue
        line = Text(f"{milliseconds(below.own):>{_NUMBER}}{milliseconds(below.inclusive):>{_NUMBER + 2}}  ")
        place = places[number]
        yield line.append(
            "  " * depth + _label(place, max(20, width - 2 * _NUMBER - 4 - 2 * depth)), _STYLE[place.kind]
        )
        yield from _branches(below, places, depth + 1, least, width)


def later_view(found: Explanation, *, width: int) -> Group:
    """Work after the prompt, and when keys were safe."""
    safe = found.typing_safe_ms
    words = "not seen" if safe is None else f"@{milliseconds(safe)} ms"
    lines = [Text(f"after the prompt (keys are taken from {words})", "bold")]
    for row in found.deferred:
        place = f" {row.file}:{row.line}" if row.file and row.line and row.kind != "file" else ""
        mark = " (background)" if row.kind == "background" else ""
        line = Text(f"{'@' + milliseconds(row.start_ms):>{_NUMBER}} {'+' + milliseconds(row.self_ms):>{_NUMBER}}  ")
        lines.append(line.append(_short(f"{visible(row.name)}{mark}{place}", max(20, width - 24))))
    return Group(*lines)


def levels_view(found: Explanation, *, width: int) -> Group:
    """How it was looked into, and what that cost; only shares of those sessions are shown."""
    pieces = []
    for level in found.levels:
        share = "not known" if level.overhead_share is None else f"{100 * level.overhead_share:+.1f} %"
        pieces.append(
            Piece(
                f"level {level.name}: {level.sessions} sessions, a look each {level.looks_us:.0f} us, overhead {share}"
            )
        )
    return Group(*flow([*pieces, Piece(f"{len(found.plain_ms)} sessions without looks")], width=width))


VIEWS: dict[str, Callable[..., RenderableType]] = {
    "time": time_view,
    "blame": blame_view,
    "chain": chain_view,
    "tree": tree_view,
    "later": later_view,
    "advice": advice_view,
}


def render_explanation(found: Explanation, *, width: int, view: str | None, most: int, advice: int = 5) -> Group:
    """One view, or the usual ones: the time, what costs most, and the advice.

    Args:
        found: The explanation.
        width: Columns of the terminal.
        view: The name of a view in :data:`VIEWS`; ``None`` for the usual ones.
        most: How many rows the usual blame has.
        advice: How many findings are among the usual ones.
    """
    if view is not None:
        return Group(VIEWS[view](found, width=width))
    shown: list[RenderableType] = [
        time_view(found, width=width),
        blame_view(found, width=width, most=most),
    ]
    if found.deferred:
        shown.append(later_view(found, width=width))
    shown += advice_lines(found, width=width, most=advice)
    return Group(*shown, levels_view(found, width=width))
