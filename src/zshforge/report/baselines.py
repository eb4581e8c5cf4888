"""Baselines as terminal lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, flow, milliseconds, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.baseline import Baseline
    from zshforge.model.baseline_list import BaselineList, BaselineRow

_STYLES = {"usable": "green", "elsewhere": "yellow", "unusable": UNKNOWN}
_SHORT = 12


def render_baselines(found: BaselineList, *, width: int) -> Group:
    """One line for each baseline, and what speaks against it."""
    if not found.baselines:
        return Group(Text("no baseline here; to record one: zf capture --save-baseline default"))
    return Group(*(line for row in found.baselines for line in _row(row, width)))


def render_baseline(made: Baseline, *, width: int) -> Group:
    """One baseline: what, where, when, and its medians."""
    conditions = made.fingerprint
    pieces = [
        Piece(f"{made.name} ({made.kind})", "bold"),
        Piece(visible(made.config)),
        Piece(f"{len(made.samples)} samples"),
        Piece(f"saved {made.recorded_at}"),
        Piece(f"run {made.run_id}", "dim"),
        Piece(f"{visible(conditions.host)}, {visible(conditions.cpu)}, zsh {conditions.zsh}", "dim"),
        Piece(f"digest {made.config_digest[:_SHORT]}", "dim"),
    ]
    lines = flow(pieces, width=width)
    for name, summary in (made.latencies | made.lifecycle).items():
        value = "unknown" if summary.median is None else f"{milliseconds(summary.median)} ms"
        lines.append(Text(f"{name.removesuffix('_ms'):<22}").append(f"{value:>12}", "" if summary.median else UNKNOWN))
    return Group(*lines)


def _row(row: BaselineRow, width: int) -> Iterator[Text]:
    value = row.first_prompt_ms if row.first_prompt_ms is not None else row.pre_plugin_total_ms
    what = "first prompt" if row.first_prompt_ms is not None else "pre-plugin"
    pieces = [Piece(f"{row.state:<10}{visible(row.name)}", _STYLES[row.state]), Piece(row.kind)]
    if value is not None:
        pieces.append(Piece(f"{what} {milliseconds(value)} ms, {row.samples} samples"))
    if row.config is not None:
        digest = (row.config_digest or "")[:_SHORT]
        pieces += [Piece(visible(row.config)), Piece(f"{row.recorded_at}", "dim"), Piece(f"digest {digest}", "dim")]
    yield from flow(pieces, width=width)
    for reason in row.reasons:
        yield from flow([Piece(visible(reason), "dim")], width=width, indent="          ")
