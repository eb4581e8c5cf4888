"""Whether `zf explain` finds known costs at the right name, and how exactly.

Usage: python benchmarks/explain_truth.py [CONFIGURATIONS]

Each configuration is drawn at random: sleeps and busy loops in files, functions, lines, evals, autoloaded functions,
compiled files, behind aliases, in forked commands and a hook. Its shells time each cost on their own clock, so what a
busy machine adds is known, too. Looked at both by lines and by files alone. Prints one line for each kind of row;
exit status 1 when a row is missing, or off by more than 5 % and 1 ms beyond what the explanation itself calls unsure,
because the observer did not get the processor in time.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from explaining import request_for
from known_costs import KnownConfig

from zshforge.explain.explain import explain

if TYPE_CHECKING:
    from known_costs import Cost

    from zshforge.explain.passes import LevelName
    from zshforge.model.explanation import Explanation

RELATIVE, ABSOLUTE_MS, BUDGET_S = 0.05, 1.0, 6.0
LEVELS: tuple[LevelName, ...] = ("lines", "files")


class Told(NamedTuple):
    """One cost: what it really was, and what its row says; ``None`` without a row of its own.

    The shell waits for a command at least as long as that tells, and at most as long as the whole statement takes.
    """

    kind: str
    name: str
    least_ms: float
    most_ms: float
    seen_ms: float | None
    unsure_ms: float

    @property
    def off_ms(self) -> float:
        """How far the row is from what it may be."""
        seen = self.seen_ms or 0.0
        return seen - min(max(seen, self.least_ms), self.most_ms)

    @property
    def wrong(self) -> bool:
        """Whether the row is missing, or off."""
        allowed_ms = max(ABSOLUTE_MS, RELATIVE * self.most_ms) + self.unsure_ms
        return self.seen_ms is None or abs(self.off_ms) > allowed_ms


def told(seed: int, level: LevelName) -> list[Told]:
    """Each cost of one configuration."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scratch").mkdir()
        known = KnownConfig(folder / "zdotdir", folder / "log", seed)
        request = request_for(folder / "zdotdir", folder / "scratch", explain__budget_s=BUDGET_S)
        found = explain(request, level=level)
        real = known.really_ms(found, known.by_file if level == "files" else None)
    return [_told(found, cost, real_ms, level) for cost, real_ms in real.items()]


def _told(found: Explanation, cost: Cost, real_ms: tuple[float, float], level: LevelName) -> Told:
    line = cost.line if cost.kind != "line" else None
    rows = [r for r in found.rows if r.kind == cost.kind and r.name.endswith(cost.name)]
    own = [r for r in rows if line is None or r.line == line]
    one = own[0] if len(own) == 1 else None
    kind = f"{cost.kind}, at the level of files" if level == "files" else cost.kind
    return Told(kind, cost.name, *real_ms, one.self_ms if one else None, one.unsure_ms or 0.0 if one else 0.0)


def main() -> int:
    """All configurations, then the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    by_kind: dict[str, list[Told]] = defaultdict(list)
    for level in LEVELS:
        for one in (one for seed in range(count) for one in told(seed, level)):
            by_kind[one.kind].append(one)
    print("| row | costs | off by, median ms | worst ms | wrong | unsure | missing |\n|---|--:|--:|--:|--:|--:|--:|")
    for kind, every in by_kind.items():
        off = [one.off_ms for one in every if one.seen_ms is not None]
        middle, worst = statistics.median(map(abs, off)), max(off, key=abs)
        wrong, unsure = sum(one.wrong for one in every), sum(one.unsure_ms > 0 for one in every)
        print(f"| {kind} | {len(every)} | {middle:.2f} | {worst:+.2f} | {wrong} | {unsure} | {len(every) - len(off)} |")
    bad = [one for every in by_kind.values() for one in every if one.wrong]
    print(*bad, sep="\n", file=sys.stderr)
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
