"""What the log of tasks after the prompt shows, as terminal lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import Piece, flow, visible
from zshforge.report.difference import VERDICT_STYLES

if TYPE_CHECKING:
    from zshforge.model.async_states import AsyncStates, StateFault, TaskStates

_MOST = 20


def render_states(made: AsyncStates, *, width: int) -> Group:
    """The answer first, then what is wrong, then a line for each task."""
    seen = ", ".join(f"{number} by {way}" for way, number in made.prompts.items())
    head = [Piece(made.verdict, VERDICT_STYLES[made.verdict]), *(Piece(visible(reason)) for reason in made.reasons)]
    head += [Piece(f"{made.shells} shells"), Piece(f"prompts seen: {seen}"), Piece(visible(made.log), "dim")]
    lines = [*flow(head, width=width), *(_fault(fault) for fault in made.faults[:_MOST])]
    if len(made.faults) > _MOST:
        lines.append(Text(f"… and {len(made.faults) - _MOST} more; all of them: --json", "dim"))
    return Group(*lines, *(line for task in made.tasks for line in _task(task, width)))


def _fault(fault: StateFault) -> Text:
    text = Text(f"line {fault.line:<7}", "red").append(f"{fault.kind.replace('_', ' ')}: ", "bold")
    text.append(visible(fault.detail))
    return text.append(f"  ({fault.task}, process {fault.pid})" if fault.task else "", "dim")


def _task(task: TaskStates, width: int) -> list[Text]:
    pieces = [Piece(task.task, "bold"), Piece(f"{task.runs} runs"), Piece(f"{task.complete} complete")]
    told = {"failed": task.failed, "tried again": task.retried, "unfinished": task.unfinished}
    pieces += [Piece(f"{number} {name}") for name, number in told.items() if number]
    pieces += [Piece(f"{number} {name} in shadow") for name, number in task.compared.items()]
    if task.nearest_us is not None:
        pieces.append(Piece(f"never nearer to the prompt than {task.nearest_us / 1000:.1f} ms"))
    if task.longest_us is not None:
        pieces.append(Piece(f"longest {task.longest_us / 1000:.0f} ms"))
    return flow(pieces, width=width)
