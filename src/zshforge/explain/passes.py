"""Sessions that are looked into, and as many that are not, in turn."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from zshforge.capture.observation import Observation
from zshforge.capture.session import observe
from zshforge.explain.looks import as_moments
from zshforge.explain.trace import Trace, trace
from zshforge.model.errors import ZfError
from zshforge.model.explanation import LevelCost
from zshforge.stats.describe import median

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.capture.plan import SessionPlan
    from zshforge.capture.subject import Subject
    from zshforge.model.settings import Settings

LevelName = Literal["files", "lines"]


class Passes(Struct, frozen=True, kw_only=True):
    """All sessions of one configuration."""

    plain: tuple[Observation, ...]
    traced: tuple[Observation, ...]
    traces: tuple[Trace, ...]
    level: LevelName
    until: Literal["prompt", "editor"]

    def plain_ms(self) -> list[float]:
        """The time to the end of each session without looks."""
        return [ms for seen in self.plain if (ms := to_end_ms(seen, self.until)) is not None]

    def middle(self) -> Trace:
        """The trace whose length is the median."""
        ordered = sorted(self.traces, key=lambda one: one.us)
        return ordered[(len(ordered) - 1) // 2]

    def clearest(self) -> Trace:
        """The trace in which the least time is unsure."""
        return min(self.traces, key=lambda one: sum(late.us for late in one.unsure))


def plan_for(subject: Subject, settings: Settings, level: LevelName | None) -> SessionPlan:
    """How a session runs: without markers of the configuration's own, and looked into at a level or not at all."""
    plan = subject.plan(light=True, probe=False)
    if level is None:
        return plan
    return msgspec.structs.replace(
        plan,
        watch=True,
        lines=level == "lines",
        line_look_us=settings.number("explain.look_us"),
        watch_period_us=settings.integer("explain.file_look_us"),
        look_share=0.0,
    )


def run_passes(
    subject: Subject,
    settings: Settings,
    level: LevelName,
    original: Callable[[str], str],
    step: Callable[[int, int], None],
    *,
    warm: bool = False,
) -> Passes:
    """Warm up, then run as many pairs as the time allows.

    Args:
        subject: The configuration.
        settings: ``explain.budget_s`` and ``explain.pairs``.
        level: How deep to look.
        original: Gives files the names that the user knows.
        step: Told before each session how many are done, and how many there will be.
        warm: Whether its caches are known to be there.

    Raises:
        SessionFailed: A session did not get to its first command.
        ZfError: The shell cannot be looked into here, or shows no prompt.
    """
    most, budget_s = settings.integer("explain.pairs"), settings.number("explain.budget_s")
    step(0, 1 + 2 * most)
    if not warm:
        observe(plan_for(subject, settings, level))
    plain: list[Observation] = []
    traced: list[Observation] = []
    begin = last = time.monotonic()
    for pair in range(most):
        now = time.monotonic()
        if pair and now - begin + now - last > budget_s:  # the next pair takes as long as this one did
            break
        last = now
        for turn in range(2):
            step(1 + 2 * pair + turn, 1 + 2 * most)
            looked = bool((pair + turn) % 2)
            seen = observe(plan_for(subject, settings, level if looked else None))
            (traced if looked else plain).append(seen)
    traces = tuple(readable(seen, level, original) for seen in traced)
    until: Literal["prompt", "editor"] = "editor" if any(one.until == "editor" for one in traces) else "prompt"
    return Passes(plain=tuple(plain), traced=tuple(traced), traces=traces, level=level, until=until)


def readable(seen: Observation, level: LevelName, original: Callable[[str], str]) -> Trace:
    """A session as a trace.

    Raises:
        ZfError: The shell could not be looked into, or no prompt was seen.
    """
    if seen.watch_refused is not None:
        raise ZfError(f"the shell cannot be looked into: {seen.watch_refused}", hint="zf doctor")
    if level == "files":
        moments, unseen_us = as_moments(seen.looks, seen.unseen_us)
        seen = msgspec.structs.replace(seen, moments=moments, unseen_us=unseen_us)
    found = trace(seen, original, lines=level == "lines")
    if found is None:
        why = seen.reasons.get("first_prompt_ms", "the session was over before it could be looked into")
        raise ZfError(f"a session cannot be explained: {why}", hint="zf capture, and zf replay of its run")
    return found


def to_end_ms(seen: Observation, until: str) -> float | None:
    """The time from the start to the prompt, or to the line editor."""
    end = seen.prompt_us if until == "prompt" else seen.edited_us or seen.command_us
    return None if seen.spawn_us is None or end is None else (end - seen.spawn_us) / 1000


def level_cost(passes: Passes) -> LevelCost:
    """What looking cost, by the pairs."""
    both = [
        (with_looks, without)
        for one, other in zip(passes.traced, passes.plain, strict=True)
        if (with_looks := to_end_ms(one, passes.until)) is not None
        and (without := to_end_ms(other, passes.until)) is not None
    ]
    cost = median([with_looks - without for with_looks, without in both])
    base = median([without for _, without in both])
    return LevelCost(
        name=passes.level,
        sessions=len(passes.traced),
        looks_us=median([one.us / max(one.looks, 1) for one in passes.traces]) or 0.0,
        pairs=len(both),
        overhead_ms=cost,
        overhead_share=cost / base if cost is not None and base else None,
        reason=None if cost is not None else "the prompt was not seen without looks",
    )
