"""What the log of tasks after the prompt shows, on its stamps (``async-states.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

StateFaultKind = Literal["early_running", "transition", "order", "broken_line"]
State = Literal["IDLE", "QUEUED", "RUNNING", "SCANNING", "COMPLETE", "FAILED"]


class StateFault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line that should not be there."""

    kind: StateFaultKind
    """``early_running``: before the prompt; ``transition``: a step that no task takes; ``order``: a stamp before the
    one above it; ``broken_line``: nothing that a shell of ours writes."""
    line: int
    """Its number, from one."""
    task: str = ""
    """The task, when it is known."""
    pid: int | None = None
    """The shell's process, when it is known."""
    detail: str
    """What was seen, in words."""


class TaskStates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One task in all shells of a log."""

    task: str
    """Its name in the manifest."""
    runs: int
    """How often its worker was started."""
    complete: int
    """How many runs came to their end."""
    failed: int
    """How many did not: killed at their limit, broken off, or with an error."""
    retried: int
    """How many failures were followed by another run."""
    unfinished: int
    """Runs without an end: the shell ended first, or the log was read meanwhile."""
    nearest_us: int | None
    """The shortest time from a prompt to a start of the worker; ``null`` when no run has both."""
    longest_us: int | None
    """The longest time from a start to the end of that run; ``null`` when none has ended."""
    compared: dict[str, int] = {}
    """Of runs in shadow: how often the result was the same as without, another one, or there was nothing to compare."""


class AsyncStates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether no task ran before the prompt, and whether each took its steps in order."""

    schema: Literal["async-states.v1"] = "async-states.v1"
    log: str
    """The file, as a report prints it."""
    verdict: Literal["pass", "fail", "unknown"]
    """``unknown`` when nothing ran, or a run has no prompt to be held against."""
    reasons: tuple[str, ...]
    """Why it is not ``pass``."""
    lines: int
    """Lines in the log."""
    shells: int
    """Shells in it."""
    prompts: dict[str, int]
    """Stamps of prompts by how they were seen: ``marker`` (the shell's own prompt-ready marker), ``editor`` (the line
    editor stood at the prompt; later than the marker would be)."""
    tasks: tuple[TaskStates, ...]
    """By name."""
    faults: tuple[StateFault, ...]
    """In the log's order."""
