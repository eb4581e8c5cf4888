"""What a part of a configuration really costs: it is emptied in a copy, and both are measured in turn.

A cost that several share is charged to whoever comes first; only leaving a part out shows what it brings.
"""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Literal

from zshforge.capture.schedule import interleaved
from zshforge.capture.session import observe
from zshforge.capture.stage import enter_stage
from zshforge.capture.subject import Subject
from zshforge.explain.advise import advise
from zshforge.explain.explain import explain, silent
from zshforge.explain.fixing import change_copy, within
from zshforge.explain.origins import Origins
from zshforge.explain.passes import plan_for, readable
from zshforge.explain.stub import empty, targets
from zshforge.model.errors import UsageError, ZfError
from zshforge.model.proof import Proof
from zshforge.stats.bootstrap import median_bounds
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zshforge.capture.campaign import Request
    from zshforge.capture.observation import Observation
    from zshforge.explain.trace import Piece, Trace
    from zshforge.model.advice import Advice
    from zshforge.model.explanation import Place

Metric = Literal["first_prompt_ms", "first_command_ms"]

_CODE = re.compile(r"ZF\d{3}", re.IGNORECASE)
_CONFIDENCE = 0.95
_RESAMPLES = 2000


def prove(request: Request, name: str, *, step: Callable[[int, int], None] = silent) -> Proof:
    """Measure with and without a part.

    Args:
        request: Its first configuration is measured.
        name: A file, ``FILE:LINE``, or a plugin that the configuration sources; or the code of a rule, whose mechanical
            changes are then made instead.
        step: Told before each session how many are done, and how many there will be.

    Raises:
        UsageError: Nothing of this start has that name, or it cannot be left out.
        SessionFailed: A session did not get to its first command.
    """
    advice = _advice(request, name) if _CODE.fullmatch(name) else ()
    with contextlib.ExitStack() as stack:
        surroundings = enter_stage(request, stack)
        config, pairs = request.configs[0], request.settings.integer("explain.prove_pairs")
        whole, part = (Subject(config, surroundings, surroundings.scratch / f"c{index}") for index in range(2))
        for subject in (whole, part):
            stack.callback(subject.home.remove)
        total = 2 * pairs + 3
        step(0, total)
        first = readable(
            observe(plan_for(whole, request.settings, "lines")), "lines", Origins(config, whole.home).original
        )
        origins = Origins(config, part.home)
        found: tuple[str, ...] = ()
        if advice:
            removed = change_copy(advice, within(surroundings.scratch, origins.copied), str(request.zsh.path))
            if not removed:
                raise UsageError(
                    f"the files of {name} are not part of the copy", hint="zf explain --fix shows the change"
                )
        else:
            found, line = targets(name, _files(first.pieces + first.later))
            empty(found, line, origins, surroundings.scratch, str(request.zsh.path))
            removed = tuple(f"{file}:{line}" if line else file for file in found)
        metric = _metric(first, found)
        values = _measure(request, (whole, part), metric, pairs, step)
    return _proof(request, name, removed, metric, values)


def _files(pieces: Iterable[Piece]) -> list[str]:
    """The files that ran, or whose functions did, in the order of time, as often as they were seen."""
    return [file for piece in pieces for place in piece.places if (file := _file(place)) is not None]


def _file(place: Place) -> str | None:
    return place.name if place.kind == "file" else place.file if place.kind == "function" else None


def _metric(first: Trace, found: Sequence[str]) -> Metric:
    """What files can make earlier: the prompt, unless it is painted first, or they do most of their work after it.

    Args:
        first: The session that was looked into; it may have read the prompt a little late.
        found: The files; none means all of the start.
    """
    before, after = (
        sum(piece.us for piece in pieces if any(_file(place) in found for place in piece.places))
        for pieces in (first.pieces, first.later)
    )
    return "first_prompt_ms" if first.until == "prompt" and before >= after else "first_command_ms"


def _advice(request: Request, code: str) -> tuple[Advice, ...]:
    """The findings of a rule that have a mechanical change."""
    advice = explain(request, advisers=(advise,)).advice
    found = tuple(one for one in advice if one.code == code.upper())
    if not found:
        raise UsageError(f"{code.upper()} finds nothing in this configuration", hint="zf explain advice")
    changed = tuple(one for one in found if one.fix is not None)
    if not changed:
        place = next((f"{one.file}:{one.line}" for one in found if one.file and one.line), "FILE:LINE")
        raise UsageError(f"{code.upper()} has no mechanical change here", hint=f"zf explain --prove {place}")
    return changed


def _measure(
    request: Request, subjects: tuple[Subject, Subject], metric: Metric, pairs: int, step: Callable[[int, int], None]
) -> tuple[list[float], list[float]]:
    """Warm both up, then run pairs in an order that is drawn anew for each of them."""
    values: tuple[list[float], list[float]] = ([], [])
    total, done = 2 * pairs + 3, 1
    for subject in subjects:
        step(done, total)
        observe(plan_for(subject, request.settings, None))
        done += 1
    for which in interleaved(2, pairs, seed=request.seed):
        step(done, total)
        values[which].append(_ms(observe(plan_for(subjects[which], request.settings, None)), metric))
        done += 1
    return values


def _ms(seen: Observation, metric: Metric) -> float:
    end = seen.prompt_us if metric == "first_prompt_ms" else seen.command_us
    if end is None or seen.spawn_us is None:
        raise ZfError("the prompt cannot be seen when nobody looks into the shell", hint="zf capture")
    return (end - seen.spawn_us) / 1000


def _proof(
    request: Request,
    name: str,
    removed: tuple[str, ...],
    metric: Metric,
    values: tuple[list[float], list[float]],
) -> Proof:
    differences = [one - other for one, other in zip(*values, strict=True)]
    bounds = median_bounds(differences, confidence=_CONFIDENCE, resamples=_RESAMPLES, seed=request.seed)
    return Proof(
        config=request.configs[0].label,
        name=name,
        removed=removed,
        metric=metric,
        pairs=len(differences),
        with_ms=median(values[0]) or 0.0,
        without_ms=median(values[1]) or 0.0,
        cost_ms=median(differences) or 0.0,
        lower_ms=bounds[0] if bounds else None,
        upper_ms=bounds[1] if bounds else None,
        confidence=_CONFIDENCE,
    )
