"""A against A: how often a comparison calls a configuration slower than itself.

Usage: python benchmarks/false_alarms.py [COMPARISONS]        simulated, on noise of real captures (minutes)
       python benchmarks/false_alarms.py --real N [CONFIG]    real ones of CONFIG with itself (half a minute each)

Prints a Markdown table. Exit status 1 when more than 1 in 1,000 simulated ones, or a single real one, fail.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter

from other_rules import RULES
from simulated_noise import SCENARIOS, captured, first_prompts, simulated_stage

from zshforge.judge.rules import rules_of
from zshforge.judge.verdict import compare_stages, needs_confirmation
from zshforge.model.settings import load_settings

BASES = (8.0, 35.0, 120.0)
SEED = 20261123
MOST = 0.001


def once(draw: random.Random, scenario: str, real: list[list[float]]) -> tuple[str, list[str]]:
    """One comparison of a configuration with itself: the verdict, and the other rules that raise an alarm."""
    start = draw.choice(BASES)
    base = {"first_prompt_ms": start, "first_command_ms": 1.1 * start, "command_ms": draw.choice((0.5, 5.0, 20.0))}
    rules = rules_of(load_settings(environ={}, overrides={"compare.resamples": 1000}))
    first, again = (
        simulated_stage(
            draw, scenario, real, purpose=purpose, base=base, slower=lambda _, ms: ms, rounds=rules.looks[-1]
        )
        for purpose in ("first", "confirmation")
    )
    stages = (first, again) if needs_confirmation(first, rules, 1) else (first,)
    verdict = compare_stages(stages, rules, mode="gate", seed=1).verdict
    before, after = first_prompts(first)
    return verdict, [name for name, rule in RULES.items() if rule(before, after)]


def simulate(comparisons: int) -> int:
    """All scenarios alike often; prints both tables."""
    draw, real = random.Random(SEED), captured()  # noqa: S311  a simulation
    verdicts: dict[str, Counter[str]] = {scenario: Counter() for scenario in SCENARIOS}
    alarms: Counter[str] = Counter()
    for index in range(comparisons):
        scenario = SCENARIOS[index % len(SCENARIOS)]
        verdict, raised = once(draw, scenario, real)
        verdicts[scenario][verdict] += 1
        alarms.update(raised)
    words = ("pass", "warn", "inconclusive", "fail")
    print(f"| noise | comparisons | {' | '.join(words)} |\n|---|--:|{'--:|' * len(words)}")
    for scenario, found in verdicts.items():
        print(f"| {scenario} | {found.total()} | {' | '.join(str(found[word]) for word in words)} |")
    failed = sum(found["fail"] for found in verdicts.values())
    print(
        f"\n| rule | false alarms in {comparisons} |\n|---|--:|\n| zf compare | {failed} ({failed / comparisons:.2%}) |"
    )
    for name in RULES:
        print(f"| {name} | {alarms[name]} ({alarms[name] / comparisons:.1%}) |")
    return int(failed > MOST * comparisons)


def measure(comparisons: int, config: str) -> int:
    """Real comparisons; prints the verdicts."""
    found: Counter[str] = Counter()
    for seed in range(comparisons):
        words = [sys.executable, "-m", "zshforge", "compare", config, config, "--seed", str(seed), "--json", "--quiet"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        found[json.loads(done.stdout)["verdict"] if done.stdout else "not measured"] += 1
    print("| verdict | comparisons |\n|---|--:|")
    for verdict, count in found.most_common():
        print(f"| {verdict} | {count} |")
    return int(found["fail"] > 0)


def main() -> int:
    """As the usage says."""
    words = sys.argv[1:]
    if words[:1] == ["--real"]:
        return measure(int(words[1]), words[2] if len(words) > 2 else "builtin")  # noqa: PLR2004  the third word, when there is one
    return simulate(int(words[0]) if words else 3000)


if __name__ == "__main__":
    sys.exit(main())
