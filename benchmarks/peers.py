"""The shipped configuration beside other ones, by zsh-bench's definitions, with the goals as ratios.

Usage: ZSH_BENCH=DIR python benchmarks/peers.py OURS BARE PEER...

``DIR`` is a checkout of zsh-bench; OURS, BARE and each PEER are homes: folders with start files, warm and without
tmux. Passes are interleaved, so that a machine that becomes slower does so for all. Prints a Markdown table of
medians in milliseconds and, for each goal, our median beside its limit: first prompt 1.3 times bare zsh, command the
best peer's, first command and input half of the best peer's, where a peer counts when zsh-bench finds all four
features in it. ``ITERS`` (6) and ``PASSES`` (2) as in zsh-bench; ``VALUES`` names a file to which all single values are
added, and from which the table is made, so that several short runs make one table.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from zsh_bench import EXIT, FEATURES, LATENCIES, Values, interleaved

FIRST_PROMPT_OF_BARE, HALF = 1.3, 0.5
ITERS, PASSES = int(os.environ.get("ITERS", "6")), int(os.environ.get("PASSES", "2"))


def features(values: Values) -> str:
    """The letters of what zsh-bench found in most sessions."""
    return "".join(letter for letter, metric in FEATURES.items() if statistics.median(values[metric])) or "none"


def collected(found: dict[str, Values], file: str | None) -> dict[str, Values]:
    """These values and those of the runs before, which are kept in a file."""
    if not file:
        return found
    path = Path(file)
    together: dict[str, Values] = defaultdict(lambda: defaultdict(list))
    for part in ([json.loads(path.read_text())] if path.exists() else []) + [found]:
        for name, metrics in part.items():
            for metric, values in metrics.items():
                together[name][metric] += values
    path.write_text(json.dumps(together))
    return together


def row(name: str, values: Values) -> str:
    """One line of the table; zeros of the first prompt are sessions whose first output came in one piece."""
    cells = [f"{statistics.median(values[metric]):.2f}" for metric in (*LATENCIES.values(), EXIT)]
    return f"| {name} | {features(values)} | " + " | ".join(cells) + f" | {len(values[EXIT])} |"


def goals(ours: Values, bare: Values, peers: dict[str, Values]) -> list[tuple[str, float, float, str]]:
    """Name, our median, its limit, and where the limit comes from."""
    full = {name: values for name, values in peers.items() if features(values) == "".join(FEATURES)}
    if not full:
        raise SystemExit("no peer has all features")
    found = []
    for name, metric in LATENCIES.items():
        mine = statistics.median(ours[metric])
        best = min(full, key=lambda peer: statistics.median(full[peer][metric]))
        if name == "first prompt":
            limit, source = FIRST_PROMPT_OF_BARE * statistics.median(bare[metric]), "1.3 x bare zsh"
        else:
            share = 1.0 if name == "command" else HALF
            limit, source = share * statistics.median(full[best][metric]), f"{share:g} x {best}"
        found.append((name, mine, limit, source))
    return found


def main() -> int:
    """All passes, the table, the goals."""
    homes = {Path(word).name: Path(word).resolve() for word in sys.argv[1:]}
    if len(homes) < 3:  # noqa: PLR2004  ours, bare zsh, a peer
        raise SystemExit((__doc__ or "").split("\n\n")[1])
    script = Path(os.environ["ZSH_BENCH"], "zsh-bench").resolve()
    found = interleaved({name: (home, script) for name, home in homes.items()}, ITERS, PASSES)
    found = collected(found, os.environ.get("VALUES"))
    print("| configuration | features | " + " | ".join((*LATENCIES, "exit")) + " | sessions |")
    print("|---|---|" + "--:|" * (len(LATENCIES) + 2))
    for name, values in found.items():
        print(row(name, values))
    ours, bare, *_ = homes
    peers = {name: values for name, values in found.items() if name not in {ours, bare}}
    missed = False
    print("\n| latency | ours | goal | from | ours / goal |\n|---|--:|--:|---|--:|")
    for name, mine, limit, source in goals(found[ours], found[bare], peers):
        missed |= mine > limit
        print(f"| {name} | {mine:.2f} | {limit:.2f} | {source} | {mine / limit:.2f} |")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
