"""How long 16 sessions with all latencies take, and what the harness does before the shell's first instruction.

Usage: python benchmarks/duration.py [HOME]

Times ``zf capture HOME -n 16`` as a whole process, warm-ups and the probe's own cost included; with ``ZSH_BENCH`` set
to a checkout of zsh-bench also its 16 iterations, for the ratio. Then measures, over 200 gates, the time from the
decision to start a session to the gate's opening (medians).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zsh_bench import environment

from zshforge.shell.perf import CountersRefused, ProcessRecords
from zshforge.shell.pty import PtyProcess, Spawn

GATES = 200


def timed(command: list[str], **settings: str) -> float:
    """Seconds of a whole process."""
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=settings or None, check=True)
    return time.perf_counter() - begin


def gate_ms(folder: Path) -> float:
    """From the decision to the shell's exec, in milliseconds."""
    spawn = Spawn(argv=("/bin/true",), environment={"PATH": "/usr/bin:/bin"}, folder=folder)
    begin = time.perf_counter_ns()
    with PtyProcess.spawn(spawn) as process:
        try:
            records = ProcessRecords(process.pid)
        except CountersRefused:
            records = None
        process.release()
        took = (time.perf_counter_ns() - begin) / 1e6
        if records:
            records.close()
    return took


def main() -> None:
    """Print one line for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "home"
        empty.mkdir()
        (empty / ".zshrc").touch()
        home = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else empty
        ours = timed([sys.executable, "-m", "zshforge", "capture", f"home:{home}", "-n", "16", "--json", "--quiet"])
        print(f"zf capture -n 16: {ours:.1f} s")
        if zsh_bench := os.environ.get("ZSH_BENCH"):
            command = ["zsh", f"{zsh_bench}/zsh-bench", "--iters", "16"]
            theirs = timed(command, **environment(home))
            print(f"zsh-bench --iters 16: {theirs:.1f} s, ratio {ours / theirs:.2f}")
        gates = [gate_ms(Path(folder)) for _ in range(GATES)]
    print(
        f"from decision to exec: median {statistics.median(gates):.2f} ms, p90 {sorted(gates)[int(0.9 * GATES)]:.2f} ms"
    )


if __name__ == "__main__":
    main()
