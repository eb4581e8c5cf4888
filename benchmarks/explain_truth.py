"""Whether `zf explain` finds known costs at the right name, and how exactly.

Usage: python benchmarks/explain_truth.py [CONFIGURATIONS]

Each configuration is drawn at random: sleeps and busy loops in files, functions, lines, evals, autoloaded functions,
compiled files, behind aliases, in forked commands and a hook. Its shells time each cost on their own clock, so what a
busy machine adds is known, too. Prints one line for each kind of row; exit status 1 when a row is missing, or off by
more than 5 % and 1 ms.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from explaining import request_for
from known_costs import KnownConfig

from zshforge.explain.explain import explain

RELATIVE, ABSOLUTE_MS, BUDGET_S = 0.05, 1.0, 8.0


def errors(seed: int) -> list[tuple[str, str, float, float | None]]:
    """Kind, name, what it really was and what its row says, of each cost of one configuration."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scratch").mkdir()
        known = KnownConfig(folder / "zdotdir", folder / "log", seed)
        found = explain(request_for(folder / "zdotdir", folder / "scratch", explain__budget_s=BUDGET_S))
        told = []
        for cost, real in known.really_ms(found).items():
            line = cost.line if cost.kind != "line" else None
            rows = [r for r in found.rows if r.kind == cost.kind and r.name.endswith(cost.name)]
            own = [r.self_ms for r in rows if line is None or r.line == line]
            told.append((cost.kind, cost.name, real, own[0] if len(own) == 1 else None))
    return told


def main() -> int:
    """All configurations, then the table."""
    off: dict[str, list[float]] = defaultdict(list)
    missing: dict[str, int] = defaultdict(int)
    bad: list[str] = []
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        for kind, name, real, seen in errors(seed):
            if seen is None:
                missing[kind] += 1
                bad.append(f"{seed}: {kind} {name} of {real:.1f} ms has no row of its own")
                continue
            off[kind].append(seen - real)
            if abs(seen - real) > max(ABSOLUTE_MS, RELATIVE * real):
                bad.append(f"{seed}: {kind} {name}: {seen:.1f} ms, really {real:.1f} ms")
    print("| row | costs | off by, median ms | worst ms | missing |\n|---|--:|--:|--:|--:|")
    for kind, values in off.items():
        middle = statistics.median(abs(value) for value in values)
        print(f"| {kind} | {len(values)} | {middle:.2f} | {max(values, key=abs):+.2f} | {missing[kind]} |")
    print(*bad, sep="\n", file=sys.stderr)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
