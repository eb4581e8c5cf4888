"""Advice in the terminal: what is so, what it would save, what to do; and changes of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, flow, milliseconds, spread, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from zshforge.model.advice import Advice, Fixed, Fixes
    from zshforge.model.explanation import Explanation

_OF = {"start": "", "input": " of each key", "command": " of each prompt"}


def advice_view(found: Explanation, *, width: int) -> Group:
    """Every finding with its evidence, and how to do it."""
    missing = found.reasons.get("advice")
    if missing:
        return Group(*flow([Piece(f"advice is unknown: {missing}", UNKNOWN)], width=width))
    why = found.reasons.get("advice.told")
    partly = (
        flow([Piece(f"PATH, fpath, the dump and the history are unknown: {why}", UNKNOWN)], width=width) if why else []
    )
    if not found.advice:
        nothing = Piece("advice: nothing that the rules know would make it faster")
        return Group(*flow([nothing], width=width), *partly)
    return Group(Text("advice", "bold"), *(line for one in found.advice for line in _whole(one, width)), *partly)


def advice_lines(found: Explanation, *, width: int, most: int) -> list[RenderableType]:
    """The largest findings, one line or two each."""
    if "advice" in found.reasons:
        return [advice_view(found, width=width)]
    lines = [line for one in found.advice[:most] for line in _short(one, width)]
    more = len(found.advice) - most
    if more > 0:
        lines.append(Text(f"{more} more: zf explain advice", "dim"))
    return [Group(Text("advice", "bold"), *lines)] if lines else []


def _short(one: Advice, width: int) -> list[Text]:
    return flow([Piece(f"{one.code} {visible(one.message)}{_place(one)}{_saving(one)}")], width=width)


def _place(one: Advice) -> str:
    if one.file is None or one.file in one.message:
        return ""
    return f" ({visible(one.file)}:{one.line})" if one.line else f" ({visible(one.file)})"


def _saving(one: Advice) -> str:
    if one.saving_ms is None:
        return ": saves what was not measured"
    off = spread(one.saving_spread_ms, one.saving_ms) if one.saving_spread_ms is not None else "?"
    return f": saves {milliseconds(one.saving_ms)} ms{_OF[one.metric]}, give or take {off}"


def _whole(one: Advice, width: int) -> Iterator[Text]:
    yield from _short(one, width)
    for text in one.evidence:
        yield from flow([Piece(visible(text), "dim")], width=width, indent="    ")
    yield from flow([Piece(f"do: {visible(one.how)}")], width=width, indent="    ")
    if one.reason:
        yield from flow([Piece(f"saving not told: {visible(one.reason)}", "dim")], width=width, indent="    ")
    change = " · zf explain --fix shows the change" if one.fix else ""
    yield from flow([Piece(f"zf rule {one.code}{change}", "dim")], width=width, indent="    ")


def render_fixes(found: Fixes) -> str:
    """Differences as ``patch`` reads them; what was done, and what is left, as comments between them."""
    lines = [line for one in found.files for line in _fixed(one)]
    if not lines:
        lines = ["# there is no mechanical change"]
    if found.left:
        lines.append(f"# for a person: {', '.join(found.left)} (zf explain advice)")
    return "\n".join(lines) + "\n"


def _fixed(one: Fixed) -> Iterator[str]:
    codes = ", ".join(one.codes)
    if one.diff:
        yield f"# {codes}: {visible(one.file)}" + (f", written; the old file is {one.kept}" if one.written else "")
        yield one.diff.rstrip("\n")
    else:
        yield f"# {codes}: {visible(one.file)} {'was compiled' if one.written else 'would be compiled'}"
