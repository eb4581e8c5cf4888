"""The rules of a comparison, from the settings; what a metric's absolute change must be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zshforge.model.comparison import Rules
from zshforge.model.errors import UsageError
from zshforge.model.sample import LATENCY_NAMES, LIFECYCLE_METRICS

if TYPE_CHECKING:
    from zshforge.model.settings import Settings

#: Every metric that is compared, in the order in which it is shown.
METRICS = (*LATENCY_NAMES, *LIFECYCLE_METRICS)

#: The metrics of a shell that is already there; all others are of its start.
_LAGS = ("command_ms", "input_ms")
_MOST_GATES = 3
_EFFECT = re.compile(r"(\d+(?:\.\d+)?)\s*(%|ms)")


def rules_of(settings: Settings) -> Rules:
    """What the settings say.

    Raises:
        UsageError: The looks are no growing numbers, or a metric that shall gate does not exist.
    """
    return Rules(
        looks=_looks(settings.text("compare.looks")),
        alpha=settings.number("compare.alpha"),
        pairs_share=settings.number("compare.pairs_share"),
        budget_s=settings.number("compare.budget_s"),
        effect=settings.number("compare.effect"),
        start_ms=settings.number("compare.start_ms"),
        lag_ms=settings.number("compare.lag_ms"),
        floor_share=settings.number("compare.floor_share"),
        confidence=settings.number("compare.confidence"),
        power=settings.number("compare.power"),
        resamples=settings.integer("compare.resamples"),
        min_pairs=settings.integer("compare.min_pairs"),
        missing_share_max=settings.number("compare.missing_share_max"),
        gate_metrics=_gates(settings.text("compare.gate_metrics")),
        confirm=settings.flag("compare.confirm"),
        confirm_share=settings.number("compare.confirm_share"),
        counter_samples=settings.integer("compare.counter_samples"),
        instructions_warn=settings.number("compare.instructions_warn"),
        instructions_fail=settings.number("compare.instructions_fail"),
        processes_warn=settings.integer("compare.processes_warn"),
        processes_fail=settings.integer("compare.processes_fail"),
        capability_share=settings.number("compare.capability_share"),
    )


def margin_ms(metric: str, rules: Rules) -> float:
    """The absolute change of a metric that matters, in milliseconds."""
    return rules.lag_ms if metric in _LAGS else rules.start_ms


def effect_settings(words: tuple[str, ...]) -> dict[str, float]:
    """Settings by name from what a user calls important: ``5%``, ``3ms``, or both.

    Raises:
        UsageError: A word is neither a share nor a time above zero.
    """
    found: dict[str, float] = {}
    for word in words:
        match = _EFFECT.fullmatch(word.strip())
        if match is None or float(match[1]) <= 0:
            raise UsageError(f"{word!r} is no effect", where="--effect", hint="5%, 3ms, or both")
        if match[2] == "%":
            found["compare.effect"] = float(match[1]) / 100
        else:
            found["compare.start_ms"] = float(match[1])
    return found


def _looks(text: str) -> tuple[int, ...]:
    words = [word.strip() for word in text.split(",")]
    if all(word.isdecimal() for word in words):
        looks = [int(word) for word in words]
        if looks == sorted(set(looks)) and looks[0] > 0:
            return tuple(looks)
    raise UsageError(f"{text!r} are no growing numbers of pairs", where="compare.looks", hint="16,30")


def _gates(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    wrong = [name for name in names if name not in METRICS]
    if wrong:
        raise UsageError(f"there is no metric {wrong[0]!r}", where="compare.gate_metrics", hint=", ".join(METRICS))
    if len(names) > _MOST_GATES:
        raise UsageError(
            f"{len(names)} metrics shall gate, three may", where="compare.gate_metrics", hint="each asks for more pairs"
        )
    return names
