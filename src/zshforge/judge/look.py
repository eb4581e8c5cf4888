"""One look at the pairs of one run: what all the evidence together says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.capability_loss import lost_capabilities
from zshforge.judge.counter_verdict import judge_counters
from zshforge.judge.metric_verdict import Question, judge_metrics
from zshforge.stats.looks import alpha_of_looks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.comparison import CounterVerdict, MetricVerdict, Rules, Values, Verdict


class Findings(NamedTuple):
    """What a look found.

    Attributes:
        question: What was asked.
        verdict: What follows from all of it.
        evidence: What carried the verdict.
        metrics: By name.
        counters: By name.
        lost: Capabilities that are gone.
        gained: Capabilities that are new.
    """

    question: Question
    verdict: Verdict
    evidence: tuple[str, ...]
    metrics: dict[str, MetricVerdict]
    counters: dict[str, CounterVerdict]
    lost: tuple[str, ...]
    gained: tuple[str, ...]

    @property
    def slower(self) -> tuple[str, ...]:
        """The metrics that gate and fail."""
        return tuple(name for name, m in self.metrics.items() if m.gates and m.verdict == "fail")

    @property
    def enough(self) -> bool:
        """Whether more pairs would change nothing."""
        return self.verdict not in {"inconclusive", "unknown"}


def schedule(rules: Rules, rounds: int) -> tuple[tuple[int, float], ...]:
    """The declared looks that so many rounds allow, each with its share of alpha; the last one takes what there is."""
    declared = zip(rules.looks, alpha_of_looks(rules.alpha, rules.looks), strict=True)
    reached: dict[int, float] = {}
    for pairs, alpha in declared:
        reached.setdefault(min(pairs, rounds), alpha)
    return tuple(reached.items())


def look(before: Values, after: Values, question: Question) -> Findings:
    """Judge the first ``question.pairs`` rounds by all evidence."""
    rules, pairs = question.rules, question.pairs
    metrics = judge_metrics(before, after, question)
    counters = judge_counters(before, after, pairs, rules)
    lost = lost_capabilities(before, after, pairs, rules)
    verdict, evidence = _together(metrics, counters, lost)
    gained = lost_capabilities(after, before, pairs, rules)
    return Findings(question, verdict, evidence, metrics, counters, lost, gained)


def looks(before: Values, after: Values, rounds: int, template: Question) -> Iterator[Findings]:
    """Every look that the schedule declares and the rounds allow, up to the first that is enough."""
    for pairs, alpha in schedule(template.rules, rounds):
        found = look(before, after, template._replace(pairs=pairs, alpha=alpha))
        yield found
        if found.enough:
            return


def _together(
    metrics: dict[str, MetricVerdict], counters: dict[str, CounterVerdict], lost: tuple[str, ...]
) -> tuple[Verdict, tuple[str, ...]]:
    """Broken, then slower, then undecided, then told; counters decide alone where the time cannot."""
    gates = {name: m.verdict for name, m in metrics.items() if m.gates}
    slower = tuple(name for name, verdict in gates.items() if verdict == "fail")
    if lost or slower:
        return "fail", ("capabilities",) * bool(lost) + slower
    open_ = tuple(name for name, verdict in gates.items() if verdict in {"inconclusive", "unknown"})
    more = tuple(name for name, c in counters.items() if c.verdict == "fail")
    if open_ and more:
        return "fail", more
    if open_:
        nothing = all(gates[name] == "unknown" for name in gates)
        return ("unknown" if nothing else "inconclusive"), open_
    told = tuple(name for name, m in metrics.items() if m.verdict == "warn" or (m.verdict == "fail" and not m.gates))
    told += tuple(name for name, c in counters.items() if c.verdict in {"warn", "fail"})
    return ("warn", told) if told else ("pass", tuple(gates))
