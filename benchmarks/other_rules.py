"""What other tools, and the scripts before this one, would say of the same samples: slower, or not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from zshforge.stats.describe import mean, relative, sample_stddev
from zshforge.stats.rank_sum import rank_sum_p

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Rule = Callable[[Sequence[float], Sequence[float]], bool]


def _mean_and_two_sigma(before: Sequence[float], after: Sequence[float]) -> bool:
    return _mean(after) > _mean(before) + 2 * (sample_stddev(before) or 0.0)


def _single_runs(before: Sequence[float], after: Sequence[float]) -> bool:
    return after[0] > 1.05 * before[0]


def _means(before: Sequence[float], after: Sequence[float]) -> bool:
    return _mean(after) > 1.05 * _mean(before)


def _steady_then_five(before: Sequence[float], after: Sequence[float]) -> bool:
    steady = all((relative(sample_stddev(v), mean(v)) or 0.0) < 0.05 for v in (before, after))  # noqa: PLR2004  the rule as its users state it
    return steady and _means(before, after)


def _rank_sum(before: Sequence[float], after: Sequence[float]) -> bool:
    return (rank_sum_p(before, after) or 1.0) < 0.05  # noqa: PLR2004  the same


def _hyperfine(before: Sequence[float], after: Sequence[float]) -> bool:
    """Its last line: "ran r ± s times faster"; slower when r - s is above 1 (errors of a ratio, propagated)."""
    ratio = _mean(after) / _mean(before)
    spreads = [(sample_stddev(v) or 0.0) / _mean(v) for v in (before, after)]
    return ratio - ratio * math.hypot(*spreads) > 1


def _benchmark_action(before: Sequence[float], after: Sequence[float]) -> bool:
    return _mean(after) > 2 * _mean(before)


def _mean(values: Sequence[float]) -> float:
    return mean(values) or 0.0


#: Each rule looks at the first 16 first prompts of both sides, interleaved, which is more than most of them ask for.
RULES: dict[str, Rule] = {
    "mean of B above mean + 2 sigma of A": _mean_and_two_sigma,
    "two single runs, B above A by 5 %": _single_runs,
    "means, B above A by 5 %": _means,
    "RSD below 5 %, then means by 5 %": _steady_then_five,
    "Mann-Whitney, p below 0.05": _rank_sum,
    "hyperfine: ratio - sigma above 1": _hyperfine,
    "github-action-benchmark: above 200 %": _benchmark_action,
}
