"""Deterministic work of a session, as the kernel counts it; a refused counter has its reason instead of a value."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from zshforge.model.sample import Counter
from zshforge.shell.perf import CountersRefused, InstructionCounter, ProcessRecord, ProcessRecords

if TYPE_CHECKING:
    from collections.abc import Sequence


class Counted(Struct, frozen=True, kw_only=True):
    """What was counted, up to the first prompt where the name says so."""

    records: tuple[ProcessRecord, ...]
    exec_us: int | None
    """When the process became the shell, by the kernel's own stamp."""
    forks: Counter
    execs: Counter
    instructions: Counter


class Counting:
    """Attached to a process before it starts; instructions count from its exec on.

    Args:
        pid: The process at the gate.
        switches: Also keep when each process slept.
    """

    def __init__(self, pid: int, *, switches: bool = False) -> None:
        self._pid = pid
        self._stack = contextlib.ExitStack()
        self._records: ProcessRecords | None = None
        self._instructions: InstructionCounter | None = None
        self._gathered: list[ProcessRecord] = []
        self._refused: dict[str, str] = {}
        try:
            self._records = self._stack.enter_context(ProcessRecords(pid, switches=switches))
        except CountersRefused as refused:
            self._refused["records"] = str(refused)
        try:
            self._instructions = self._stack.enter_context(InstructionCounter(pid))
        except CountersRefused as refused:
            self._refused["instructions"] = str(refused)

    def gather(self) -> None:
        """Take what the kernel has recorded, before its buffer is full."""
        if self._records:
            self._gathered += self._records.collect()

    def result(self, prompt_us: int | None) -> Counted:
        """Counts between the start and a prompt at which keys are read (forks, execs), or so far (instructions)."""
        instructions = (
            Counter(value=self._instructions.read())
            if self._instructions
            else Counter(reason=self._refused["instructions"])
        )
        self.gather()
        records = tuple(sorted(self._gathered, key=lambda record: record.stamp_us))
        own = next((r for r in records if r.kind == "exec" and r.pid == self._pid), None)
        return Counted(
            records=records,
            exec_us=own.stamp_us if own else None,
            forks=self._count("fork", records, prompt_us),
            execs=self._count("exec", [record for record in records if record is not own], prompt_us),
            instructions=instructions,
        )

    def _count(self, kind: str, records: Sequence[ProcessRecord], prompt_us: int | None) -> Counter:
        """Records of one kind up to the prompt; the shell's own exec is not work of its configuration."""
        if self._records is None:
            return Counter(reason=self._refused["records"])
        if self._records.lost:
            return Counter(reason="the kernel dropped records, because they came faster than they could be taken")
        if prompt_us is None:
            return Counter(reason="the first prompt was not seen")
        return Counter(value=sum(r.kind == kind and r.stamp_us <= prompt_us for r in records))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
