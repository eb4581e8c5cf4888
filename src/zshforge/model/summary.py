"""What many values of one metric come to."""

from __future__ import annotations

from msgspec import Struct


class Outlier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that stands out, marked and never dropped."""

    index: int
    """Position in ``values``, from 0."""
    value: float
    """The value itself, in the metric's unit."""
    rule: str
    """``factor`` (more than factor x median) or ``mad`` (modified z-score)."""
    provenance: str | None = None
    """Who saw that session's stamps, where it is known."""
    segment: str | None = None
    """The segment that grew most in that session, when it explains the excess."""


class Summary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Location, spread and raw values of one metric; every number is ``None`` when there is no value.

    Units are those of the metric (milliseconds for ``*_ms``). ``stddev`` is the sample standard deviation (n - 1);
    ``rsd`` is stddev / mean as a fraction; ``p50`` is the median, ``p90`` and ``p95`` are nearest-rank,
    so that each is a value that was measured.
    """

    median: float | None = None
    """The middle value, or the mean of the two middle ones."""
    mean: float | None = None
    """Arithmetic mean."""
    stddev: float | None = None
    """Sample standard deviation (n - 1); needs two values."""
    rsd: float | None = None
    """``stddev`` / ``mean``, as a fraction."""
    min: float | None = None
    """The smallest value."""
    max: float | None = None
    """The largest value."""
    p50: float | None = None
    """The same as ``median``."""
    p90: float | None = None
    """The value that 90 of 100 do not exceed (nearest rank)."""
    p95: float | None = None
    """The value that 95 of 100 do not exceed (nearest rank)."""
    mad: float | None = None
    """Median of the absolute deviations from the median, unscaled."""
    values: tuple[float, ...] = ()
    """Every value, in the order in which the sessions ran."""
    outliers: tuple[Outlier, ...] = ()
    """Those that stand out, marked and never dropped."""
    excluded_mean: float | None = None
    """The mean without the outliers, beside the real one, never instead of it."""
    reason: str | None = None
    """Why numbers are missing."""

    @classmethod
    def unknown(cls, reason: str) -> Summary:
        """No value, and why."""
        return cls(reason=reason)
