"""Whether markers and segments of a configuration fire (``perf-module-fire-selftest.v2``).

Format history:

* ``perf-module-fire-selftest.v1`` (the predecessor): zeros for what was not seen, labels without statistics.
* ``perf-module-fire-selftest.v2``: the same field names; ``null`` for what was not seen, statistics of each label over
  several sessions, required labels, and a verdict.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.comparison import Mode, Verdict

LabelStatus = Literal["fired", "sometimes", "missing"]


class FiredLabel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One label that fired; milliseconds, ``null`` where only its name is known."""

    name: str
    """A module, a function, or a file."""
    phase: str
    """The phase that it began in."""
    kind: str
    """``module``, ``file`` or ``function``."""
    provenance: str
    """``native`` when the configuration wrote it itself, ``observed`` when it was seen from outside."""
    samples: int | None = None
    """In how many sessions it fired."""
    median_ms: float | None = None
    """The middle one."""
    mean_ms: float | None = None
    """Arithmetic mean."""
    stddev_ms: float | None = None
    """Sample standard deviation; needs two sessions."""
    min_ms: float | None = None
    """The smallest."""
    max_ms: float | None = None
    """The largest."""


class RequiredLabel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label that must fire here."""

    name: str
    """The label."""
    why: str
    """Who requires it."""
    status: LabelStatus
    """``sometimes`` when a session lacked it."""
    samples: int | None = None
    """In how many sessions it fired."""


class MarkerRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lifecycle moment."""

    name: str
    """Which."""
    provenance: dict[str, int]
    """How many sessions had it from which source."""


class Diagnostics(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The guide's two flags; 1 is yes, as scripts that read them expect."""

    emits_granular_segments: int
    """Whether the configuration itself wrote a segment of the post-plugin phase in every session."""
    emits_native_prompt: int
    """Whether the shell itself stamped its prompt in every session."""


class ModuleFire(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What fired, what did not, and what to do."""

    schema: Literal["perf-module-fire-selftest.v2"] = "perf-module-fire-selftest.v2"
    timestamp: str
    """When the sessions ran."""
    config: str
    """The configuration, as the user named it; of a recorded document the file."""
    framework: str
    """Which framework it uses; ``unknown`` where a document does not say."""
    run_id: str | None = None
    """The sessions' name, for ``zf replay``."""
    verdict: Verdict
    """``fail`` when something did not fire, ``unknown`` when nothing can be told."""
    mode: Mode
    """``gate`` when strict, else ``warn``."""
    exit_code: int
    """What both come to."""
    reasons: tuple[str, ...]
    """Why it is no pass."""
    can_fail: bool | None = None
    """Whether the same sessions without their markers and segments would fail; ``null`` when there are none."""
    samples: int | None = None
    """Sessions; ``null`` where a document does not say."""
    pre_native: int
    """1 when the shell itself stamped the pre-plugin phase in every session."""
    post_native: int
    """The same of the post-plugin phase."""
    prompt_native: int
    """The same of the prompt."""
    lifecycle_post_ms: float | None = None
    """Median post-plugin total; ``null`` when nobody saw it."""
    lifecycle_prompt_ms: float | None = None
    """Median time from the end of the pre-plugin phase to the prompt; ``null`` when nobody saw it."""
    post_segment_count: int
    """Labels of the post-plugin phase."""
    post_segment_sum_ms: float | None = None
    """The sum of their medians."""
    post_segment_labels: tuple[str, ...]
    """Their names."""
    diagnostics: Diagnostics
    """The guide's two flags."""
    markers: tuple[MarkerRow, ...] = ()
    """The lifecycle moments, in their order."""
    labels: tuple[FiredLabel, ...] = ()
    """Every label that fired, in the order in which it was first met."""
    required: tuple[RequiredLabel, ...] = ()
    """The labels that must fire here."""
    problems: tuple[str, ...] = ()
    """Defects of marker lines (``twice:prompt_ready``, …)."""
    recommendations: tuple[str, ...]
    """What to do."""
