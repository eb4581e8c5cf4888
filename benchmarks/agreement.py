"""Our latencies beside zsh-bench's, on the same configurations, in interleaved passes.

Usage: ZSH_BENCH=DIR python benchmarks/agreement.py HOME...

``DIR`` is a checkout of zsh-bench, each ``HOME`` a folder with start files. Needs zsh-bench's own tools (script, git).
Nothing else should run on the machine. Prints a Markdown table of medians in milliseconds; a pair agrees within 5 % or
0.5 ms. ``ITERS`` (8) is the number of sessions in a pass, ``PASSES`` (2) the number of passes.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ITERS, PASSES = int(os.environ.get("ITERS", "8")), int(os.environ.get("PASSES", "2"))
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

Values = dict[str, list[float]]


def environment(home: Path) -> dict[str, str]:
    """What zsh-bench gets, and nothing else."""
    return {
        "HOME": str(home),
        "SHELL": "/usr/bin/zsh",
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "USER": os.environ.get("USER", "root"),
        "LOGNAME": os.environ.get("USER", "root"),
    }


def theirs(home: Path, zsh_bench: Path) -> Values:
    """One pass of zsh-bench."""
    command = ["zsh", str(zsh_bench / "zsh-bench"), "--raw", "--git", "yes", "--iters", str(ITERS)]
    done = subprocess.run(command, env=environment(home), cwd=home, capture_output=True, text=True, check=False)
    rows = re.findall(r"^([a-z_]+)=\( *(.*?) *\)$", done.stdout, re.MULTILINE)
    if not rows:
        raise SystemExit(f"zsh-bench failed on {home}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return {name: [float(word) for word in words.split()] for name, words in rows}


def ours(home: Path) -> tuple[Values, dict[str, bool | None]]:
    """One pass of zf."""
    zf = [sys.executable, "-m", "zshforge", "capture", f"home:{home}", "-n", str(ITERS), "--json", "--quiet"]
    done = subprocess.run(zf, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"zf failed on {home}: {done.stderr.strip()}")
    run = json.loads(done.stdout)
    return {name: run["latencies"][name]["values"] for name in METRICS}, run["capabilities"]


def agrees(mine: float, other: float) -> bool:
    """Within 5 % or 0.5 ms."""
    return abs(mine - other) <= max(ABSOLUTE_MS, RELATIVE * other)


def main() -> int:
    """All passes, then the table."""
    homes = [Path(word).resolve() for word in sys.argv[1:]]
    zsh_bench = Path(os.environ["ZSH_BENCH"])
    mine: dict[Path, Values] = {home: defaultdict(list) for home in homes}
    other: dict[Path, Values] = {home: defaultdict(list) for home in homes}
    differ: list[str] = []
    for turn in range(PASSES):
        for home in homes:
            for name, values in theirs(home, zsh_bench).items():
                other[home][name] += values
            found, capabilities = ours(home)
            for name, values in found.items():
                mine[home][name] += values
            for word, name in CAPABILITIES.items():
                if bool(statistics.median(other[home][name])) is not capabilities[word] and turn == 0:
                    differ.append(f"{home}: {word} {capabilities[word]}, {name} {other[home][name]}")
    print("| configuration | " + " | ".join(METRICS) + " |\n|---|" + "---|" * len(METRICS))
    agreed = total = 0
    for home in homes:
        cells = []
        for name, their_name in METRICS.items():
            one, two = statistics.median(mine[home][name]), statistics.median(other[home][their_name])
            good = agrees(one, two)
            agreed, total = agreed + good, total + 1
            cells.append(f"{one:.2f} / {two:.2f}{'' if good else ' **differs**'}")
        label = home.parent.name if home.name == "home" else home.name
        print(f"| {label} | " + " | ".join(cells) + " |")
    print(
        f"\n{agreed} of {total} medians agree within 5 % or 0.5 ms (zf / zsh-bench, {ITERS} x {PASSES} sessions each)."
    )
    print("\n".join(["", "Capabilities that differ:", *differ]) if differ else "\nAll capabilities agree.")
    return 0 if agreed == total else 1


if __name__ == "__main__":
    sys.exit(main())
