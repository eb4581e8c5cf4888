"""Measures two configurations in interleaved pairs until it can tell, then again before anything fails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.capture.campaign import capture
from zshforge.capture.stage import standing
from zshforge.judge.pacing import Pace, confirming_s
from zshforge.judge.values import stage_of
from zshforge.judge.verdict import compare_stages, needs_confirmation
from zshforge.model.comparison import Comparison
from zshforge.model.errors import UsageError
from zshforge.model.run import RunSet
from zshforge.model.sample import LATENCY_NAMES
from zshforge.model.settings import Resolved, Settings
from zshforge.store.artifacts import read_artifact

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Literal

    from zshforge.capture.campaign import Progress, Request
    from zshforge.model.comparison import Mode, Rules, Stage

_SIDES = 2


def compare(
    request: Request, rules: Rules, mode: Mode, progress: Progress, clock: Callable[[], float] = time.monotonic
) -> Comparison:
    """Measure and judge.

    Args:
        request: Two configurations in one state; its seed gives the order, and the bounds.
        rules: What they are judged by.
        mode: What the verdict does to the exit code.
        progress: Told of every session.
        clock: Tells seconds, for the budget.

    Raises:
        SessionFailed: A configuration yielded no sample at all.
        UsageError: There are not two of them.
    """
    if len(request.configs) * len(request.states) != _SIDES:
        raise UsageError("a comparison needs two configurations in one state", hint="zf compare A B")
    whole = Pace(rules, request.seed, rules.budget_s, clock)
    with standing(request) as shared:
        stages = [_measure("first", shared, rules, progress, whole)]
        if needs_confirmation(stages[0], rules, request.seed):
            again = Pace(rules, request.seed, confirming_s(rules, whole.spent_s), clock)
            fresh = replace(shared, seed=request.seed + 1)
            stages.append(_measure("confirmation", fresh, rules, progress, again))
    return compare_stages(stages, rules, mode=mode, seed=request.seed)


def recorded(path: Path, rules: Rules | None, mode: Mode | None, defaults: tuple[Rules, Mode]) -> Comparison:
    """Judge what a file holds, without measuring.

    Args:
        path: A comparison, or a capture of two configurations.
        rules: What it is judged by; ``None`` keeps those that are recorded.
        mode: What the verdict does to the exit code; ``None`` keeps the recorded one.
        defaults: Rules and mode for a file that holds none.

    Raises:
        NothingRecorded: There is no such file.
        ArtifactInvalid: It is not what its schema says.
        UsageError: It holds no two configurations that were measured in turns.
    """
    found = read_artifact(path)
    if isinstance(found, Comparison):
        return compare_stages(found.stages, rules or found.rules, mode=mode or found.mode, seed=found.seed)
    if isinstance(found, RunSet) and len(found.runs) == _SIDES:
        stage = stage_of("first", found.seed, *found.runs)
        return compare_stages((stage,), rules or defaults[0], mode=mode or defaults[1], seed=found.seed)
    raise UsageError(
        "holds no two configurations that were measured in turns", where=str(path), hint="zf capture A B --json"
    )


def _measure(
    purpose: Literal["first", "confirmation"], request: Request, rules: Rules, progress: Progress, pace: Pace
) -> Stage:
    settings = _planned(request.settings, rules)
    # to look costs both sides the same, and a session of its own for it would cost half of the pairs
    planned = replace(request, settings=settings, enough=pace, asked=_asked(settings, rules), apart=False)
    made = capture(planned, progress)
    return stage_of(purpose, request.seed, *made.runs)


def _planned(settings: Settings, rules: Rules) -> Settings:
    """As many rounds as the last look needs; what observing costs is the same on both sides and not asked."""
    plan = {
        "capture.samples": rules.looks[-1],
        "capture.overhead_pairs": 0,
        "capture.settle_ms": settings.number("compare.settle_ms"),
        "capture.command_window_ms": settings.number("compare.command_window_ms"),
    }
    values = {name: Resolved(value=value, origin="zf compare") for name, value in plan.items()}
    return replace(settings, values=settings.values | values)


def _asked(settings: Settings, rules: Rules) -> tuple[str, ...]:
    """The latencies that cost time of their own.

    Raises:
        UsageError: compare.measure is no word that is known.
    """
    word = settings.text("compare.measure")
    if word not in {"gates", "all"}:
        raise UsageError(f"{word!r} is nothing to measure", where="compare.measure", hint="gates or all")
    return LATENCY_NAMES if word == "all" else rules.gate_metrics
