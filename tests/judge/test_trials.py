"""Recorded comparisons as evidence: what they tried, judged again from their values."""

from __future__ import annotations

import math
import random

import pytest
from msgspec.structs import replace

from zshforge.judge.ladder import ladder_rules
from zshforge.judge.rules import rules_of
from zshforge.judge.trials import trial_of
from zshforge.judge.verdict import compare_stages
from zshforge.model.comparison import Comparison, Series, Stage, Values
from zshforge.model.errors import ArtifactInvalid, UsageError
from zshforge.model.run import Fingerprint
from zshforge.model.settings import load_settings

SETTINGS = load_settings(environ={}, overrides={"compare.resamples": 400})
RULES = ladder_rules(SETTINGS)
MACHINE = Fingerprint(
    host="h",
    system="Linux",
    kernel="6",
    cpu="c",
    cpu_count=2,
    zsh="5.9",
    zsh_path="/bin/zsh",
    columns=80,
    rows=24,
    term="xterm",
    locale="C.UTF-8",
    login=True,
    state="warm",
    config_digest="a",
    tool="0",
)


def values_of(ms: tuple[float, ...]) -> Values:
    metrics = {"first_prompt_ms": ms, "first_command_ms": ms, "command_ms": (1.0,) * 16, "input_ms": (0.5,) * 16}
    return Values(metrics=metrics)  # type: ignore[arg-type]  # a tuple without a hole


def stage_of(seed: int, added_ms: float, digest: str, *, first: bool, host: str = "h") -> Stage:
    draw = random.Random(seed)  # noqa: S311  noise, not a secret
    sides = [tuple(40 * math.exp(draw.gauss(0, 0.01)) for _ in range(16)) for _ in "ab"]
    machine = replace(MACHINE, host=host)
    before, after = (
        Series(config=c, framework="plain", observer="looks", run_id="r", fingerprint=f, values=values_of(ms))
        for c, f, ms in (
            ("A", machine, sides[0]),
            ("B", replace(machine, config_digest=digest), tuple(ms + added_ms for ms in sides[1])),
        )
    )
    return Stage(purpose="first" if first else "confirmation", seed=seed, rounds=16, before=before, after=after)


def comparison(*added_ms: float, digest: str = "b", host: str = "h") -> Comparison:
    """One stage for each number: how much slower its second configuration is."""
    stages = [stage_of(at, ms, digest, first=at == 0, host=host) for at, ms in enumerate(added_ms)]
    return compare_stages(stages, rules_of(SETTINGS), mode="gate", seed=1)


@pytest.mark.parametrize(
    ("added", "digest", "injected", "kind", "outcome"),
    [
        ((0.0,), "a", None, "same", "quiet"),
        ((9.0, 9.0), "a", None, "same", "false_alarm"),
        ((9.0, 0.0), "a", None, "same", "false_alarm"),
        ((9.0,), "a", None, "same", "inconclusive"),
        ((10.0, 10.0), "b", 10.0, "injected", "detected"),
        ((10.0, 10.0), "b", 30.0, "injected", "missed"),
        ((0.0,), "b", 10.0, "injected", "missed"),
        ((10.0, 0.0), "b", 10.0, "injected", "missed"),
        ((0.0,), "b", None, "change", "clean"),
        ((9.0, 9.0), "b", None, "change", "regressed"),
        ((9.0, 0.0), "b", None, "change", "cleared_alarm"),
        ((9.0,), "b", None, "change", "inconclusive"),
    ],
)
def test_a_comparison_is_what_it_tried_and_what_came_of_it(
    added: tuple[float, ...], digest: str, injected: float | None, kind: str, outcome: str
) -> None:
    made = trial_of(comparison(*added, digest=digest), "f", MACHINE, RULES, injected)
    assert (made.kind, made.outcome, bool(made.reason)) == (kind, outcome, True)


def test_a_verdict_that_does_not_follow_from_the_values_is_refused() -> None:
    lying = replace(comparison(9.0, 9.0), verdict="pass")
    with pytest.raises(ArtifactInvalid, match="from its values follows fail"):
        trial_of(lying, "f", MACHINE, RULES)


def test_the_same_values_are_the_same_evidence() -> None:
    one, other = comparison(0.0), comparison(0.0, digest="c")
    assert (
        trial_of(one, "f", MACHINE, RULES).identity == trial_of(replace(one, mode="warn"), "g", MACHINE, RULES).identity
    )
    assert trial_of(one, "f", MACHINE, RULES).identity != trial_of(other, "f", MACHINE, RULES).identity


def test_another_machine_and_a_slowdown_of_nothing_are_refused() -> None:
    with pytest.raises(UsageError, match="host"):
        trial_of(comparison(0.0, host="far"), "f", MACHINE, RULES)
    with pytest.raises(UsageError, match="nothing was put in"):
        trial_of(comparison(0.0, digest="a"), "f", MACHINE, RULES, 10.0)
