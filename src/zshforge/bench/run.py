"""From names to a document: which functions, whether they are real, what they cost."""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.bench.measure import Limits, measure
from zshforge.bench.shims import NEVER_DEFINED, shim_reason
from zshforge.model.bench import BenchFunction, BenchRun
from zshforge.model.errors import UsageError
from zshforge.model.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zshforge.bench.measure import Timed
    from zshforge.bench.shell import BenchShell
    from zshforge.model.run import Fingerprint

NAMESPACE = "zf::*"
_WILD = frozenset("*?[")


class Asked(Struct, frozen=True, kw_only=True):
    """What a run is asked for, and what only the caller knows."""

    words: tuple[str, ...]
    """Calls (a function and its arguments) and patterns; none means every ``zf::`` function."""
    config: str
    seed: int
    generated_at: str
    settings: Settings


class _Call(Struct, frozen=True, kw_only=True):
    words: str
    body: str

    @property
    def name(self) -> str:
        return self.words.partition(" ")[0]


def run_bench(shell: BenchShell, asked: Asked, conditions: Fingerprint, tell: Callable[[int, int], None]) -> BenchRun:
    """Time functions in a shell that is ready.

    Args:
        shell: The shell.
        asked: Which, and under which settings.
        conditions: The machine, for whoever compares.
        tell: Is told how many rounds are done, and of how many.

    Raises:
        UsageError: A name or pattern matches no function, or nothing defines it.
        SessionFailed: A call ended the shell or never returned.
    """
    calls = [_inspected(shell, words) for words in _calls(shell, asked)]
    rng = random.Random(asked.seed)  # noqa: S311  an order, no secret
    timed = measure(shell, [call.words for call in calls], bench_limits(asked.settings), rng, tell)
    functions = tuple(_function(call, timed[call.words]) for call in calls)
    named = any(not _WILD & set(words) for words in asked.words)
    return BenchRun(
        generated_at=asked.generated_at,
        config=asked.config,
        enumeration_mode="named" if named else "dynamic",
        seed=asked.seed,
        iterations=sum(one.iterations * one.rounds for one in functions),
        repeat=max(one.rounds for one in functions),
        shimmed_count=sum(one.shimmed for one in functions),
        functions=functions,
        fingerprint=conditions,
    )


def bench_limits(settings: Settings) -> Limits:
    """How much is measured, by the settings."""
    return Limits(
        rounds=settings.integer("bench.rounds"),
        round_us=round(settings.number("bench.round_ms") * 1000),
        budget_us=round(settings.number("bench.budget_s") * 1_000_000),
        trim_share=settings.number("bench.trim_share"),
    )


def _calls(shell: BenchShell, asked: Asked) -> Sequence[str]:
    """Every call once, patterns replaced by the functions that they match."""
    found: dict[str, None] = {}
    for words in asked.words or (NAMESPACE,):
        if not _WILD & set(words.partition(" ")[0]):
            found[words] = None
            continue
        names = shell.names(words)
        if not names:
            raise UsageError(f"no function of {asked.config} matches {words}", hint="zf bench NAME")
        found |= dict.fromkeys(names)
    return tuple(found)


def _inspected(shell: BenchShell, words: str) -> _Call:
    call = _Call(words=words, body=shell.body(words.partition(" ")[0]))
    reason = shim_reason(call.body)
    if reason is not None and reason.startswith(NEVER_DEFINED):
        raise UsageError(f"{call.name} is {reason}", hint="add the folder of its file to fpath")
    return call


def _function(call: _Call, timed: Timed) -> BenchFunction:
    reason = shim_reason(call.body)
    return BenchFunction(
        name=call.name,
        call=call.words,
        body_sha256=hashlib.sha256(call.body.encode(errors="surrogateescape")).hexdigest(),
        shimmed=reason is not None,
        shim_reason=reason,
        rc=timed.rc,
        iterations=timed.iterations,
        rounds=len(timed.rounds_us),
        repeat=len(timed.rounds_us),
        median_per_call_us=timed.median_us,
        mad_us=timed.mad_us,
        median_trimmed_us=timed.median_trimmed_us,
        trimmed=timed.trimmed,
        max_us=timed.max_us,
        empty_loop_us=timed.empty_us,
        median_total_ms=timed.median_round_us / 1000,
        values_us=timed.rounds_us,
    )
