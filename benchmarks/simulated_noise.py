"""Noise as this kind of machine makes it, for comparisons that are simulated.

The files ``noise_*.json`` hold latencies of real captures, in the order in which they were taken, with where they come
from: while others used the virtual machine (busy), alone on it while its host was busy (host), and on a quiet one.
Pieces of eight are drawn with replacement from a series of about the same latency, so that what hangs together stays
together; on top comes what a scenario adds. A run ends, as a real one does, when its time is up.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from zshforge.capture.schedule import interleaved
from zshforge.judge.pacing import confirming_s
from zshforge.judge.verdict import compare_stages
from zshforge.model.comparison import Series, Stage, Values
from zshforge.model.run import Fingerprint
from zshforge.stats.describe import median

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from zshforge.model.comparison import Comparison, Rules

PIECE = 8
SCENARIOS = ("as captured", "heavy tail", "drift", "autocorrelation", "a load from the middle on")
NOISES = ("busy", "host", "quiet")
SESSION_MS = 85.0  # a session takes this much beside its first command: settling, empty commands, leaving, the harness
BEGIN_S = 3.0  # scratch folders, four warm-ups, the repository (more where ext4 has just removed as many files)
AGAIN_S = 2.0  # a fresh run stands in the same repository
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


class Noise(NamedTuple):
    """Real latencies, each series by its median, as multiples of that.

    Attributes:
        starts: Series of first prompts.
        lags: Series of empty commands.
    """

    starts: list[tuple[float, list[float]]]
    lags: list[tuple[float, list[float]]]


def captured(name: str) -> Noise:
    """What one file of noise holds."""
    series: dict[str, list[float]] = json.loads(Path(__file__).with_name(f"noise_{name}.json").read_text())["series"]
    middles = {key: median(values) or 1.0 for key, values in series.items()}
    relative = {key: (middles[key], [value / middles[key] for value in values]) for key, values in series.items()}
    starts = [found for key, found in relative.items() if key.endswith("first_prompt_ms")]
    return Noise(starts, [found for key, found in relative.items() if key.endswith(" command_ms")])


def like(series: list[tuple[float, list[float]]], ms: float) -> list[list[float]]:
    """The two series whose latency comes nearest: what disturbs a short start is not what disturbs a long one."""
    nearest = sorted(series, key=lambda one: abs(math.log(one[0] / ms)))
    return [values for _, values in nearest[:2]]


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


class Plan(NamedTuple):
    """What is simulated.

    Attributes:
        scenario: One of ``SCENARIOS``.
        base: Milliseconds by metric, without noise.
        slower: What a metric of the second configuration takes, from what it takes in the first.
    """

    scenario: str
    base: dict[str, float]
    slower: Callable[[str, float], float]


class Simulated(NamedTuple):
    """A comparison that was simulated.

    Attributes:
        made: Its record.
        first: Its first run.
        seconds: How long it would have taken.
    """

    made: Comparison
    first: Stage
    seconds: float


def simulate(draw: random.Random, noise: Noise, plan: Plan, rules: Rules) -> Simulated:
    """One comparison as `zf compare` makes it: a first run, and a fresh one where that raises an alarm."""
    first, ends = _stage(draw, noise, plan, rules, rules.budget_s - BEGIN_S)
    seed = draw.randrange(1 << 30)
    made = compare_stages((first,), rules, mode="gate", seed=seed)
    spent = BEGIN_S + ends[_pairs(made, "first") - 1]
    if made.looks[-1].verdict != "fail":
        return Simulated(made, first, spent)
    again, ends = _stage(draw, noise, plan, rules, confirming_s(rules, spent) - AGAIN_S)
    made = compare_stages((first, replace(again, purpose="confirmation")), rules, mode="gate", seed=seed)
    return Simulated(made, first, spent + AGAIN_S + ends[_pairs(made, "confirmation") - 1])


def _pairs(made: Comparison, purpose: str) -> int:
    """After how many pairs a run ended."""
    return [look.pairs for look in made.looks if look.purpose == purpose][-1]


def _stage(draw: random.Random, noise: Noise, plan: Plan, rules: Rules, limit_s: float) -> tuple[Stage, list[float]]:
    """One run of as many pairs as the time allows, and when each of them ended, in seconds."""
    most = rules.looks[-1]
    order = interleaved(2, most, seed=draw.randrange(1 << 30))
    start = factors(draw, 2 * most, plan.scenario, like(noise.starts, plan.base["first_prompt_ms"]))
    lag = factors(draw, 2 * most, plan.scenario, like(noise.lags, plan.base["command_ms"]))
    sides: list[dict[str, list[float]]] = [{name: [] for name in plan.base} for _ in range(2)]
    spent_s, ends = 0.0, []
    for session, side in enumerate(order):
        for name, ms in plan.base.items():
            factor = lag[session] if name in {"command_ms", "input_ms"} else start[session]
            sides[side][name].append((plan.slower(name, ms) if side else ms) * factor)
        spent_s += (SESSION_MS + sides[side]["first_command_ms"][-1]) / 1000
        if session % 2:
            ends.append(spent_s)
            if spent_s * (1 + 1 / len(ends)) > limit_s:
                break
    before, after = (_series(values) for values in sides)
    return Stage(purpose="first", seed=0, rounds=len(ends), before=before, after=after), ends


def first_prompts(stage: Stage, rounds: int = 16) -> tuple[list[float], list[float]]:
    """What the first rounds showed on both sides, for rules that look at nothing else."""
    before, after = (side.values.metrics["first_prompt_ms"][:rounds] for side in (stage.before, stage.after))
    return [value for value in before if value is not None], [value for value in after if value is not None]


def _series(metrics: dict[str, list[float]]) -> Series:
    values = Values(metrics={name: tuple(found) for name, found in metrics.items()})
    return Series(config="", framework="", observer="", run_id="", fingerprint=_NOWHERE, values=values)
