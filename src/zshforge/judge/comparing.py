"""Measures two configurations in interleaved pairs until it can tell, then again before anything fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.capture.campaign import capture
from zshforge.judge.look import look, schedule
from zshforge.judge.values import stage_of, values_of
from zshforge.judge.verdict import compare_stages, needs_confirmation, question_of
from zshforge.model.comparison import Comparison
from zshforge.model.errors import UsageError
from zshforge.model.run import RunSet
from zshforge.model.settings import Resolved, Settings
from zshforge.store.artifacts import read_artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Literal

    from zshforge.capture.campaign import Progress, Request
    from zshforge.model.comparison import Mode, Rules, Stage
    from zshforge.model.sample import Sample

_SIDES = 2


def compare(request: Request, rules: Rules, mode: Mode, progress: Progress) -> Comparison:
    """Measure and judge.

    Args:
        request: Two configurations in one state; its seed gives the order, and the bounds.
        rules: What they are judged by.
        mode: What the verdict does to the exit code.
        progress: Told of every session.

    Raises:
        SessionFailed: A configuration yielded no sample at all.
        UsageError: There are not two of them.
    """
    if len(request.configs) * len(request.states) != _SIDES:
        raise UsageError("a comparison needs two configurations in one state", hint="zf compare A B")
    first = _measure("first", request, rules, progress)
    stages = [first]
    if needs_confirmation(first, rules, request.seed):
        stages.append(_measure("confirmation", replace(request, seed=request.seed + 1), rules, progress))
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


def _measure(purpose: Literal["first", "confirmation"], request: Request, rules: Rules, progress: Progress) -> Stage:
    planned = replace(request, settings=_planned(request.settings, rules), enough=_enough(rules, request.seed))
    made = capture(planned, progress)
    return stage_of(purpose, request.seed, *made.runs)


def _planned(settings: Settings, rules: Rules) -> Settings:
    """As many rounds as the last look needs; what observing costs is the same on both sides and not asked."""
    plan = {"capture.samples": rules.looks[-1], "capture.overhead_pairs": 0}
    values = {name: Resolved(value=value, origin="zf compare") for name, value in plan.items()}
    return replace(settings, values=settings.values | values)


def _enough(rules: Rules, seed: int) -> Callable[[int, Sequence[Sequence[Sample]]], bool]:
    """Whether a declared look can tell; between the looks nobody looks."""

    def enough(rounds: int, samples: Sequence[Sequence[Sample]]) -> bool:
        alpha = dict(schedule(rules, rules.looks[-1])).get(rounds)
        if alpha is None:
            return False
        question = question_of(rules, seed)._replace(pairs=rounds, alpha=alpha)
        return look(values_of(samples[0], rounds), values_of(samples[1], rounds), question).enough

    return enough
