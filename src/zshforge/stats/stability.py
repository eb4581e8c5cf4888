"""Whether the spread of a run allows a conclusion.

The noise of a start is one-sided: a session can be held up, it cannot be hurried. One slow session therefore
tells about the machine and not about the configuration. The rule:

* ``unknown``: no metric has enough samples, all values of a metric are identical, or nothing is long enough to
  be resolved. Unknown wins over unstable.
* ``unstable``: for one metric the standard *and* the robust spread (1.4826 x MAD / median) exceed their limits,
  more than the allowed share are outliers (a single one never), the halves differ by more than the limit and
  more than their own spread explains, or a session was far too fast (which noise does not do).
* ``stable`` otherwise. Slow outliers within the allowed share, a wide standard spread around a narrow robust one,
  a busy machine and superfluous samples are reasons to read, and condemn nothing by themselves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from zshforge.model.run import Stability
from zshforge.stats.describe import MAD_TO_STDDEV, mad, median, robust_rsd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zshforge.model.summary import Summary

#: Two-sided 95 % quantile of the normal law.
Z_95 = 1.96

#: Standard error of a median over that of a mean, for normal values: sqrt(pi / 2).
MEDIAN_OVER_MEAN = 1.2533

#: Halves of fewer values have no spread of their own to compare a drift with.
SMALLEST_HALF = 2


class StabilityLimits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The lines that a run is held against; shares are fractions of 1, times are milliseconds."""

    min_samples: int
    max_rsd: float
    max_robust_rsd: float
    max_drift: float
    """Between the medians of the first and the second half, as a share of the median."""
    max_outlier_share: float
    max_load_per_cpu: float
    max_distance: float
    """Of the smallest and the largest value from the median, as a share of the median."""
    min_useful_ms: float
    """Medians below this are not resolved well enough to speak of a relative spread."""
    wanted_precision: float
    """Half width of the 95 % interval of the median, as a share of it, that is good enough."""
    surplus: float
    """More than this many times the needed samples is more than needed."""


class _Finding(NamedTuple):
    weight: Literal["told", "unstable", "unknown"]
    reason: str
    advice: str


def _share(value: float) -> str:
    return f"{value * 100:.3g} %"


def _few(name: str, summary: Summary, limits: StabilityLimits) -> Iterator[_Finding]:
    count = len(summary.values)
    if count < limits.min_samples:
        yield _Finding(
            "unknown",
            f"{name}: {count} sample{'' if count == 1 else 's'}, fewer than the {limits.min_samples} "
            "that a verdict needs",
            f"measure more sessions: -n {limits.min_samples} or more",
        )


def _identical(name: str, values: Sequence[float], limits: StabilityLimits) -> Iterator[_Finding]:
    if len(values) > 1 and min(values) == max(values) and values[0] >= limits.min_useful_ms:
        yield _Finding(
            "unknown",
            f"{name}: all {len(values)} values are identical ({values[0]:g} ms), as no real clock gives them",
            "check where the values come from: zf check-authentic FILE, or look at one session with zf replay",
        )


def _unresolved(name: str, middle: float, limits: StabilityLimits) -> Iterator[_Finding]:
    if middle < limits.min_useful_ms:
        yield _Finding(
            "told",
            f"{name}: the median of {middle:g} ms is below the {limits.min_useful_ms:g} ms "
            "from which on a relative spread means something",
            "read it as 'too short to feel'; compare counters instead of times",
        )


def _spread(name: str, summary: Summary, limits: StabilityLimits) -> Iterator[_Finding]:
    robust = robust_rsd(summary.values)
    if summary.rsd is None or robust is None or summary.rsd <= limits.max_rsd:
        return
    both = robust > limits.max_robust_rsd
    text = f"{name}: the spread is {_share(summary.rsd)} of the mean (robust {_share(robust)} of the median), "
    yield _Finding(
        "unstable" if both else "told",
        f"{text}above {_share(limits.max_rsd)}" + ("" if both else "; a few sessions make it, the others agree"),
        "close other programs, plug the machine in, and measure more sessions"
        if both
        else "look at the marked outliers; the median is not moved by them",
    )


def _outliers(name: str, summary: Summary, limits: StabilityLimits) -> Iterator[_Finding]:
    count, total = len(summary.outliers), len(summary.values)
    if not count:
        return
    many = count / total > limits.max_outlier_share and count > 1
    causes = sorted({o.segment for o in summary.outliers if o.segment})
    yield _Finding(
        "unstable" if many else "told",
        f"{name}: {count} of {total} sessions {'is an outlier' if count == 1 else 'are outliers'}"
        + (f", grown in {', '.join(causes)}" if causes else ""),
        "find what runs at intervals on this machine, then measure again"
        if many
        else "see per_run for these sessions; zf replay shows what the screen showed",
    )


