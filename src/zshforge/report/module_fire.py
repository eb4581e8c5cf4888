"""Whether markers and segments fire, as terminal lines: the answer, the labels, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, flow, milliseconds, visible
from zshforge.report.difference import VERDICT_STYLES

if TYPE_CHECKING:
    from zshforge.model.module_fire import FiredLabel, ModuleFire

_STATUS_STYLES = {"fired": "green", "sometimes": "dark_orange", "missing": "red"}
_NAME = 34
_NUMBERS = ("median_ms", "mean_ms", "stddev_ms", "min_ms", "max_ms")


def render_module_fire(made: ModuleFire, *, width: int) -> Group:
    """The answer first, then each label with its statistics, what must fire, and what to do."""
    head = [Piece(made.verdict, VERDICT_STYLES[made.verdict]), *(Piece(visible(why)) for why in made.reasons)]
    told = f"{made.samples} sessions" if made.samples is not None else "a recorded document"
    gate = "strict" if made.mode == "gate" else "soft: nothing fails (--strict)"
    foot = [Piece(f"{visible(made.config)} ({made.framework})", "dim"), Piece(told, "dim"), Piece(gate, "dim")]
    lines = [*flow(head, width=width), *flow(_fires(made), width=width), *_table(made), *_missing(made)]
    lines += [Text(f"- {visible(advice)}") for advice in made.recommendations]
    return Group(*lines, *flow(foot, width=width))


def _fires(made: ModuleFire) -> list[Piece]:
    native = {"pre": made.pre_native, "post": made.post_native, "prompt": made.prompt_native}
    pieces = [Piece(f"{name} {'native' if there else 'not native'}", _yes(there)) for name, there in native.items()]
    granular = made.diagnostics.emits_granular_segments
    return [*pieces, Piece(f"segments {'native' if granular else 'not native'}", _yes(granular))]


def _yes(there: int) -> str:
    return "green" if there else UNKNOWN


def _table(made: ModuleFire) -> list[Text]:
    if not made.labels:
        return [Text("no label fired", UNKNOWN)]
    columns = "".join(f"{name.removesuffix('_ms'):>9}" for name in _NUMBERS)
    head = Text(f"{'label, times in ms':<{_NAME}} {'phase':<12}{'seen by':<10}{'sessions':>8}{columns}", "dim")
    return [head, *(_row(label) for label in made.labels)]


def _row(label: FiredLabel) -> Text:
    name = visible(label.name)
    shown = name if len(name) <= _NAME else f"…{name[1 - _NAME :]}"
    values = [getattr(label, number) for number in _NUMBERS]
    numbers = "".join(f"{'-' if value is None else milliseconds(value):>9}" for value in values)
    count = "-" if label.samples is None else str(label.samples)
    return Text(f"{shown:<{_NAME}} {label.phase:<12}{label.provenance:<10}{count:>8}{numbers}")


def _missing(made: ModuleFire) -> list[Text]:
    """Required labels in one line when all fired, else one line each for those that did not."""
    if not made.required:
        return []
    silent = [label for label in made.required if label.status != "fired"]
    head = Text(f"required: {len(made.required) - len(silent)} of {len(made.required)} fired", "dim")
    return [
        head,
        *(
            Text(f"  {visible(one.name)} {one.status} ({visible(one.why)})", _STATUS_STYLES[one.status])
            for one in silent
        ),
    ]
