"""Everything that one session showed, before anybody makes numbers of it."""

from __future__ import annotations

from msgspec import Struct

from zshforge.model.sample import Capabilities, Counter
from zshforge.shell.inside import Look
from zshforge.shell.lines import Moment
from zshforge.shell.perf import ProcessRecord
from zshforge.shell.pty import ExitStatus


class Observation(Struct, frozen=True, kw_only=True):
    """Stamps in absolute microseconds on the session clock; durations in microseconds where the name says so."""

    spawn_us: int | None = None
    prompt_us: int | None = None
    prompt_by: str | None = None
    """``token``, ``osc133``, ``native`` or ``editor``."""
    edited_us: int | None = None
    """When the line editor was first seen at work, in the shell or on the terminal, before the first command."""
    command_us: int | None = None
    idle_us: int | None = None
    input_us: tuple[int, ...] = ()
    """One duration for each line that was typed."""
    prompt_mean_us: int | None = None
    """Mean duration of an empty command."""
    marks: tuple[str, ...] = ()
    """Lines that the configuration wrote about itself."""
    looks: tuple[tuple[int, Look], ...] = ()
    """Changes of the call stack, each with the stamp at which it was first seen."""
    moments: tuple[tuple[int, Moment], ...] = ()
    """The same, with lines, where the plan asks for them."""
    unseen_us: tuple[int, ...] = ()
    """For each of ``looks`` or ``moments`` how long nobody had looked: it may have come that much earlier."""
    looks_gap_us: int = 0
    """The longest time between two looks: how exact the stamps of ``looks`` are."""
    looks_taken: int = 0
    """How often the shell was looked at up to the first prompt."""
    watch_refused: str | None = None
    records: tuple[ProcessRecord, ...] = ()
    forks_before_prompt: Counter = Counter()
    execs_before_prompt: Counter = Counter()
    instructions_user: Counter = Counter()
    capabilities: Capabilities = Capabilities()
    status: ExitStatus | None = None
    peak_rss_kb: int | None = None
    flags: tuple[str, ...] = ()
    reasons: dict[str, str] = {}
    """Why something above is missing, by the name of the metric."""
    chunks: tuple[tuple[int, bytes], ...] = ()
    typed: tuple[tuple[int, bytes], ...] = ()
    truncated: bool = False
