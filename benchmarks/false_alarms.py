"""A against A: how often a comparison calls a configuration slower than itself.

Usage: python benchmarks/false_alarms.py [COMPARISONS [NOISE...]]   simulated, on noise of real captures (minutes)
       python benchmarks/false_alarms.py --real N FILE [CONFIG [SECONDS]]   real ones of CONFIG with itself

FILE gets a line for each real comparison; a call goes on where an interrupted one ended, and begins nothing after so
many seconds.

Prints a Markdown table. Exit status 1 when more than 1 in 1,000 simulated ones, or a single real one, fail.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import zlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from other_rules import RULES
from simulated_noise import NOISES, SCENARIOS, Plan, captured, first_prompts, simulate

from zshforge.judge.rules import rules_of
from zshforge.model.settings import load_settings

if TYPE_CHECKING:
    from simulated_noise import Noise

    from zshforge.model.comparison import Rules

BASES = (8.0, 35.0, 120.0)
SEED = 20261123
MOST = 0.001
WORDS = ("pass", "warn", "inconclusive", "fail")


def once(draw: random.Random, scenario: str, noise: Noise, rules: Rules) -> tuple[str, list[str]]:
    """One comparison of a configuration with itself: the verdict, and the other rules that raise an alarm."""
    start = draw.choice(BASES)
    base = {"first_prompt_ms": start, "first_command_ms": 1.1 * start, "command_ms": draw.choice((0.5, 5.0, 20.0))}
    found = simulate(draw, noise, Plan(scenario, base, lambda _, ms: ms), rules)
    before, after = first_prompts(found.first)
    return found.made.verdict, [name for name, rule in RULES.items() if rule(before, after)]


def simulated(name: str, comparisons: int) -> int:
    """All scenarios alike often, on one file of noise; prints both tables."""
    draw, noise = random.Random(SEED), captured(name)  # noqa: S311  a simulation
    rules = rules_of(load_settings(environ={}, overrides={"compare.resamples": 100}))  # they decide nothing
    verdicts: dict[str, Counter[str]] = {scenario: Counter() for scenario in SCENARIOS}
    alarms: Counter[str] = Counter()
    for index in range(comparisons):
        scenario = SCENARIOS[index % len(SCENARIOS)]
        verdict, raised = once(draw, scenario, noise, rules)
        verdicts[scenario][verdict] += 1
        alarms.update(raised)
    print(f"\nNoise: {name}\n\n| added | comparisons | {' | '.join(WORDS)} |\n|---|--:|{'--:|' * len(WORDS)}")
    for scenario, found in verdicts.items():
        print(f"| {scenario} | {found.total()} | {' | '.join(str(found[word]) for word in WORDS)} |")
    failed = sum(found["fail"] for found in verdicts.values())
    print(f"\n| rule | false alarms in {comparisons} |\n|---|--:|")
    print(f"| zf compare | {failed} ({failed / comparisons:.2%}) |")
    for rule in RULES:
        print(f"| {rule} | {alarms[rule]} ({alarms[rule] / comparisons:.1%}) |")
    return int(failed > MOST * comparisons)


def measure(comparisons: int, config: str, file: Path, seconds: float) -> int:
    """Real comparisons, each a line of a file as soon as it is there; those that it holds are not made again."""
    file.touch()
    limit = time.monotonic() + seconds
    for index in range(len(file.read_text().splitlines()), comparisons):
        seed = zlib.crc32(f"{file.name} {index}".encode()) % 1000000
        words = [sys.executable, "-m", "zshforge", "compare", config, config, "--seed", str(seed), "--json", "--quiet"]
        begin = time.monotonic()
        if begin > limit:
            break
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if not done.stdout:
            print(f"not measured: {done.stderr}", file=sys.stderr)
            return 1
        made = json.loads(done.stdout)
        one = {
            "config": config,
            "seed": seed,
            "verdict": made["verdict"],
            "alarms": sum(look["verdict"] == "fail" for look in made["looks"]),
            "pairs": sum(stage["rounds"] for stage in made["stages"]),
            "seconds": round(time.monotonic() - begin, 1),
        }
        with file.open("a") as lines:
            lines.write(json.dumps(one) + "\n")
    every = [json.loads(line) for line in file.read_text().splitlines()]
    found = Counter(one["verdict"] for one in every)
    print("| verdict | comparisons |\n|---|--:|")
    for verdict, count in found.most_common():
        print(f"| {verdict} | {count} |")
    print(f"\nPairs: {sum(one['pairs'] for one in every)}, seconds: {sum(one['seconds'] for one in every):.0f}.")
    return int(found["fail"] > 0)


def main() -> int:
    """As the usage says."""
    words = sys.argv[1:]
    if words[:1] == ["--real"]:
        config = words[3] if len(words) > 3 else "builtin"  # noqa: PLR2004  the fourth word, when there is one
        seconds = float(words[4]) if len(words) > 4 else 1e9  # noqa: PLR2004  the fifth word, when there is one
        return measure(int(words[1]), config, Path(words[2]), seconds)
    names = words[1:] or NOISES
    return max(simulated(name, int(words[0]) if words else 3000) for name in names)


if __name__ == "__main__":
    sys.exit(main())
