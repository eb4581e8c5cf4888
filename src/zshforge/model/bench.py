"""What calls of zsh functions cost (``bench-core.v2``), and what they are held against (``bench-baseline.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.comparison import Verdict
from zshforge.model.run import Fingerprint

#: What became of a function since the baseline.
ChangeState = Literal["same body", "body changed", "new", "gone"]


class BenchFunction(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One call, timed in rounds; a round is many calls in a row, and the empty loop of its length is subtracted."""

    name: str
    """The function."""
    call: str
    """The words that were called: the function and its arguments."""
    body_sha256: str
    """SHA-256 of the function's body, as zsh prints it."""
    shimmed: bool = False
    """Whether it only stands in for something: it is timed, but never judged and never a baseline."""
    shim_reason: str | None = None
    """How that is known."""
    rc: int
    """Exit status of its last call."""
    iterations: int
    """Calls in a round."""
    rounds: int
    """Rounds that were timed."""
    repeat: int
    """The same, by the guide's name."""
    median_per_call_us: float
    """Median of all rounds, in microseconds per call."""
    mad_us: float
    """Median absolute deviation of the rounds, in microseconds per call, unscaled."""
    median_trimmed_us: float
    """Median without the largest rounds, in microseconds per call."""
    trimmed: int
    """How many rounds that leaves out."""
    max_us: float
    """The largest round, in microseconds per call."""
    empty_loop_us: float
    """What a turn of the empty loop took, in microseconds; it is subtracted already."""
    median_total_ms: float
    """Median of a whole round with the loop, in milliseconds."""
    values_us: tuple[float, ...]
    """Every round, in microseconds per call, in the order in which they ran."""


class BenchChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One function beside its baseline."""

    name: str
    """The call."""
    state: ChangeState
    """What became of its body."""
    verdict: Verdict
    """What that means by the factors of the settings."""
    ratio: float | None = None
    """Median now over median then; ``None`` when there is only one of both."""


class BenchJudgement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All functions beside their baseline."""

    verdict: Verdict
    """The worst of all functions; ``unknown`` when nothing could be compared."""
    reasons: tuple[str, ...]
    """Why, in words."""
    changes: tuple[BenchChange, ...] = ()
    """One for each function on either side."""
    worst_ratio: float | None = None
    """The largest ratio of a function whose body is the same."""
    drift_count: int = 0
    """Functions that are new, gone, of another body, or beyond the warning factor."""
    suggestion: str | None = None
    """What the record of stable runs allows next."""


class BenchRun(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Calls that were timed in one real shell (``bench-core.v2``)."""

    schema: Literal["bench-core.v2"] = "bench-core.v2"
    generated_at: str
    """When, in ISO 8601."""
    config: str
    """The configuration."""
    enumeration_mode: Literal["named", "dynamic"]
    """Whether functions were named, or found by a pattern in the shell."""
    seed: int
    """Seed of the order of the rounds."""
    iterations: int
    """Calls that were timed, of all functions together."""
    repeat: int
    """Rounds of the function that had the most."""
    shimmed_count: int
    """Functions that only stand in for something."""
    functions: tuple[BenchFunction, ...]
    """In the order in which they were named, or by name."""
    fingerprint: Fingerprint
    """The machine and the conditions."""
    judgement: BenchJudgement | None = None
    """Beside the baseline of the workspace; ``None`` before it was looked at."""


class BenchMark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one function is held against."""

    name: str
    """The call."""
    body_sha256: str
    """SHA-256 of the body that this holds for."""
    median_per_call_us: float
    """Its cost, in microseconds per call."""
    mad_us: float
    """The spread of its rounds, in microseconds per call."""
    recorded_at: str
    """When it was measured, in ISO 8601."""


class BenchBaseline(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Recorded costs, each kept until the function's body changes (``bench-baseline.v1``)."""

    schema: Literal["bench-baseline.v1"] = "bench-baseline.v1"
    config: str
    """The configuration."""
    stable_runs: int
    """Runs in a row, after the first, that were held against it without a finding."""
    functions: tuple[BenchMark, ...]
    """By name."""
    fingerprint: Fingerprint
    """The machine and the conditions of the first run."""
