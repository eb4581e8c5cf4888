"""Several configurations side by side: one row each, the latencies in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from zshforge.model.summary import Summary
from zshforge.report.bars import UNKNOWN, milliseconds, scale_style, spread, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zshforge.model.run import Run

_NARROWEST_NAME = 14
_GAP = "  "
_METRICS = (
    ("1st command", "first_command_ms"),
    ("command", "command_ms"),
    ("input", "input_ms"),
    ("exit", "exit_ms"),
)
_MISSING = Summary()


class _Column(NamedTuple):
    head: str
    cells: tuple[tuple[str, str], ...]
    """Text and style of each row."""
    worth: int
    """Columns worth least are left out first; 0 stays in any case."""

    @property
    def width(self) -> int:
        return max(cell_len(text) for text in (self.head, *(text for text, _ in self.cells)))


def set_table(runs: Sequence[Run], budgets: Mapping[str, float], width: int) -> list[Text]:
    """The table's lines: medians in milliseconds, coloured by budget, ``unknown`` where nothing was observed.

    Args:
        runs: One row each.
        budgets: Milliseconds by the name of the latency.
        width: Columns of the terminal; the columns that tell least are left out when it is narrow.
    """
    names = [visible(run.config) for run in runs]
    columns = [_felt("prompt", "first_prompt_ms", runs, budgets), _deviation(runs)]
    columns += [_felt(head, metric, runs, budgets) for head, metric in _METRICS]
    columns += [_sessions(runs), _framework(runs), _verdict(runs)]
    longest = max(cell_len(name) for name in ("configuration", *names))
    columns = _fitting(columns, width, min(longest, _NARROWEST_NAME))
    name_width = min(longest, width - _taken(columns))
    lines = [_line("configuration", name_width, [(column, (column.head, "")) for column in columns], "dim")]
    for index, name in enumerate(names):
        cells = [(column, column.cells[index]) for column in columns]
        lines.append(_line(_cut(name, name_width), name_width, cells))
    return lines


def _felt(head: str, metric: str, runs: Sequence[Run], budgets: Mapping[str, float]) -> _Column:
    medians = [run.latencies.get(metric, _MISSING).median for run in runs]
    budget = budgets.get(metric)
    cells = tuple(
        ("unknown" if value is None else milliseconds(value), scale_style(value, budget)) for value in medians
    )
    return _Column(head, cells, 2 if metric == "exit_ms" else 0)


def _deviation(runs: Sequence[Run]) -> _Column:
    cells = []
    for run in runs:
        first = run.latencies.get("first_prompt_ms", _MISSING)
        known = first.median is not None and first.stddev is not None
        cells.append((f"±{spread(first.stddev or 0.0, first.median or 0.0)}" if known else "", "dim"))
    return _Column("", tuple(cells), 4)


def _sessions(runs: Sequence[Run]) -> _Column:
    counts = ((run.authentic_samples, run.requested_samples) for run in runs)
    cells = tuple((f"{had}/{asked}", "" if had >= asked else "yellow") for had, asked in counts)
    return _Column("sessions", cells, 3)


def _framework(runs: Sequence[Run]) -> _Column:
    return _Column("framework", tuple((visible(run.framework), "") for run in runs), 1)


def _verdict(runs: Sequence[Run]) -> _Column:
    styles = {"stable": "", "unstable": "yellow", "unknown": UNKNOWN}
    verdicts = (run.stability.verdict for run in runs)
    return _Column("spread", tuple((verdict, styles[verdict]) for verdict in verdicts), 5)


def _fitting(columns: list[_Column], width: int, name_width: int) -> list[_Column]:
    kept = list(columns)
    while _taken(kept) + name_width > width and any(column.worth for column in kept):
        kept.remove(min((column for column in kept if column.worth), key=lambda column: column.worth))
    return kept


def _taken(columns: Sequence[_Column]) -> int:
    return sum(column.width + len(_GAP) for column in columns)


def _line(name: str, name_width: int, cells: list[tuple[_Column, tuple[str, str]]], style: str = "") -> Text:
    line = Text(set_cell_size(name, name_width), style)
    for column, (text, cell_style) in cells:
        line.append(_GAP + " " * (column.width - cell_len(text))).append(text, cell_style or None)
    return line


def _cut(name: str, width: int) -> str:
    return name if cell_len(name) <= width else "…" + name[len(name) - max(width, 1) + 1 :]
