"""Asks every rule, drops what is promised twice or brings too little, and puts the largest saving first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.explain.gathering import gather
from zshforge.explain.rules import RULES
from zshforge.model.advice import Advice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zshforge.explain.evidence import Evidence
    from zshforge.explain.explain import Facts
    from zshforge.explain.rules.rule import Finding, Rule
    from zshforge.explain.trace import Spot
    from zshforge.model.advice import Fix
    from zshforge.model.explanation import Explanation

_REFERENCE = "docs/REFERENCE.md#"
_ORDER = ("start", "input", "command")


def advise(explained: Explanation, facts: Facts) -> Iterable[Advice]:
    """All findings on a configuration, the largest saving first.

    Raises:
        ZfError: A session that a rule needs cannot be had.
    """
    if explained.level != "lines":
        return []
    return advice_on(gather(explained, facts))


def advice_on(evidence: Evidence, rules: Sequence[Rule] = RULES) -> list[Advice]:
    """What rules say of evidence."""
    found = [finding for rule in rules for finding in rule.find(evidence)]
    return [_advice(finding, evidence) for finding in once(sorted(found, key=_rank))]


def _is_text(fix: Fix) -> bool:
    return not any("\ufffd" in line for edit in fix.edits for line in (*edit.remove, *edit.insert))


def _rank(finding: Finding) -> tuple[bool, int, float, str]:
    saving = finding.saving
    return (saving is None, _ORDER.index(finding.metric), -(saving.ms if saving else 0.0), finding.code)


def once(found: Iterable[Finding]) -> list[Finding]:
    """Findings without those whose lines an earlier one has promised to save."""
    kept: list[Finding] = []
    claimed: dict[Spot, str] = {}
    for finding in found:
        by = _claimant(finding, claimed)
        if by is None:
            kept.append(finding)
            claimed |= dict.fromkeys(finding.claims, finding.code)
        elif finding.always:
            kept.append(replace(finding, saving=None, reason=f"{by} promises the time of this line"))
    return kept


def _claimant(finding: Finding, claimed: Mapping[Spot, str]) -> str | None:
    """The rule that has promised one of these lines, or a file that one of them lies in."""
    for spot, code in claimed.items():
        for mine in finding.claims:
            if mine == spot or (mine[0] == spot[0] and 0 in (mine[1], spot[1])):
                return code
    return None


def _advice(finding: Finding, evidence: Evidence) -> Advice:
    doubt = evidence.settings.number("advice.doubt_share")
    saving = finding.saving
    return Advice(
        code=finding.code,
        message=finding.message,
        how=finding.how,
        file=finding.spot[0] if finding.spot else None,
        line=finding.spot[1] if finding.spot else None,
        evidence=finding.evidence,
        cost_ms=finding.cost.ms if finding.cost else None,
        count=finding.count,
        metric=finding.metric,
        saving_ms=saving.ms if saving else None,
        saving_spread_ms=saving.spread_ms + doubt * saving.ms if saving else None,
        reason=finding.reason if saving is None else None,
        fix=finding.fix if finding.fix and _is_text(finding.fix) else None,
        reference=_REFERENCE + finding.code.lower(),
    )
