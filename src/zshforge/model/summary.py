"""What many values of one metric come to."""

from __future__ import annotations

from msgspec import Struct


class Outlier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that stands out, marked and never dropped."""

    index: int
    """Position in ``values``, from 0."""
    value: float
    rule: str
    """``factor`` (more than factor x median) or ``mad`` (modified z-score)."""
    provenance: str | None = None
    segment: str | None = None
    """The segment that grew most in that session, when it explains the excess."""


class Summary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Location, spread and raw values of one metric; every number is ``None`` when there is no value.

    Units are those of the metric (milliseconds for ``*_ms``). ``stddev`` is the sample standard deviation (n - 1);
    ``rsd`` is stddev / mean as a fraction; ``p50`` is the median, ``p90`` and ``p95`` are nearest-rank,
    so that each is a value that was measured.
    """

    median: float | None = None
    mean: float | None = None
    stddev: float | None = None
    rsd: float | None = None
    min: float | None = None
    max: float | None = None
    p50: float | None = None
    p90: float | None = None
    p95: float | None = None
    mad: float | None = None
    values: tuple[float, ...] = ()
    outliers: tuple[Outlier, ...] = ()
    excluded_mean: float | None = None
    """The mean without the outliers, beside the real one, never instead of it."""
    reason: str | None = None

    @classmethod
    def unknown(cls, reason: str) -> Summary:
        """No value, and why."""
        return cls(reason=reason)
