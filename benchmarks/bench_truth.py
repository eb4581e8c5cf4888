"""Whether `zf bench` recovers known costs: the same functions, timed by a hand-written loop in the same shell.

Usage: python benchmarks/bench_truth.py [ROUNDS]

The loop is a function of its own, and its rounds are mixed with those of `zf bench` in one shell, so that both meet the
same machine and the same process. Prints, for an empty function, additions and a fork, both medians, their ratio, and
what `zf bench` adds to a call; ends with 1 when a ratio is off by more than 10 %, or the empty function by 0.2 us.
Nothing else should run on the machine.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from zshforge.bench.measure import measure
from zshforge.bench.run import bench_limits
from zshforge.bench.shell import BenchShell, Place
from zshforge.model.settings import load_settings
from zshforge.shell.config import resolve
from zshforge.shell.zsh import find_zsh

RATIO, ADDED_US = 0.10, 0.2
LOOPS = {"empty": 500, "ten": 300, "hundred": 140, "fork": 9}
CODE = """
zmodload zsh/datetime
empty() { }
ten() { local -i i=0; repeat 10 (( i += 1 )) }
hundred() { local -i i=0; repeat 100 (( i += 1 )) }
fork() { local x="$(:)" }
"""
LOOP = """
by_hand_{name}() {{
  local a b c
  a=$EPOCHREALTIME; repeat {count} {{ }}; b=$EPOCHREALTIME; repeat {count} {{ {name} }}; c=$EPOCHREALTIME
  print -r -- {name} $(( ((c - b) - (b - a)) * 1e6 / {count} )) >> {log}
}}
"""


def rounds_of_both(folder: Path, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Microseconds per call by `zf bench`, and by hand."""
    place, scratch, log = folder / "config", folder / "scratch", folder / "by-hand"
    place.mkdir()
    scratch.mkdir()
    loops = "".join(LOOP.format(name=name, count=count, log=log) for name, count in LOOPS.items())
    (place / ".zshrc").write_text(CODE + loops)
    search = os.defpath + ":/usr/local/bin"
    config = resolve(str(place), cwd=folder, home=folder)
    limits = bench_limits(load_settings(environ={}, overrides={"bench.rounds": rounds}))
    calls = [*LOOPS, *(f"by_hand_{name}" for name in LOOPS)]
    with BenchShell(Place(config=config, zsh=Path(find_zsh(search, None).path), scratch=scratch)) as shell:
        timed = measure(shell, calls, limits, random.Random(1))  # noqa: S311  an order, no secret
    by_hand = defaultdict(list)
    for line in log.read_text().splitlines():
        name, _, value = line.partition(" ")
        by_hand[name].append(float(value))
    return (
        {name: timed[name].median_us for name in LOOPS},
        {name: statistics.median(values) for name, values in by_hand.items()},
    )


def main() -> int:
    """Measures, prints, judges."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(prefix="zf-truth-") as folder:
        ours, by_hand = rounds_of_both(Path(folder), rounds)
    print("| function | zf bench, us | by hand, us | ratio | added, us |\n|---|--:|--:|--:|--:|")
    for name in LOOPS:
        mine, other = ours[name], by_hand[name]
        print(f"| {name} | {mine:.3f} | {other:.3f} | {mine / other:.3f} | {mine - other:+.3f} |")
    near = all(abs(ours[name] / by_hand[name] - 1) <= RATIO for name in LOOPS)
    light = ours["empty"] - by_hand["empty"] < ADDED_US
    print(f"ratios within {RATIO:.0%}: {near}; adds less than {ADDED_US} us to a call: {light}")
    return 0 if near and light else 1


if __name__ == "__main__":
    sys.exit(main())
