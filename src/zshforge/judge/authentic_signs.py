"""Signs in numbers: what made-up ones look like, what measured ones do not, and what a file's signs come to.

All functions are pure and defined for any list. A pattern counts as a sign only when unrelated measurements would
show it by chance less often than once in a thousand (``CONVINCING``), given how coarse the numbers are.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from zshforge.stats.describe import median, population_stddev

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zshforge.model.authenticity import Verdict

Weight = Literal["made_up", "doubt", "proof", "note"]

#: The false alarm rate that the design allows for every verdict of this tool.
CONVINCING = 1e-3

#: The share of the total that the first harness wrote as the pre-plugin time when it had seen no marker.
KNOWN_SHARE = 0.3

#: Below and above the exact share, in units of the last digit: floors of two halves, and one rounding up.
SHARE_WINDOW = (-1.5, 0.5)

#: Columns that a share is looked for in (post-plugin total and wall time).
COLUMNS_TRIED = 2

#: Own assumption, on the cautious side: two phases of real sessions vary against each other by at least this.
NATURAL_JITTER = 0.01

#: Times are stamped in microseconds and told in milliseconds, so finer digits carry nothing.
FINEST_MS = 0.001

FEWEST_FOR_A_PATTERN = 3

#: Reasons of one weight that are told in full; a long run could give thousands.
MOST_TOLD = 12


class Sign(NamedTuple):
    """One finding: ``made_up``, ``doubt`` or ``proof`` decide; a ``note`` is told unless all is well."""

    weight: Weight
    text: str


def verdict_of(signs: Iterable[Sign]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict that the signs come to, and the reasons for it, the weightiest first.

    One made-up number makes a file synthetic. A doubt leaves it unknown. Authentic needs a proof and no doubt.
    """
    found = list(dict.fromkeys(signs))

    def told(weight: Weight) -> tuple[str, ...]:
        texts = [sign.text for sign in found if sign.weight == weight]
        rest = len(texts) - MOST_TOLD
        return (*texts[:MOST_TOLD], *([f"and {rest} more of the kind"] if rest > 0 else ()))

    if made_up := told("made_up"):
        return "synthetic", (*made_up, *told("doubt"), *told("note"))
    if doubts := told("doubt"):
        return "unknown", (*doubts, *told("note"), *told("proof"))
    if proofs := told("proof"):
        return "authentic", proofs
    return "unknown", ("nothing in it shows who measured it", *told("note"))


def number(value: Any) -> float | None:
    """A decoded JSON value as a finite number; ``None`` for everything else, booleans included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        converted = float(value)
    except OverflowError:
        return None
    return converted if math.isfinite(converted) else None


def numbers(values: Any) -> list[float]:
    """The numbers of a decoded JSON list, what is none left out; empty for everything else."""
    if not isinstance(values, list | tuple):
        return []
    return [n for n in map(number, values) if n is not None]


def _step(value: float) -> float:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return 10.0 ** min(0, exponent) if isinstance(exponent, int) else 1.0


def quantum(values: Sequence[float]) -> float:
    """The unit of the last digit that the values use: 1 for integers, never below a microsecond in milliseconds."""
    return max(min(map(_step, values), default=1.0), FINEST_MS)


def fixed_share(parts: Sequence[float], totals: Sequence[float]) -> bool:
    """Whether every part is the known fixed share of its total, as the first harness invented it.

    Args:
        parts: Pre-plugin totals, one for each sample.
        totals: Of the same samples; rows in which one of both is 0 are left out.
    """
    rows = [(p, t) for p, t in zip(parts, totals, strict=False) if p > 0 and t > 0]
    unit = quantum([v for row in rows for v in row])
    low, high = SHARE_WINDOW
    if not rows or not all(low <= (p - KNOWN_SHARE * t) / unit + 1e-6 <= high + 2e-6 for p, t in rows):
        return False
    width = high - low
    return math.prod(min(1.0, width * COLUMNS_TRIED * unit / t) for _, t in rows) < CONVINCING


def _chance(window: float, spread: float) -> float:
    """How often two independent normal values of that spread come as close as the window, which is narrow."""
    # Their difference has the density 1 / (2 sqrt(pi) spread) at 0.
    return min(1.0, window / (2 * math.sqrt(math.pi) * spread)) if spread > 0 else 1.0


def constant_ratio(parts: Sequence[float], wholes: Sequence[float]) -> bool:
    """Whether one ratio explains all rows to the last digit although the times vary by much more than that.

    A ratio fits a row when rounding alone explains the rest. How often independent phases would all fit is
    bounded by how far the wholes move, and by how far real phases move against each other at least.
    """
    rows = [(p, w) for p, w in zip(parts, wholes, strict=False) if p > 0 and w > 0]
    if len(rows) < FEWEST_FOR_A_PATTERN or all(p == w for p, w in rows):
        return False
    unit = quantum([v for row in rows for v in row])
    low = max((p - unit) / (w + unit) for p, w in rows)
    high = min((p + unit) / max(w - unit, unit / 2) for p, w in rows)
    ratio = (low + high) / 2
    spread = population_stddev([w for _, w in rows]) or 0.0
    moves = min(ratio * spread, NATURAL_JITTER * (median([p for p, _ in rows]) or 0.0))
    return low <= high and _chance(2 * unit, moves) ** (len(rows) - 1) < CONVINCING


def copied(column: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two columns are the same in every row, with something in them."""
    return bool(column) and list(column) == list(other) and any(column)


def identical(values: Sequence[float]) -> bool:
    """Whether three or more values are all the same although they are told so finely that they would differ."""
    if len(values) < FEWEST_FOR_A_PATTERN or min(values) != max(values):
        return False
    moves = NATURAL_JITTER * abs(values[0]) / quantum(values)
    return _chance(1.0, moves) ** (len(values) - 1) < CONVINCING


def follows(name: str, recorded: Any, *truths: float | None) -> Sign | None:
    """Whether a recorded statistic is the rounded value of (one of) what its raw values give.

    Args:
        name: What it is called in the file.
        recorded: What the file says; not judged when it says nothing.
        truths: What the raw values give, by each definition that would be right.

    Returns:
        A doubt when it misses by less than one unit of its last digit (cut off, not rounded), a made-up number
        when by more, ``None`` when it follows.
    """
    told, known = number(recorded), [t for t in truths if t is not None]
    if told is None or not known:
        return None
    miss = min(abs(told - t) for t in known)
    step = max(_step(told), 1e-9 * abs(told))
    if miss <= step / 2 * (1 + 1e-6):
        return None
    text = f"{name} is recorded as {told:g}, its own values give {known[0]:.6g}"
    return Sign("doubt" if miss < step else "made_up", text)
