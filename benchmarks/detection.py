"""Known slowdowns: how often a comparison finds them, and how often other rules do on the same samples.

Usage: python benchmarks/detection.py [COMPARISONS]        simulated, on noise of real captures (minutes)

Prints a Markdown table: for each slowdown, for quiet and for captured noise, the share of comparisons that fail.
The counter's rows inject instructions into counts that spread by 1e-5, five sessions a side.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from other_rules import RULES
from simulated_noise import captured, first_prompts, simulated_stage

from zshforge.judge.counter_verdict import judge_counters
from zshforge.judge.rules import rules_of
from zshforge.judge.verdict import compare_stages, needs_confirmation
from zshforge.model.comparison import Values
from zshforge.model.settings import load_settings

if TYPE_CHECKING:
    from zshforge.model.comparison import Rules

SEED = 20261124
COUNT = 24_000_000
QUIET = 0.25  # of the captured noise: what a machine that nobody else uses shows


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


def once(draw: random.Random, case: Case, real: list[list[float]], rules: Rules) -> tuple[str, int, list[str]]:
    """One comparison: the verdict, the pairs that it took, and the other rules that raise an alarm."""
    base = {"first_prompt_ms": case.start_ms, "first_command_ms": 1.1 * case.start_ms, "command_ms": 2.0}

    def slower(name: str, ms: float) -> float:
        return ms + case.hook_ms if name == "command_ms" else ms * (1 + case.share) + case.ms + case.hook_ms

    first, again = (
        simulated_stage(draw, "as captured", real, purpose=purpose, base=base, slower=slower, rounds=rules.looks[-1])
        for purpose in ("first", "confirmation")
    )
    stages = (first, again) if needs_confirmation(first, rules, 1) else (first,)
    made = compare_stages(stages, rules, mode="gate", seed=1)
    taken = {look.purpose: look.pairs for look in made.looks}
    before, after = first_prompts(first)
    return made.verdict, sum(taken.values()), [name for name, rule in RULES.items() if rule(before, after)]


def table(title: str, real: list[list[float]], comparisons: int, looks: str) -> None:
    """All cases under one noise."""
    overrides = {"compare.resamples": 1000, "compare.looks": looks}
    rules, draw = rules_of(load_settings(environ={}, overrides=overrides)), random.Random(SEED)  # noqa: S311  a simulation
    print(f"\n{title}, looks at {looks}:\n")
    print(f"| slowdown | found | inconclusive | pairs | {' | '.join(RULES)} |\n|---|--:|--:|--:|{'--:|' * len(RULES)}")
    for case in CASES:
        found, others, pairs = Counter[str](), Counter[str](), 0
        for _ in range(comparisons):
            verdict, taken, raised = once(draw, case, real, rules)
            found[verdict] += 1
            others.update(raised)
            pairs += taken
        shares = [f"{others[name] / comparisons:.0%}" for name in RULES]
        told = (found["fail"] / comparisons, found["inconclusive"] / comparisons)
        print(f"| {case.name} | {told[0]:.0%} | {told[1]:.0%} | {pairs / comparisons:.0f} | {' | '.join(shares)} |")


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
    """Print all tables."""
    comparisons = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    real = captured()
    quiet = [[value**QUIET for value in series] for series in real]
    table("Noise of a machine that others use", real, comparisons, "16,30")
    table("The same with a longer run", real, comparisons, "16,30,60,120")
    table("A quiet machine", quiet, comparisons, "16,30")
    counters(comparisons * 5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
