"""Are the named costs true, and does the advice bring what it promises? On real configurations, in pairs.

Usage: python benchmarks/advice.py HOME [NAME...] [--taken HOME2]

Explains HOME and prints its first three findings. Each NAME (a file, FILE:LINE or a plugin) is left out in a copy, and
what `zf explain` says of it is held against that; NAME=ROW takes the row of another name (a command), NAME=ROW+ROW the
sum of several. HOME2 is HOME with the first three findings taken (by `zf explain --fix --write`, by hand what has no
mechanical change); the difference of both is held against the sum of what was promised. Prints Markdown; exit status 1
when something is off.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from typing import Any

from zshforge.stats.bootstrap import median_bounds

PAIRS = 12
FIRST = 3
CONFIDENCE = 0.95


def zf(*words: str) -> dict[str, Any]:
    """What a command says as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "zshforge", *words, "--json"], capture_output=True, text=True, check=False
    )
    if not done.stdout:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def told(found: dict[str, Any], name: str) -> tuple[float, float]:
    """What the explanation says that a name costs with everything inside it, and its spread."""
    rows = [row for row in found["rows"] if row["name"] == name or row["name"].endswith("/" + name)]
    if not rows:
        sys.exit(f"{name} is no row of this explanation")
    row = max(rows, key=lambda row: float(row["inclusive_ms"]))
    return float(row["inclusive_ms"]), float(row["spread_ms"] or 0)


def show_proof(home: str, found: dict[str, Any], name: str) -> bool:
    """One named cost, held against its proof."""
    name, _, row = name.partition("=")
    rows = [told(found, one) for one in (row or name).split("+")]
    says, spread = (sum(column) for column in zip(*rows, strict=True))
    proof = zf("explain", home, "--prove", name)
    lower, upper = proof["lower_ms"], proof["upper_ms"]
    agrees = lower is not None and lower - spread - 1 <= says <= upper + spread + 1
    bounds = f"{lower:.1f} to {upper:.1f}"
    print(
        f"| {name} | {says:.1f} ±{spread:.1f} | {proof['cost_ms']:.1f} ({bounds}) | {'yes' if agrees else '**no**'} |"
    )
    return agrees


def measured(home: str, taken: str) -> tuple[float, float, float]:
    """How much earlier the prompt is there, with bounds."""
    record = zf("compare", home, taken, "--pairs", str(PAIRS), "--no-confirm", "--exit-zero")
    stage = record["stages"][0]
    both = [stage[side]["values"]["metrics"]["first_prompt_ms"] for side in ("before", "after")]
    saved = [one - other for one, other in zip(*both, strict=True) if one is not None and other is not None]
    bounds = median_bounds(saved, confidence=CONFIDENCE, resamples=2000, seed=record["seed"])
    if bounds is None:
        sys.exit("too few pairs")
    return sorted(saved)[len(saved) // 2], *bounds


def show_advice(found: dict[str, Any], home: str, taken: str | None) -> bool:
    """The first findings, and what taking them brought."""
    first = [one for one in found["advice"] if one["saving_ms"] is not None and one["metric"] == "start"][:FIRST]
    print("\n| advice | promised |\n|---|---|")
    for one in first:
        print(f"| {one['code']} {one['message']} | {one['saving_ms']:.1f} ±{one['saving_spread_ms']:.1f} |")
    if taken is None:
        return True
    promised, off = (sum(float(one[key]) for one in first) for key in ("saving_ms", "saving_spread_ms"))
    saved, lower, upper = measured(home, taken)
    agrees = lower <= promised + off and upper >= promised - off
    print(f"\npromised {promised:.1f} ±{off:.1f}, saved {saved:.1f} ({lower:.1f} to {upper:.1f}): {agrees}")
    return agrees


def main() -> int:
    """Explains, proves, compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--taken")
    options = parser.parse_args()
    found = zf("explain", options.home)
    print(f"{options.home}: {found['wall_ms']:.1f} ms to the {found['until']}, {found['framework']}\n")
    print("| cost | explained | proven | agrees |\n|---|---|---|---|")
    good = [show_proof(options.home, found, name) for name in options.names]
    good.append(show_advice(found, options.home, options.taken))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
