"""The log of tasks after the prompt, judged on its stamps: what ran before a prompt, what took steps out of order."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from zshforge.model.async_states import AsyncStates, StateFault, TaskStates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.async_states import State, StateFaultKind

#: What zsh/functions/-zf-async-step writes.
_LINE = re.compile(
    r"(?:PROMPT us=(?P<prompt>\d{16}) pid=(?P<of>\d{1,9}) seen=(?P<seen>marker|editor)"
    r"|ASYNC_STATE task=(?P<task>[\w:.-]{1,64}) state=(?P<state>IDLE|QUEUED|RUNNING|SCANNING|COMPLETE|FAILED)"
    r" us=(?P<us>\d{16}) pid=(?P<pid>\d{1,9}) try=\d{1,3} mode=(?:on|shadow)"
    r"(?: compared=(?P<compared>same|different|nothing))?(?: reason=\S{1,64})?)"
)
_NEXT: dict[State | None, frozenset[State]] = {
    None: frozenset({"IDLE"}),
    "IDLE": frozenset({"QUEUED"}),
    "QUEUED": frozenset({"RUNNING"}),
    "RUNNING": frozenset({"SCANNING", "FAILED"}),
    "SCANNING": frozenset({"COMPLETE", "FAILED"}),
    "COMPLETE": frozenset({"QUEUED"}),
    "FAILED": frozenset({"QUEUED"}),
}


@dataclass
class _Run:
    """One start of a worker."""

    after_us: int | None
    began_us: int
    again: bool
    ended_us: int | None = None
    state: State = "RUNNING"
    compared: str | None = None


@dataclass
class _Task:
    """One task in one shell."""

    state: State | None = None
    us: int = 0
    runs: list[_Run] = field(default_factory=list)


@dataclass
class _Shell:
    """One shell: its prompt, and its tasks by name."""

    prompt_us: int | None = None
    seen: str = ""
    tasks: dict[str, _Task] = field(default_factory=dict)


def check_states(data: bytes, *, label: str) -> AsyncStates:
    """Judge a log; order is checked on stamps, shell by shell and task by task.

    Args:
        data: The log's content.
        label: What the log is called in the record.
    """
    lines = data.split(b"\n")
    cut = lines.pop()
    shells: dict[int, _Shell] = {}
    all_shells: list[_Shell] = []
    faults: list[StateFault] = []
    for number, raw in enumerate([*lines, *filter(None, [cut])], 1):
        found = None if number > len(lines) else _LINE.fullmatch(raw.decode("utf-8", "replace"))
        if found is None:
            faults.append(StateFault(kind="broken_line", line=number, detail="no line of a task's state"))
            continue
        pid = int(found["of"] or found["pid"])
        if found["prompt"] or pid not in shells:
            # A number of a process comes again; each shell begins with its prompt.
            shells[pid] = _Shell()
            all_shells.append(shells[pid])
        if found["prompt"]:
            shells[pid].prompt_us, shells[pid].seen = int(found["prompt"]), found["seen"]
        else:
            faults += (
                StateFault(kind=kind, line=number, task=found["task"], pid=pid, detail=detail)
                for kind, detail in _step(shells[pid], found)
            )
    return _record(label, len(lines) + bool(cut), all_shells, tuple(faults))


def _step(shell: _Shell, found: re.Match[str]) -> Iterator[tuple[StateFaultKind, str]]:
    """Take one step of a task; tell what is wrong with it."""
    task = shell.tasks.setdefault(found["task"], _Task())
    state, us = cast("State", found["state"]), int(found["us"])
    # A log that was turned over begins anywhere; a shell whose prompt is in it begins at the beginning.
    headless = task.state is None and shell.prompt_us is None
    if state not in _NEXT[task.state] and not headless:
        yield "transition", f"{state} after {task.state or 'nothing'}"
    if us < task.us:
        yield "order", f"{task.us - us} microseconds before the line above it"
    if state == "RUNNING":
        if shell.prompt_us is not None and us < shell.prompt_us:
            early = shell.prompt_us - us
            yield "early_running", f"RUNNING {early} microsecond{'' if early == 1 else 's'} before the prompt"
        failed = any(run.state == "FAILED" for run in task.runs[-1:])
        task.runs.append(_Run(shell.prompt_us, us, failed))
    elif task.runs and state in {"COMPLETE", "FAILED"}:
        run = task.runs[-1]
        run.state, run.ended_us, run.compared = state, us, found["compared"]
    task.state, task.us = state, max(us, task.us)


def _record(label: str, lines: int, shells: list[_Shell], faults: tuple[StateFault, ...]) -> AsyncStates:
    names = sorted({name for shell in shells for name in shell.tasks})
    runs = {name: [run for shell in shells if name in shell.tasks for run in shell.tasks[name].runs] for name in names}
    seen = Counter(shell.seen for shell in shells)
    reasons = tuple(_reasons(faults, [run for of_task in runs.values() for run in of_task]))
    return AsyncStates(
        log=label,
        verdict="fail" if faults else "unknown" if reasons else "pass",
        reasons=reasons,
        lines=lines,
        shells=len(shells),
        prompts={way: seen[way] for way in ("marker", "editor")},
        tasks=tuple(_task(name, of_task) for name, of_task in runs.items()),
        faults=faults,
    )


def _reasons(faults: tuple[StateFault, ...], runs: list[_Run]) -> Iterator[str]:
    for kind, number in sorted(Counter(fault.kind for fault in faults).items()):
        yield f"{number} x {kind.replace('_', ' ')}"
    if not runs:
        yield "nothing ran"
    lost = sum(run.after_us is None for run in runs)
    if lost:
        yield f"{lost} run{'' if lost == 1 else 's'} of a shell whose prompt has no stamp"


def _task(name: str, runs: list[_Run]) -> TaskStates:
    ended = Counter(run.state for run in runs)
    return TaskStates(
        task=name,
        runs=len(runs),
        complete=ended["COMPLETE"],
        failed=ended["FAILED"],
        retried=sum(run.again for run in runs),
        unfinished=ended["RUNNING"],
        nearest_us=min((run.began_us - run.after_us for run in runs if run.after_us is not None), default=None),
        longest_us=max((run.ended_us - run.began_us for run in runs if run.ended_us is not None), default=None),
        compared=dict(Counter(run.compared for run in runs if run.compared is not None)),
    )
