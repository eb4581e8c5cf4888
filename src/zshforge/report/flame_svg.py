"""A flame graph as a picture: needs no script, every box has its text as a tooltip."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from zshforge.report.bars import milliseconds, visible
from zshforge.report.flame_tree import boxes, walk

if TYPE_CHECKING:
    from zshforge.model.explanation import Explanation
    from zshforge.report.flame_tree import Box

_WIDTH, _ROW, _HEAD = 1200, 18, 40
_LETTER = 6.6  # the width of a character of 11 pixels, by and large
_LEAST = 0.4  # pixels; what is narrower cannot be seen


def flame_svg(found: Explanation) -> str:
    """The picture, root above; widths are shares of the time to the prompt."""
    root = boxes(found)
    scale = _WIDTH / max(root.ms, 1e-9)
    shown = [(box, depth, start) for box, depth, start in walk(root) if box.ms * scale >= _LEAST]
    height = _HEAD + _ROW * (1 + max(depth for _, depth, _ in shown))
    title = f"{visible(found.config)}: {milliseconds(found.wall_ms)} ms to the {found.until}"
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
            f'<text x="8" y="24" font-size="15">{escape(title)}</text>'
        )
    ]
    parts += [_box(box, depth, start * scale, box.ms * scale) for box, depth, start in shown]
    return "\n".join([*parts, "</svg>", ""])


def _box(box: Box, depth: int, x: float, width: float) -> str:
    y = _HEAD + depth * _ROW
    name, detail = escape(visible(box.name)), escape(visible(box.detail))
    told = f"{name} {detail}\n{milliseconds(box.ms)} ms, own {milliseconds(box.own)} ms"
    letters = int((width - 6) / _LETTER)
    words = visible(box.name)
    text = words if len(words) <= letters else "…" + words[len(words) - letters + 1 :] if letters > 3 else ""  # noqa: PLR2004  fewer say nothing
    return (
        f'<g><title>{told}</title><rect x="{x:.2f}" y="{y}" width="{max(width - 0.5, 0.3):.2f}" height="{_ROW - 1}" '
        f'rx="2" fill="{box.colour}"/><text x="{x + 3:.2f}" y="{y + 13}">{escape(text)}</text></g>'
    )
