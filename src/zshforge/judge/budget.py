"""A recorded run against its budgets: over, missing, spared by name, and the ratchet of the pre-plugin phase."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from zshforge.judge.modes import EXIT_CODES
from zshforge.model.budget import Budget, BudgetLine, Phase
from zshforge.model.errors import UsageError
from zshforge.model.settings_judge import BUDGETED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zshforge.judge.held import Held
    from zshforge.model.budget import LineStatus, Ratchet
    from zshforge.model.comparison import Mode, Verdict
    from zshforge.model.settings import Settings


class Limit(NamedTuple):
    """What a segment may cost.

    Attributes:
        ms: The ceiling in milliseconds.
        set_by: Who set it.
        optional: Whether it may be absent.
    """

    ms: float
    set_by: str
    optional: bool


def phase_of(word: str) -> Phase:
    """The column of that name.

    Raises:
        UsageError: There is none.
    """
    for phase in get_args(Phase):
        if word == phase:
            return word  # type: ignore[return-value]  # it is one of them
    raise UsageError(f"there is no budget phase {word!r}", where="budget.phase", hint=", ".join(get_args(Phase)))


def limits_of(settings: Settings, phase: Phase, spared: Sequence[str]) -> dict[str, Limit]:
    """Every budget of a phase.

    Args:
        settings: The group ``budget``.
        phase: Which column.
        spared: Names that may be absent, beside those of the settings.

    Raises:
        UsageError: A spared name has no budget.
    """
    if odd := [name for name in spared if name not in BUDGETED]:
        raise UsageError(f"{odd[0]!r} has no budget", where="--allow-missing", hint=", ".join(BUDGETED))
    return {name: _limit(settings, phase, name, spared) for name in BUDGETED}


def budget(held: Held, phase: Phase, limits: Mapping[str, Limit], ratchet: Ratchet | None, *, enforce: bool) -> Budget:
    """Hold a run against its budgets."""
    costs = {name: cost.ms for name, cost in held.segments.items()} | held.totals
    lines = tuple(_line(name, costs.get(name), limit) for name, limit in limits.items())
    over = [line for line in lines if line.status == "over"]
    missing = [line for line in lines if line.status == "missing"]
    verdict, reasons = _verdict(phase, held.doubts, (over, missing), ratchet)
    mode: Mode = "budget" if enforce else "observe"
    return Budget(
        verdict=verdict,
        mode=mode,
        exit_code=EXIT_CODES[mode][verdict],
        reasons=reasons,
        phase=phase,
        enforce=enforce,
        source=held.source,
        violations=len(over) + (ratchet is not None and ratchet.status == "over"),
        missing_required=len(missing),
        lines=lines,
        ratchet=ratchet,
    )


def _limit(settings: Settings, phase: Phase, name: str, spared: Sequence[str]) -> Limit:
    override, usual = f"budget.override.{name}_ms", f"budget.{phase}.{name}_ms"
    chosen = override if settings.number(override) > 0 else usual
    optional = name in spared or settings.flag(f"budget.allow_missing.{name}")
    return Limit(settings.number(chosen), settings.origin(chosen), optional)


def _line(name: str, actual: float | None, limit: Limit) -> BudgetLine:
    status: LineStatus
    if actual is None:
        status = "allowed_missing" if limit.optional else "missing"
    else:
        status = "over" if actual > limit.ms else "ok"
    return BudgetLine(name=name, actual_ms=actual, limit_ms=limit.ms, set_by=limit.set_by, status=status)


def _verdict(
    phase: Phase,
    doubts: Sequence[str],
    odd: tuple[Sequence[BudgetLine], Sequence[BudgetLine]],
    ratchet: Ratchet | None,
) -> tuple[Verdict, tuple[str, ...]]:
    over, missing = odd
    if doubts:
        return "unknown", tuple(doubts)
    told = [f"{line.name} costs {line.actual_ms:.1f} ms, its budget is {line.limit_ms:g} ms" for line in over]
    if ratchet is not None and ratchet.status == "over":
        told.append(f"pre_plugin_total: {ratchet.reason}")
    if told:
        return "fail", tuple(told)
    if missing:
        return "unknown", tuple(f"nobody saw {line.name}" for line in missing)
    if ratchet is not None and ratchet.status == "unknown":
        return "warn", (f"the ratchet cannot tell: {ratchet.reason}",)
    return "pass", (f"every cost is within its {phase} budget",)
