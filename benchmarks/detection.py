"""Known slowdowns: how often a comparison finds them, and how often other rules do on the same samples.

Usage: python benchmarks/detection.py [COMPARISONS [NOISE...]]     simulated, on noise of real captures (minutes)

NOISE is busy, host, quiet, or counters. Prints a Markdown table for each: for each slowdown, the share of those that
fail, those that do within a minute, and what became of the others.
The counter's rows inject instructions into counts that spread by 1e-5, five sessions a side.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from other_rules import RULES
from simulated_noise import NOISES, Plan, captured, first_prompts, simulate

from zshforge.judge.counter_verdict import judge_counters
from zshforge.judge.rules import rules_of
from zshforge.model.comparison import Values
from zshforge.model.settings import load_settings

if TYPE_CHECKING:
    from simulated_noise import Noise

    from zshforge.model.comparison import Rules

SEED = 20261124
COUNT = 24_000_000
GOAL_S = 60.0


class Case(NamedTuple):
    """A slowdown: of a start that takes so long, by so much."""

    name: str
    start_ms: float
    share: float = 0.0
    ms: float = 0.0
    hook_ms: float = 0.0


CASES = (
    Case("+5 ms in a file, 10 ms start", 10, ms=5),
    Case("+5 ms in a file, 35 ms start", 35, ms=5),
    Case("+5 ms in an exec, 100 ms start", 100, ms=5),
    Case("+5 ms in a hook, 35 ms start", 35, hook_ms=5),
    Case("+5 %, 100 ms start", 100, share=0.05),
    Case("+5 %, 300 ms start", 300, share=0.05),
    Case("+20 %, 35 ms start", 35, share=0.2),
    Case("+20 %, 300 ms start", 300, share=0.2),
)


def once(draw: random.Random, case: Case, noise: Noise, rules: Rules) -> tuple[str, float, list[str]]:
    """One comparison: the verdict, the seconds that it would take, and the other rules that raise an alarm."""
    base = {"first_prompt_ms": case.start_ms, "first_command_ms": 1.1 * case.start_ms, "command_ms": 2.0}

    def slower(name: str, ms: float) -> float:
        return ms + case.hook_ms if name == "command_ms" else ms * (1 + case.share) + case.ms + case.hook_ms

    found = simulate(draw, noise, Plan("as captured", base, slower), rules)
    before, after = first_prompts(found.first)
    return found.made.verdict, found.seconds, [name for name, rule in RULES.items() if rule(before, after)]


def table(title: str, noise: Noise, comparisons: int, overrides: dict[str, float | str]) -> None:
    """All cases under one noise."""
    settings = load_settings(environ={}, overrides={"compare.resamples": 100, **overrides})
    rules, draw = rules_of(settings), random.Random(SEED)  # noqa: S311  a simulation
    print(f"\n{title}:\n")
    print(
        "| slowdown | found | within 60 s | cleared | passed | inconclusive | seconds | ",
        " | ".join(RULES),
        " |",
        sep="",
    )
    print(f"|---|--:|--:|--:|--:|--:|--:|{'--:|' * len(RULES)}")
    for case in CASES:
        found, others, seconds, soon = Counter[str](), Counter[str](), [], 0
        for _ in range(comparisons):
            verdict, taken, raised = once(draw, case, noise, rules)
            found[verdict] += 1
            others.update(raised)
            seconds.append(taken)
            soon += verdict == "fail" and taken <= GOAL_S
        told = [found["fail"], soon, found["warn"], found["pass"], found["inconclusive"]]
        shares = [f"{count / comparisons:.0%}" for count in told]
        rest = [f"{others[name] / comparisons:.0%}" for name in RULES]
        print(f"| {case.name} | {' | '.join(shares)} | {median(seconds):.0f} | {' | '.join(rest)} |", flush=True)


def counters(comparisons: int) -> None:
    """Instructions: found when injected, never claimed when not."""
    rules, draw = rules_of(load_settings(environ={})), random.Random(SEED)  # noqa: S311  a simulation
    print("\n| instructions injected | found in 5 sessions a side |\n|---|--:|")
    for share in (0.0, 0.001, 0.0051, 0.02):
        found = 0
        for _ in range(comparisons):
            one, other = (_counts(draw, COUNT * factor) for factor in (1.0, 1.0 + share))
            verdict = judge_counters(one, other, 5, rules)["instructions_user"].verdict
            found += verdict in {"warn", "fail"}
        print(f"| {share:+.2%} | {found / comparisons:.1%} |")


def _counts(draw: random.Random, middle: float) -> Values:
    return Values(
        metrics={}, counters={"instructions_user": tuple(int(draw.gauss(middle, 1e-5 * middle)) for _ in range(5))}
    )


def main() -> int:
    """Print the tables that are asked for."""
    words = sys.argv[1:]
    comparisons = int(words[0]) if words else 400
    for name in words[1:] or (*NOISES, "counters"):
        if name == "counters":
            counters(comparisons * 5)
        else:
            table(f"Noise: {name}", captured(name), comparisons, {})
    return 0


if __name__ == "__main__":
    sys.exit(main())
