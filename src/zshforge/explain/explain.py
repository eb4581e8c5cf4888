"""Explains a configuration: measures it, looks into it, and says where the time goes."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from zshforge.capture.fingerprint import fingerprint
from zshforge.capture.stage import enter_stage
from zshforge.capture.subject import Subject, Surroundings
from zshforge.explain.calls import count_calls
from zshforge.explain.counts import counters, uncounted
from zshforge.explain.fold import by_callers, fold, largest
from zshforge.explain.later import deferred
from zshforge.explain.origins import Origins
from zshforge.explain.passes import LevelName, Passes, level_cost, plan_for, run_passes, to_end_ms
from zshforge.explain.rows import few_rows, rows, unattributed_ms
from zshforge.explain.timeline import chain, parts, stretches
from zshforge.model.errors import ZfError
from zshforge.model.explanation import Explanation, Place, Stack
from zshforge.model.settings import Settings
from zshforge.shell.frameworks import recognise
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zshforge.capture.campaign import Request
    from zshforge.explain.fold import Folded
    from zshforge.explain.trace import Trace
    from zshforge.model.advice import Advice
    from zshforge.shell.call_counter import FileCalls


class Facts(Struct, frozen=True, kw_only=True):
    """What was observed besides the explanation, for whoever gives advice.

    The throw-away copy is still there while advice is asked for; ``origins`` finds a file of the explanation in it.
    """

    origins: Origins
    passes: Passes
    settings: Settings
    subject: Subject
    surroundings: Surroundings
    missing: dict[str, str]
    """Where whoever gives advice tells what could not be looked at, and why."""


def silent(done: int, total: int) -> None:
    """For callers that show no progress."""


class Adviser(Protocol):
    """A rule: given an explanation and the facts, it says what to do; nothing when it does not hold here."""

    def __call__(self, explained: Explanation, facts: Facts) -> Iterable[Advice]:
        """The findings of this rule."""


def explain(
    request: Request,
    *,
    level: LevelName = "lines",
    advisers: Sequence[Adviser] = (),
    step: Callable[[int, int], None] = silent,
) -> Explanation:
    """Explain one configuration.

    Args:
        request: Its first configuration is explained.
        level: How deep to look.
        advisers: Who is asked for advice.
        step: Told before each session how many are done, and how many there will be.

    Raises:
        SessionFailed: A session did not get to its first command.
        ZfError: The shell cannot be looked into here, or shows no prompt.
    """
    with contextlib.ExitStack() as stack:
        surroundings = enter_stage(request, stack)
        subject = Subject(request.configs[0], surroundings, surroundings.scratch / "c0")
        stack.callback(subject.home.remove)
        origins = Origins(subject.config, subject.home)
        counting = partial(count_calls, plan_for(subject, request.settings, None), surroundings.scratch / "calls")
        calls = None if level == "files" else counting()
        # A start that made caches warmed them up, and its counts are not those of the next one.
        cold = isinstance(calls, tuple) and any(row.caches_written for row in calls)
        warm = isinstance(calls, tuple) and not cold
        passes = run_passes(subject, request.settings, level, origins.original, step, warm=warm)
        explained = _counted(_explanation(request, subject, passes), passes, counting() if cold else calls, origins)
        facts = Facts(
            origins=origins,
            passes=passes,
            settings=request.settings,
            subject=subject,
            surroundings=surroundings,
            missing={},
        )
        found = tuple(advice for adviser in advisers for advice in adviser(explained, facts))
    why = _unadvised(level, asked=bool(advisers))
    missing = facts.missing | ({"advice": why} if why else {})
    return replace(explained, advice=found, reasons=explained.reasons | missing)


def _unadvised(level: LevelName, *, asked: bool) -> str | None:
    if not asked:
        return "it was not asked for"
    return "the files alone do not tell what a line does" if level == "files" else None


def _explanation(request: Request, subject: Subject, passes: Passes) -> Explanation:
    settings, one, folded = request.settings, passes.middle(), fold(passes.traces)
    wall_ms = median(passes.plain_ms())
    if wall_ms is None:
        raise ZfError("the prompt cannot be seen when nobody looks into the shell", hint="zf capture")
    most = settings.integer("explain.most_stacks")
    numbers: dict[Place, int] = {}
    stacks = _stacks(folded, wall_ms, most, numbers)
    drawn = stretches(one, wall_ms, numbers, most=most)
    return Explanation(
        config=subject.config.label,
        framework=_framework(passes.traces, settings),
        level=passes.level,
        wall_ms=wall_ms,
        until=passes.until,
        prompt_ms=median([ms for seen in passes.plain if (ms := to_end_ms(seen, "prompt")) is not None]),
        typing_safe_ms=median([ms for seen in passes.plain if (ms := to_end_ms(seen, "editor")) is not None]),
        unattributed_ms=unattributed_ms(folded, wall_ms),
        parts=parts(folded, wall_ms, one),
        rows=few_rows(rows(folded, wall_ms, passes.traces), settings.integer("explain.most_rows")),
        chain=chain(one, wall_ms, least_share=settings.number("explain.chain_share")),
        deferred=deferred(one),
        levels=(level_cost(passes),),
        places=tuple(numbers),
        stacks=stacks,
        stretches=drawn,
        plain_ms=tuple(passes.plain_ms()),
        traced_ms=tuple(trace.us / 1000 for trace in passes.traces),
        reasons=_reasons(passes),
        notes=tuple(subject.notes),
        fingerprint=fingerprint(settings, request.zsh, host=request.host, state="warm", digest=subject.home.digest),
    )


def _stacks(folded: Folded, wall_ms: float, most: int, numbers: dict[Place, int]) -> tuple[Stack, ...]:
    shares = largest(by_callers(folded), most)
    return tuple(
        Stack(places=tuple(numbers.setdefault(place, len(numbers)) for place in places), ms=share * wall_ms)
        for places, share in sorted(shares.items(), key=lambda item: -item[1])
    )


def _framework(traces: Sequence[Trace], settings: Settings) -> str:
    files = dict.fromkeys(
        place.name
        for one in traces
        for piece in (*one.pieces, *one.later)
        for place in piece.places
        if place.kind == "file"
    )
    return recognise(list(files), boundaries=settings.boundaries or None).name


def _counted(
    explained: Explanation, passes: Passes, calls: tuple[FileCalls, ...] | str | None, origins: Origins
) -> Explanation:
    """With the work of each file, and why some of it is not known."""
    one = passes.clearest()
    records = passes.traced[passes.traces.index(one)].records or None
    reasons = uncounted(calls)
    if records is None:
        why = passes.traced[0].forks_before_prompt.reason or "the kernel gave no records"
        reasons |= {"counters.forks": why, "counters.execs": why}
    known = None if isinstance(calls, str) else calls
    return replace(
        explained,
        counters=counters(one, passes.traces, records, known, origins.original),
        reasons=explained.reasons | reasons,
    )


def _reasons(passes: Passes) -> dict[str, str]:
    if passes.level == "files":
        return {"rows": "at this level neither functions, lines nor commands are looked at"}
    return {}
