"""How fast ``zf`` starts: wall time of whole processes, bytecode compiled, in turn with a bare interpreter.

Usage: python benchmarks/startup.py [ROUNDS]

Prints medians in milliseconds beside their limits; exit status 1 when one is exceeded.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import zshforge

LIMITS_MS = {"--version": 60.0, "--help": 80.0}


def run_ms(command: list[str]) -> float:
    """One process, start to end."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter_ns()
    subprocess.run(command, stdout=subprocess.DEVNULL, env=environment, check=True)
    return (time.perf_counter_ns() - begin) / 1e6


def main() -> int:
    """Interleave the commands and print one line for each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    compileall.compile_dir(str(Path(zshforge.__file__).parent), quiet=2)
    zf = str(Path(sys.executable).with_name("zf"))
    commands = {"python -I -c pass": [sys.executable, "-I", "-c", "pass"], **{w: [zf, w] for w in LIMITS_MS}}
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            times[name].append(run_ms(command))
    failed = False
    for name, values in times.items():
        middle, limit = statistics.median(values), LIMITS_MS.get(name)
        failed |= limit is not None and middle > limit
        label = name if limit is None else f"zf {name}"
        print(f"{label}: {middle:.1f} ms" + (f" (limit {limit:g})" if limit else ""))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
