"""Location, spread and outliers of the values of one metric.

Every function is defined for any list: where there is no answer it gives ``None`` (or a summary with a
reason), never an exception. Units are those of the values.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from zshforge.model.summary import Outlier, Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Beyond this the square of a deviation is no longer a finite double; no duration comes near it.
LARGEST = 1e150

#: Makes the MAD of normal values estimate their standard deviation: 1 / (3/4 quantile of the normal law).
MAD_TO_STDDEV = 1.4826

#: The same factor upside down, as in the modified z-score of Iglewicz and Hoaglin (1993).
MODIFIED_Z = 0.6745


def usable(value: float) -> bool:
    """Whether a value can take part in a statistic: finite, and its square too."""
    return math.isfinite(value) and abs(value) <= LARGEST


def mean(values: Sequence[float]) -> float | None:
    """The arithmetic mean, exactly rounded and never outside the values; ``None`` for none."""
    if not values or not all(map(usable, values)):
        return None
    return min(max(math.fsum(values) / len(values), min(values)), max(values))


def median(values: Sequence[float]) -> float | None:
    """The middle value, or the mean of the two middle ones; ``None`` for none."""
    if not values or not all(map(usable, values)):
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def nearest_rank(values: Sequence[float], percent: int) -> float | None:
    """The smallest value that at least ``percent`` of 100 of all values do not exceed (a measured one)."""
    if not values or not all(map(usable, values)):
        return None
    rank = -(-percent * len(values) // 100)
    return sorted(values)[min(max(rank, 1), len(values)) - 1]


def _between_ranks(ordered: Sequence[float], share: float) -> float:
    """A quantile of sorted values, interpolated (definition 7 of Hyndman and Fan 1996)."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def iqr_fences(values: Sequence[float], factor: float) -> tuple[float, float] | None:
    """Tukey's fences: ``factor`` quartile distances below the first quartile and above the third; ``None`` for none."""
    if not values or not all(map(usable, values)):
        return None
    ordered = sorted(values)
    first, third = _between_ranks(ordered, 0.25), _between_ranks(ordered, 0.75)
    return first - factor * (third - first), third + factor * (third - first)


def _stddev(values: Sequence[float], divisor: int) -> float | None:
    middle = mean(values)
    if middle is None or divisor < 1:
        return None
    return math.sqrt(math.fsum((v - middle) ** 2 for v in values) / divisor)


def sample_stddev(values: Sequence[float]) -> float | None:
    """The standard deviation with n - 1; ``None`` below two values."""
    return _stddev(values, len(values) - 1)


def population_stddev(values: Sequence[float]) -> float | None:
    """The standard deviation with n, which the recorded rows of the guide use; 0 for one value."""
    return _stddev(values, len(values))


def relative(spread: float | None, location: float | None) -> float | None:
    """A spread as a fraction of its location; ``None`` where the location is 0 or one of both is missing."""
    if spread is None or not location:
        return None
    share = spread / abs(location)
    return share if math.isfinite(share) else None


def mad(values: Sequence[float]) -> float | None:
    """The median of the absolute deviations from the median, unscaled; ``None`` for none."""
    middle = median(values)
    return None if middle is None else median([abs(v - middle) for v in values])


def robust_rsd(values: Sequence[float]) -> float | None:
    """1.4826 x MAD / median as a fraction: the relative spread that a few wild values do not move."""
    deviation = mad(values)
    return None if deviation is None else relative(MAD_TO_STDDEV * deviation, median(values))


def outlier_rule(value: float, *, middle: float, deviation: float, outlier_factor: float, mad_z: float) -> str | None:
    """Which rule makes ``value`` an outlier.

    Args:
        value: The value in question.
        middle: The median of all values; the factor rule needs it above 0.
        deviation: The MAD of all values; the z-score rule needs it above 0.
        outlier_factor: ``factor``: more than this many medians.
        mad_z: ``mad``: a modified z-score of more than this, on either side.

    Returns:
        ``factor``, ``mad`` or ``None``.
    """
    if middle > 0 and value > outlier_factor * middle:
        return "factor"
    if deviation > 0 and MODIFIED_Z * abs(value - middle) / deviation > mad_z:
        return "mad"
    return None


def _at(texts: Sequence[str | None] | None, index: int) -> str | None:
    return texts[index] if texts is not None and index < len(texts) else None


def _reason(values: Sequence[float], rsd: float | None) -> str | None:
    if len(values) == 1:
        return "one value has no spread"
    return "the mean is 0, so there is no relative spread" if rsd is None else None


def _refusal(values: Sequence[float]) -> str | None:
    if not values:
        return "no value was observed"
    odd = next((i for i, v in enumerate(values) if not usable(v)), None)
    return None if odd is None else f"value {odd} ({values[odd]}) is not a usable number"


def summarise(
    values: Sequence[float],
    *,
    outlier_factor: float,
    mad_z: float,
    provenances: Sequence[str | None] | None = None,
    causes: Sequence[str | None] | None = None,
) -> Summary:
    """Location, spread, percentiles and marked outliers of the values, which are all kept.

    Args:
        values: The observed values in the order in which they were taken.
        outlier_factor: A value of more than this many medians is an outlier.
        mad_z: A value whose modified z-score exceeds this is an outlier.
        provenances: For each value who saw it.
        causes: For each value the segment that grew most in its session, when one did.

    Returns:
        The summary; without numbers, and with a reason, when there is no value or one is not a usable number.
    """
    if refusal := _refusal(values):
        return Summary.unknown(refusal)
    kept = tuple(float(v) for v in values)
    middle, deviation = median(kept), mad(kept)
    outliers = tuple(
        Outlier(index=i, value=v, rule=rule, provenance=_at(provenances, i), segment=_at(causes, i))
        for i, v in enumerate(kept)
        if (
            rule := outlier_rule(
                v,
                middle=middle or 0.0,
                deviation=deviation or 0.0,
                outlier_factor=outlier_factor,
                mad_z=mad_z,
            )
        )
    )
    marked = {o.index for o in outliers}
    location, spread = mean(kept), sample_stddev(kept)
    rsd = relative(spread, location)
    return Summary(
        median=middle,
        mean=location,
        stddev=spread,
        rsd=rsd,
        min=min(kept),
        max=max(kept),
        p50=middle,
        p90=nearest_rank(kept, 90),
        p95=nearest_rank(kept, 95),
        mad=deviation,
        values=kept,
        outliers=outliers,
        excluded_mean=mean([v for i, v in enumerate(kept) if i not in marked]) if marked else None,
        reason=_reason(kept, rsd),
    )
