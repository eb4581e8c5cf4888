"""Where the time to the prompt goes (``explanation.v1``).

``wall_ms`` comes from sessions that nobody looked into. Everything else is a share of that time, seen in other
sessions. The time is cut in more than one way, and each cut adds up to ``wall_ms`` with ``unattributed_ms``: by the
code that ran (rows of kind ``shell``, ``file``, ``function`` and ``command``), and by line (``shell`` and ``line``).
Rows of kind ``plugin`` gather files.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from zshforge.model.advice import Advice
from zshforge.model.run import Fingerprint

#: ``shell`` is zsh's own work outside of any file; ``command`` is a process that the shell waited for.
RowKind = Literal["shell", "file", "function", "command", "line", "plugin"]

#: The kinds that add up to the wall time, by what the time is cut by.
CODE_KINDS: tuple[RowKind, ...] = ("shell", "file", "function", "command")
LINE_KINDS: tuple[RowKind, ...] = ("shell", "line")


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that can cost: a file, a function, a command, or zsh itself."""

    kind: RowKind
    """What it is."""
    name: str
    """Its name: of a file its path, of a command the programs that it ran."""
    file: str | None = None
    """The file that it stands in, where the configuration has it."""
    line: int | None = None
    """The line of that file, counted from 1: of a function where it begins, of a command the line that ran it."""


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one place costs before the prompt."""

    kind: RowKind
    """What it is; see the cuts above."""
    name: str
    """Its name."""
    file: str | None = None
    """The file that it stands in."""
    line: int | None = None
    """The line in that file."""
    self_ms: float
    """Its own time, without what it called, sourced or waited for; of a line with the commands that it waited for."""
    inclusive_ms: float
    """The time during which it had not yet ended; of a command its whole life, at most up to the prompt."""
    count: int | None = None
    """How often it was seen to begin, in one session; what was over between two looks is not in it."""
    spread_ms: float | None = None
    """Half the range of ``self_ms`` over the sessions; ``null`` with one session."""
    unsure_ms: float | None = None
    """How far ``self_ms`` may be off, because looks came late where it began or ended."""


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of the way to the prompt; the parts add up to ``wall_ms``."""

    name: str
    """A start file, or what zsh did."""
    ms: float
    """How long it took."""


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that the prompt waited for, in the order of time."""

    depth: int
    """How many steps it lies inside."""
    kind: RowKind
    """What it is."""
    name: str
    """Its name."""
    start_ms: float
    """When it began, after the start of the shell."""
    self_ms: float
    """Its own time."""
    inclusive_ms: float
    """With everything inside it."""


class Stack(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Time that was spent under the same callers."""

    places: tuple[int, ...]
    """Numbers in ``places``, the outermost first."""
    ms: float
    """The time spent in the innermost."""


class Stretch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place from its beginning to its end in the session that is shown as a picture."""

    place: int
    """A number in ``places``."""
    depth: int
    """How many others it lies inside."""
    start_ms: float
    """After the start of the shell."""
    end_ms: float
    """The same."""


class Deferred(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Work after the prompt: the prompt did not wait for it, but the first keys may."""

    kind: Literal["file", "function", "background"]
    """``background`` is a process that was still running when the prompt was there."""
    name: str
    """Its name."""
    file: str | None = None
    """The file that it stands in, or that started it."""
    line: int | None = None
    """The line in that file."""
    start_ms: float
    """When it was first seen, after the start of the shell."""
    self_ms: float
    """Its own time; of a process the time from the prompt to its end."""
    count: int
    """How often it was seen to begin."""


class SegmentCounters(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Deterministic work of one file before the prompt, or ``null`` where ``reasons`` says why."""

    file: str | None
    """The file that was being sourced; ``null`` for work outside of any file."""
    forks: int | None = None
    """Processes, also those that its commands started."""
    execs: int | None = None
    """Programs, the same."""
    compinit_runs: int | None = None
    """From how many places of it ``compinit`` was called; without lines, one for each stack of calls."""
    files_opened: int | None = None
    """Files that the shell or a subshell opened; what other programs open is not in it."""
    bytes_read: int | None = None
    """Bytes that they read from files, and the length of compiled files that they mapped."""
    path_stats: int | None = None
    """Calls of ``stat`` and ``access`` in a folder of PATH, as it was then."""
    fpath_stats: int | None = None
    """The same in a folder of ``fpath``, and for its ``.zwc``."""
    instructions_user: int | None = None
    """Instructions outside of the kernel."""


class LevelCost(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a pass looked into the shell, and what that cost."""

    name: Literal["files", "lines"]
    """``files``: looks now and then. ``lines``: looks all the time, with lines, functions, forks and waits."""
    sessions: int
    """Sessions of the pass."""
    looks_us: float
    """The time between two looks (a median session's mean)."""
    pairs: int
    """Pairs of sessions with and without it that the next two come from."""
    overhead_ms: float | None = None
    """Median difference of the time to the prompt."""
    overhead_share: float | None = None
    """The same as a share of the time without it."""
    reason: str | None = None
    """Why the two are missing."""


class Explanation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the time to the prompt goes."""

    schema: Literal["explanation.v1"] = "explanation.v1"
    config: str
    """The configuration, as the user named it."""
    framework: str
    """Which framework it uses."""
    level: Literal["files", "lines"]
    """How deep it was looked into."""
    wall_ms: float
    """Median time from the start of the shell to ``until``, in sessions that were not looked into."""
    until: Literal["prompt", "editor"]
    """``editor`` where a prompt stands on the screen long before the start files have ended."""
    prompt_ms: float | None = None
    """Median time to the first prompt on the screen."""
    typing_safe_ms: float | None = None
    """Median time until the line editor took keys."""
    unattributed_ms: float
    """The part of ``wall_ms`` in which no file and no function was seen to run."""
    parts: tuple[Part, ...]
    """The way to the prompt in a few parts."""
    rows: tuple[Row, ...]
    """Every cost, the largest first."""
    chain: tuple[Step, ...]
    """What the prompt waited for."""
    deferred: tuple[Deferred, ...]
    """Work after the prompt, in the order of time."""
    counters: tuple[SegmentCounters, ...] = ()
    """Work of each file."""
    advice: tuple[Advice, ...] = ()
    """What to do."""
    levels: tuple[LevelCost, ...]
    """What looking cost."""
    places: tuple[Place, ...]
    """What ``stacks`` and ``stretches`` name by number."""
    stacks: tuple[Stack, ...]
    """The same time by callers, of all sessions together."""
    stretches: tuple[Stretch, ...]
    """The middle one of the sessions that were looked into, drawn to the length of ``wall_ms``."""
    plain_ms: tuple[float, ...]
    """The time to ``until`` of each session that was not looked into."""
    traced_ms: tuple[float, ...]
    """The same of each session that was."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why something is missing, by the name of the field."""
    notes: tuple[str, ...] = ()
    """What else is to be known."""
    fingerprint: Fingerprint
    """The machine and the conditions."""
