"""Noise as this kind of machine makes it, for comparisons that are simulated.

``noise.json`` holds latencies of real captures, in the order in which they were taken (two processors of a virtual
machine that others used meanwhile). Pieces of eight are drawn from them with replacement, so that what hangs together
stays together; on top come what a scenario adds.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from zshforge.capture.schedule import interleaved
from zshforge.model.comparison import Series, Stage, Values
from zshforge.model.run import Fingerprint
from zshforge.stats.describe import median

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

PIECE = 8
SCENARIOS = ("as captured", "heavy tail", "drift", "autocorrelation", "a load from the middle on")
_NOISE = Path(__file__).with_name("noise.json")
_NOWHERE = Fingerprint(
    host="",
    system="",
    kernel="",
    cpu="",
    cpu_count=2,
    zsh="",
    zsh_path="",
    columns=80,
    rows=24,
    term="",
    locale="",
    login=True,
    state="warm",
    config_digest="",
    tool="",
)


def captured() -> list[list[float]]:
    """Real latencies, each as a multiple of its series' median."""
    series: dict[str, list[float]] = json.loads(_NOISE.read_text())
    return [[value / (median(values) or 1.0) for value in values] for values in series.values()]


def factors(draw: random.Random, sessions: int, scenario: str, real: list[list[float]]) -> list[float]:
    """What each of so many sessions takes, as a multiple of what it should."""
    made: list[float] = []
    series = draw.choice(real)
    while len(made) < sessions:
        start = draw.randrange(len(series) - PIECE)
        made += series[start : start + PIECE]
    more = _more(draw, sessions, scenario)
    return [value * more(index) for index, value in enumerate(made[:sessions])]


def _more(draw: random.Random, sessions: int, scenario: str) -> Callable[[int], float]:
    if scenario == "heavy tail":
        tails = [draw.paretovariate(1.5) if draw.random() < 0.1 else 1.0 for _ in range(sessions)]  # noqa: PLR2004  one session in ten has a tail
        return lambda index: tails[index]
    if scenario == "drift":
        slope = draw.uniform(-0.3, 0.3)
        return lambda index: 1 + slope * index / sessions
    if scenario == "autocorrelation":
        walk = [0.0]
        for _ in range(sessions):
            walk.append(0.9 * walk[-1] + draw.gauss(0, 0.05))
        return lambda index: math.exp(walk[index])
    if scenario == "a load from the middle on":
        since, load = draw.randrange(sessions), draw.uniform(1.3, 2.5)
        return lambda index: load if index >= since else 1.0
    return lambda _: 1.0


def simulated_stage(
    draw: random.Random,
    scenario: str,
    real: list[list[float]],
    *,
    purpose: Literal["first", "confirmation"],
    base: dict[str, float],
    slower: Callable[[str, float], float],
    rounds: int,
) -> Stage:
    """One run of pairs whose second side takes what ``slower`` says.

    Args:
        draw: Where chance comes from.
        scenario: One of ``SCENARIOS``.
        real: What ``captured`` gave.
        purpose: Which run.
        base: Milliseconds by metric, without noise.
        slower: What a metric of the second configuration takes, from what it takes in the first.
        rounds: How many pairs.
    """
    order = interleaved(2, rounds, seed=draw.randrange(1 << 30))
    start, lag = (factors(draw, 2 * rounds, scenario, real) for _ in range(2))
    sides: list[dict[str, list[float]]] = [{name: [] for name in base} for _ in range(2)]
    for session, side in enumerate(order):
        for name, ms in base.items():
            noise = lag if name in {"command_ms", "input_ms"} else start
            sides[side][name].append((slower(name, ms) if side else ms) * noise[session])
    before, after = (_series(values) for values in sides)
    return Stage(purpose=purpose, seed=0, rounds=rounds, before=before, after=after)


def first_prompts(stage: Stage, rounds: int = 16) -> tuple[list[float], list[float]]:
    """What the first rounds showed on both sides, for rules that look at nothing else."""
    before, after = (side.values.metrics["first_prompt_ms"][:rounds] for side in (stage.before, stage.after))
    return [value for value in before if value is not None], [value for value in after if value is not None]


def _series(metrics: dict[str, list[float]]) -> Series:
    values = Values(metrics={name: tuple(found) for name, found in metrics.items()})
    return Series(config="", framework="", observer="", run_id="", fingerprint=_NOWHERE, values=values)
