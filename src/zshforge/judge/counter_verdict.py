"""What deterministic work says: counts repeat, so a few of them tell more than many times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.model.comparison import CounterVerdict
from zshforge.stats.describe import median
from zshforge.stats.rank_sum import rank_sum_p

if TYPE_CHECKING:
    from zshforge.model.comparison import Rules, Values, Verdict

_SHARE = "instructions_user"  # judged by its share; all others by how many more there are


def judge_counters(before: Values, after: Values, pairs: int, rules: Rules) -> dict[str, CounterVerdict]:
    """The verdict of every counter that either side has."""
    names = dict.fromkeys((*before.counters, *after.counters))
    return {name: _judge(name, before, after, pairs, rules) for name in names}


def _judge(name: str, before: Values, after: Values, pairs: int, rules: Rules) -> CounterVerdict:
    one, other = _counts(before, name, pairs), _counts(after, name, pairs)
    middle, other_middle = median(one), median(other)
    if middle is None or other_middle is None:
        reason = after.reasons.get(name) or before.reasons.get(name) or "nothing was counted"
        return CounterVerdict(verdict="unknown", before=middle, after=other_middle, reason=reason)
    p = rank_sum_p(one, other)
    verdict: Verdict = "pass"
    reason = "no more than before"
    if min(len(one), len(other)) < rules.counter_samples:
        verdict, reason = "unknown", f"fewer than {rules.counter_samples} counts on a side"
    elif p is not None and p <= rules.alpha:
        verdict, reason = _growth(name, middle, other_middle, rules)
    return CounterVerdict(verdict=verdict, before=middle, after=other_middle, p=p, reason=reason)


def _growth(name: str, before: float, after: float, rules: Rules) -> tuple[Verdict, str]:
    more = after - before
    share = name == _SHARE
    warn, fail = (
        (rules.instructions_warn * before, rules.instructions_fail * before)
        if share
        else (rules.processes_warn, rules.processes_fail)
    )
    told = f"{more / before:+.2%}" if share and before else f"{more:+g}"
    if more <= 0 or more < warn:
        return "pass", f"{told}, too little to matter"
    return ("fail" if more >= fail else "warn"), f"{told}, from {before:g} to {after:g}"


def _counts(values: Values, name: str, pairs: int) -> list[float]:
    return [float(count) for count in values.counters.get(name, ())[:pairs] if count is not None]