def _distance(name: str, middle: float, summary: Summary, limits: StabilityLimits) -> Iterator[_Finding]:
    low, high = min(summary.values) / middle - 1, max(summary.values) / middle - 1
    if high > limits.max_distance:
        yield _Finding(
            "told",
            f"{name}: the slowest session is {_share(high)} above the median",
            "one-sided noise does this; measure more sessions if the tail matters to you",
        )
    if -low > limits.max_distance:
        yield _Finding(
            "unstable",
            f"{name}: the fastest session is {_share(-low)} below the median; noise slows down, it never hastens",
            "compare that session's segments with the others: it probably did less work (a cache, an early exit)",
        )


def _noise_of_halves(first: Sequence[float], second: Sequence[float]) -> float:
    # The spread within each half: taken over both, a real step would hide itself.
    within = MAD_TO_STDDEV * max(mad(first) or 0.0, mad(second) or 0.0)
    return Z_95 * MEDIAN_OVER_MEAN * within * math.sqrt(1 / len(first) + 1 / len(second))


def _drift(name: str, middle: float, values: Sequence[float], limits: StabilityLimits) -> Iterator[_Finding]:
    half = len(values) // 2
    first, second = values[:half], values[-half:]
    before, after = median(first), median(second)
    if half < SMALLEST_HALF or before is None or after is None:
        return
    step = after - before
    if abs(step) <= limits.max_drift * middle or abs(step) <= _noise_of_halves(first, second):
        return
    word = "slower" if step > 0 else "faster"
    yield _Finding(
        "unstable",
        f"{name}: the second half is {_share(abs(step) / middle)} {word} than the first",
        "let the machine cool down or its caches settle; raise the number of warm-ups",
    )


def _judged(name: str, summary: Summary, limits: StabilityLimits) -> Iterator[_Finding]:
    middle = summary.median
    if middle is None:
        return
    yield from _few(name, summary, limits)
    yield from _identical(name, summary.values, limits)
    yield from _unresolved(name, middle, limits)
    if middle < limits.min_useful_ms or middle <= 0:
        return
    yield from _spread(name, summary, limits)
    yield from _outliers(name, summary, limits)
    yield from _distance(name, middle, summary, limits)
    yield from _drift(name, middle, summary.values, limits)


def _load(load_per_cpu: float | None, limits: StabilityLimits) -> Iterator[_Finding]:
    if load_per_cpu is not None and load_per_cpu > limits.max_load_per_cpu:
        yield _Finding(
            "told",
            f"the machine's load was {load_per_cpu:.2f} per CPU, above {limits.max_load_per_cpu:g}",
            "stop what else is running, or read the counters, which do not mind",
        )


def _needed(summary: Summary, limits: StabilityLimits) -> int:
    spread = robust_rsd(summary.values) or 0.0
    root = Z_95 * MEDIAN_OVER_MEAN * spread / limits.wanted_precision if limits.wanted_precision > 0 else 0.0
    return max(limits.min_samples, math.ceil(min(root, 1e6) ** 2))


def _surplus(metrics: Sequence[Summary], limits: StabilityLimits) -> Iterator[_Finding]:
    resolved = [m for m in metrics if m.median is not None and m.median >= limits.min_useful_ms]
    if not resolved:
        return
    taken, needed = min(len(m.values) for m in resolved), max(_needed(m, limits) for m in resolved)
    if taken > limits.surplus * needed:
        yield _Finding(
            "told",
            f"{taken} samples where {needed} would have been enough for {_share(limits.wanted_precision)}",
            f"save time with -n {needed}",
        )


def _nothing(metrics: Mapping[str, Summary], limits: StabilityLimits) -> Iterator[_Finding]:
    if any(m.median is not None and m.median >= limits.min_useful_ms for m in metrics.values()):
        return
    reasons = sorted({m.reason for m in metrics.values() if m.median is None and m.reason})
    yield _Finding(
        "unknown",
        "nothing long enough to judge was measured" + (f": {'; '.join(reasons)}" if reasons else ""),
        "look at the failures of the run; zf doctor tells what is missing here",
    )


def check(metrics: Mapping[str, Summary], *, limits: StabilityLimits, load_per_cpu: float | None = None) -> Stability:
    """Say whether a run is stable enough to conclude from, why not, and what to do about each reason.

    Args:
        metrics: Summaries in milliseconds by name, their values in the order in which they were taken.
        limits: The lines to hold them against.
        load_per_cpu: Load average divided by the number of CPUs, when it is known.

    Returns:
        The verdict by the rule on top of this module; ``advice`` is as long as ``reasons``, one for each.
    """
    findings = [
        *_nothing(metrics, limits),
        *(finding for name, summary in metrics.items() for finding in _judged(name, summary, limits)),
        *_load(load_per_cpu, limits),
        *_surplus(list(metrics.values()), limits),
    ]
    weights = {finding.weight for finding in findings}
    verdict: Literal["stable", "unstable", "unknown"] = (
        "unknown" if "unknown" in weights else "unstable" if "unstable" in weights else "stable"
    )
    return Stability(
        verdict=verdict,
        reasons=tuple(finding.reason for finding in findings),
        advice=tuple(finding.advice for finding in findings),
    )
