"""Our latencies beside zsh-bench's, on the same configurations, in interleaved passes.

Usage: ZSH_BENCH=DIR python benchmarks/agreement.py HOME...

``DIR`` is a checkout of zsh-bench, each ``HOME`` a folder with start files. Needs zsh-bench's own tools (script, git).
Nothing else should run on the machine. Prints a Markdown table of medians in milliseconds; a pair agrees within 5 % or
0.5 ms. ``ITERS`` (8) is the number of sessions in a pass, ``PASSES`` (4) the number of passes, ``GIT`` (``yes``) the
repository that both stand in: ``yes`` has 1,000 folders and 10,000 files, ``empty`` none. The passes of one
configuration follow each other, so that both see the same machine; ``RAW`` names a file to which every value is added,
and whose values of earlier calls count, too.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import msgspec
from zsh_bench import Values, one_pass

ITERS, PASSES = int(os.environ.get("ITERS", "8")), int(os.environ.get("PASSES", "4"))
GIT = os.environ.get("GIT", "yes")
RAW = Path(os.environ["RAW"]) if "RAW" in os.environ else None
METRICS = {
    "first_prompt_ms": "first_prompt_lag_ms",
    "first_command_ms": "first_command_lag_ms",
    "command_ms": "command_lag_ms",
    "input_ms": "input_lag_ms",
    "exit_ms": "exit_time_ms",
}
CAPABILITIES = {
    "completion": "has_compsys",
    "highlighting": "has_syntax_highlighting",
    "suggestions": "has_autosuggestions",
    "git_prompt": "has_git_prompt",
    "own_tty": "creates_tty",
}
RELATIVE, ABSOLUTE_MS = 0.05, 0.5


def ours(home: Path, workspace: Path) -> tuple[Values, dict[str, bool | None]]:
    """One pass of zf."""
    (workspace / "zf.toml").write_text(
        f'[capture]\nrepository = "{"large" if GIT == "yes" else "empty"}"\nwarmups = 1\n'
    )
    zf = [sys.executable, "-m", "zshforge", "capture", f"home:{home}", "-n", str(ITERS), "--json", "--quiet"]
    done = subprocess.run(zf, capture_output=True, text=True, check=False, cwd=workspace)
    if done.returncode:
        raise SystemExit(f"zf failed on {home}: {done.stderr.strip()}")
    run = json.loads(done.stdout)
    return {name: run["latencies"][name]["values"] for name in METRICS}, run["capabilities"]


def agrees(mine: float, other: float) -> bool:
    """Within 5 % or 0.5 ms."""
    return abs(mine - other) <= max(ABSOLUTE_MS, RELATIVE * other)


class Kept(NamedTuple):
    """All values of one configuration, by metric, and the capabilities that were told differently."""

    mine: Values
    other: Values
    differ: list[str]


def passes(home: Path, kept: Kept, zsh_bench: Path, workspace: Path) -> None:
    """Passes of both in turns; who is first changes."""
    for turn in range(PASSES):
        for tool in ("theirs", "ours") if turn % 2 else ("ours", "theirs"):
            if tool == "theirs":
                add(kept.other, one_pass(home, zsh_bench, ITERS, git=GIT))
                continue
            values, capabilities = ours(home, workspace)
            add(kept.mine, values)
        if turn == 0:
            kept.differ[:] = [
                f"{home.name}: {word} {capabilities[word]}, {name} {kept.other[name]}"
                for word, name in CAPABILITIES.items()
                if bool(statistics.median(kept.other[name])) is not capabilities[word]
            ]


def add(kept: Values, values: Values) -> None:
    """More values of each metric."""
    for name, more in values.items():
        kept[name] = kept.get(name, []) + more


def row(home: Path, kept: Kept) -> tuple[str, int]:
    """A line of the table, and how many of its medians agree."""
    cells, agreed = [], 0
    for name, their_name in METRICS.items():
        one, two = statistics.median(kept.mine[name]), statistics.median(kept.other[their_name])
        good = agrees(one, two)
        agreed += good
        cells.append(f"{one:.2f} / {two:.2f}{'' if good else ' **differs**'}")
    return f"| {home.name} | {len(kept.mine['first_prompt_ms'])} | " + " | ".join(cells) + " |", agreed


def main() -> int:
    """All passes, then the table of everything that was kept."""
    zsh_bench, every = Path(os.environ["ZSH_BENCH"], "zsh-bench").resolve(), {}
    if RAW and RAW.exists():
        every = msgspec.json.decode(RAW.read_bytes(), type=dict[str, Kept])
    with tempfile.TemporaryDirectory(prefix="zf-agreement-") as workspace:
        for home in (Path(word).resolve() for word in sys.argv[1:]):
            passes(home, every.setdefault(str(home), Kept({}, {}, [])), zsh_bench, Path(workspace))
            if RAW:
                RAW.write_bytes(msgspec.json.encode(every))
    print("| configuration | sessions | " + " | ".join(METRICS) + " |\n|---|--:|" + "---|" * len(METRICS))
    rows = [row(Path(home), kept) for home, kept in every.items()]
    print(*(text for text, _ in rows), sep="\n")
    agreed, total = sum(count for _, count in rows), len(rows) * len(METRICS)
    print(f"\n{agreed} of {total} medians agree within 5 % or 0.5 ms (zf / zsh-bench, --git {GIT}).")
    differ = [line for kept in every.values() for line in kept.differ]
    print("\n".join(["", "Capabilities that differ:", *differ]) if differ else "\nAll capabilities agree.")
    return 0 if agreed == total else 1


if __name__ == "__main__":
    sys.exit(main())
