"""Recorded comparisons as evidence for the ladder: judged again from their values, told apart by what they tried."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from zshforge.judge.difference import conditions_apart
from zshforge.judge.verdict import compare_stages
from zshforge.model.errors import ArtifactInvalid, UsageError
from zshforge.model.ladder import Trial

if TYPE_CHECKING:
    from zshforge.judge.ladder import LadderRules
    from zshforge.model.comparison import Comparison
    from zshforge.model.ladder import TrialKind, TrialOutcome
    from zshforge.model.run import Fingerprint


def trial_of(
    found: Comparison, where: str, machine: Fingerprint, rules: LadderRules, injected_ms: float | None = None
) -> Trial:
    """A comparison as evidence.

    Args:
        found: What was recorded.
        where: Its file, for messages.
        machine: The conditions that the evidence is about.
        rules: How much of a known slowdown must be seen.
        injected_ms: The slowdown that the second configuration is known to have; ``None`` for any other.

    Raises:
        ArtifactInvalid: Its verdict does not follow from its values.
        UsageError: It is of other conditions, or a known slowdown of nothing.
    """
    made = compare_stages(found.stages, found.rules, mode=found.mode, seed=found.seed)
    if made.verdict != found.verdict:
        told = f"says {found.verdict}, and from its values follows {made.verdict}"
        raise ArtifactInvalid(told, where=where, hint="zf compare --from FILE")
    first = made.stages[0]
    odd = sorted({name for side in (first.before, first.after) for name in conditions_apart(machine, side.fingerprint)})
    if odd:
        raise UsageError(f"the comparison differs from the runs in {', '.join(odd)}", where=where)
    same = first.before.fingerprint.config_digest == first.after.fingerprint.config_digest
    if same and injected_ms is not None:
        raise UsageError("both sides hold the same files, so nothing was put in", where=where)
    kind: TrialKind = "injected" if injected_ms is not None else "same" if same else "change"
    return Trial(
        identity=hashlib.sha256(msgspec.json.encode(found.stages)).hexdigest(),
        kind=kind,
        outcome=_outcome(kind, made, rules.detected_share * (injected_ms or 0.0)),
        before=made.before,
        after=made.after,
        reason="; ".join(made.reasons) or made.verdict,
        injected_ms=injected_ms,
    )


def _outcome(kind: TrialKind, made: Comparison, least_ms: float) -> TrialOutcome:
    cleared = made.verdict == "warn" and len(made.stages) > 1
    if kind == "injected":
        return "detected" if made.verdict == "fail" and _largest(made) >= least_ms else "missed"
    if kind == "same":
        outcomes: dict[str, TrialOutcome] = {"pass": "quiet", "fail": "false_alarm", "warn": "false_alarm"}
        return outcomes.get(made.verdict, "inconclusive")
    if cleared:
        return "cleared_alarm"
    others: dict[str, TrialOutcome] = {"pass": "clean", "warn": "clean", "fail": "regressed"}
    return others.get(made.verdict, "inconclusive")


def _largest(made: Comparison) -> float:
    gating = (metric for name, metric in made.metrics.items() if name in made.evidence)
    return max((metric.difference_ms or 0.0 for metric in gating), default=0.0)
