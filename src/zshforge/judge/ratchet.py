"""How much above its baseline the pre-plugin phase may lie: +10, then +7, then +5 percent, each earned by evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zshforge.capture.fingerprint import differing
from zshforge.model.budget import Ratchet
from zshforge.stats.describe import mean, population_stddev, relative

if TYPE_CHECKING:
    from zshforge.judge.held import Held
    from zshforge.model.baseline import PrepluginBaseline
    from zshforge.model.settings import Settings

_TOTAL = "pre_plugin_total"


class RatchetRules(NamedTuple):
    """What tightens it.

    Attributes:
        steps_pct: The allowances, one after the other.
        override_pct: One that holds instead of them; 0 for none.
        runs: Green runs in a row that tighten it.
        rsd_max: The spread up to which a run counts.
        min_samples: The samples from which on a run counts.
    """

    steps_pct: tuple[float, ...]
    override_pct: float
    runs: int
    rsd_max: float
    min_samples: int


def ratchet_rules(settings: Settings) -> RatchetRules:
    """The rules that hold."""
    return RatchetRules(
        steps_pct=tuple(settings.number(f"ratchet.{word}_pct") for word in ("first", "second", "third")),
        override_pct=settings.number("ratchet.override_pct"),
        runs=settings.integer("ratchet.runs"),
        rsd_max=settings.number("stability.rsd_max"),
        min_samples=settings.integer("stability.min_samples"),
    )


def ratchet(previous: Ratchet | None, baseline: PrepluginBaseline, held: Held, rules: RatchetRules) -> Ratchet:
    """Judge a run, and take it as evidence.

    Args:
        previous: Where the ratchet stood; of another baseline it is forgotten.
        baseline: What the allowance is counted from.
        held: The run; one that was judged before changes nothing.
        rules: The allowances, and what tightens them.
    """
    known = previous if previous is not None and previous.baseline_run == baseline.run_id else None
    step, greens = (known.step, known.greens) if known is not None else (0, ())
    if known is not None and known.judged_run != held.source.run_id and len(greens) >= rules.runs:
        step, greens = min(step + 1, len(rules.steps_pct) - 1), ()
    allowed = rules.override_pct or rules.steps_pct[step]
    limit = baseline.p50_ms * (1 + allowed / 100)
    actual = held.totals.get(_TOTAL)
    why = _doubt(baseline, held, actual)
    status: str = "unknown" if why else "over" if actual is not None and actual > limit else "ok"
    if not why:
        why = f"{actual:.1f} ms, {allowed:g} % above the baseline are {limit:.1f} ms"
    if known is None or known.judged_run != held.source.run_id:
        greens = _greens(greens, held, baseline, rules, green=status == "ok")
    return Ratchet(
        baseline_run=baseline.run_id,
        baseline_ms=baseline.p50_ms,
        step=step,
        allowed_pct=allowed,
        limit_ms=limit,
        actual_ms=actual,
        status=status,  # type: ignore[arg-type]  # one of the three words above
        judged_run=held.source.run_id,
        greens=greens,
        reason=f"{why}; {_next(step, greens, rules)}",
    )


def _doubt(baseline: PrepluginBaseline, held: Held, actual: float | None) -> str:
    if held.doubts:
        return held.doubts[0]
    if actual is None:
        return "nobody saw the pre-plugin total"
    odd = differing(baseline.fingerprint, held.fingerprint)
    return f"the baseline differs in {', '.join(odd)}" if odd else ""


def _greens(
    before: tuple[str, ...], held: Held, baseline: PrepluginBaseline, rules: RatchetRules, *, green: bool
) -> tuple[str, ...]:
    """The streak with this run: a red or unsteady one ends it, the baseline's own run says nothing."""
    run_id = held.source.run_id
    if run_id == baseline.run_id or run_id in before:
        return before
    return (*before, run_id) if green and _steady(held, rules) else ()


def _steady(held: Held, rules: RatchetRules) -> bool:
    values = [ms for s in held.samples if (ms := s.lifecycle.pre_plugin_total_ms) is not None]
    spread = relative(population_stddev(values), mean(values))
    return len(values) >= rules.min_samples and spread is not None and spread <= rules.rsd_max


def _next(step: int, greens: tuple[str, ...], rules: RatchetRules) -> str:
    if rules.override_pct:
        return "the allowance is set by hand"
    if step + 1 >= len(rules.steps_pct):
        return "this is the tightest step"
    following = f"{rules.steps_pct[step + 1]:g} %"
    if len(greens) >= rules.runs:
        return f"the next run is held against {following}"
    return f"{rules.runs - len(greens)} more green, stable runs in a row tighten it to {following}"
