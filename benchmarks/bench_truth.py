"""Whether `zf bench` recovers known costs: the same functions, timed by one long loop in the same kind of shell.

Usage: python benchmarks/bench_truth.py [PASSES]

Prints, for an empty function, additions and a fork, the median of `zf bench`, that of the plain loop, and their ratio;
passes alternate. Nothing else should run on the machine.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

FUNCTIONS = """
empty() { }
ten() { local -i i=0; repeat 10 (( i += 1 )) }
hundred() { local -i i=0; repeat 100 (( i += 1 )) }
fork() { local x="$(:)" }
"""
LOOPS = {"empty": 2000, "ten": 2000, "hundred": 1000, "fork": 100}
LOOP = """
zmodload zsh/datetime
for f n in {words}; do
  eval "a=\\$EPOCHREALTIME; repeat $n {{ }}; b=\\$EPOCHREALTIME; repeat $n {{ $f }}; c=\\$EPOCHREALTIME"
  print -r -- $f $(( ((c - b) - (b - a)) * 1e6 / n ))
done
"""


def plain(zsh: str, folder: Path) -> dict[str, float]:
    """One long loop of each, in microseconds per call."""
    script = folder / "loop.zsh"
    script.write_text(LOOP.format(words=" ".join(f"{name} {count}" for name, count in LOOPS.items())))
    done = subprocess.run(
        [zsh, "-ic", f". {script}"],
        env={"ZDOTDIR": str(folder), "HOME": str(folder), "PATH": os.defpath, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return {words[0]: float(words[1]) for line in done.stdout.splitlines() if len(words := line.split()) == 2}  # noqa: PLR2004  a name and a number


def ours(folder: Path) -> dict[str, float]:
    """`zf bench`, in microseconds per call."""
    command = [sys.executable, "-m", "zshforge", "bench", *LOOPS, "--config", str(folder), "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return {one["name"]: one["median_per_call_us"] for one in json.loads(done.stdout)["functions"]}


def main() -> int:
    """All passes, then the table."""
    passes = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    zsh = shutil.which("zsh") or sys.exit("no zsh")
    one: dict[str, list[float]] = defaultdict(list)
    two: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ".zshrc").write_text(FUNCTIONS)
        (folder / "zf.toml").write_text("")
        for _ in range(passes):
            for collected, found in ((one, ours(folder)), (two, plain(zsh, folder))):
                for function, value in found.items():
                    collected[function].append(value)
    print("| function | zf bench, us | one long loop, us | ratio |\n|---|--:|--:|--:|")
    for function in LOOPS:
        mine, other = statistics.median(one[function]), statistics.median(two[function])
        print(f"| {function} | {mine:.2f} | {other:.2f} | {mine / other:.3f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
