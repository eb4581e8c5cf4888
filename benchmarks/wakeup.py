"""How late a stamp is, and what looking costs, with and without keeping the observer off the shell's processor.

Usage: python benchmarks/wakeup.py [ROUNDS]

A shell prints its own clock after a busy loop; the observer, which looks every 200 microseconds as a capture does,
stamps the arrival. Prints the lateness of that stamp (median, 90th percentile) and the length of the loop (median).
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from zshforge.shell.pty import PtyProcess, Spawn, now_us
from zshforge.shell.scheduling import Aside, processors, steady

SCRIPT = """
zmodload zsh/datetime
integer i from=$(( EPOCHREALTIME * 1000000 )) to
for ((i = 0; i < 60000; i++)) do :; done
(( to = EPOCHREALTIME * 1000000 ))
print -r -- "|$from $to|"
"""
PERIOD_S = 0.0002


def one(folder: Path, *, aside: bool) -> tuple[int, int]:
    """Lateness of the stamp and length of the loop, in microseconds."""
    allowed = processors() if aside else frozenset()
    spawn = Spawn(argv=("zsh", "-fc", SCRIPT), environment={"PATH": "/usr/local/bin:/usr/bin:/bin"}, folder=folder)
    with steady(), PtyProcess.spawn(spawn) as process, Aside(process.pid, allowed) as keeper:
        if not aside and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(processors())})
        process.release()
        text = b""
        turns = 0
        while text.count(b"|") < 2:  # noqa: PLR2004  the two ends of the line
            text += process.read(PERIOD_S) or b""
            turns += 1
            if turns % 5 == 0:
                keeper.step()
        stamp = now_us()
    start, end = (int(word) for word in text.split(b"|")[1].split())
    return stamp - end, end - start


def main() -> None:
    """Alternate both ways and print one line for each."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    with tempfile.TemporaryDirectory() as folder:
        pairs = [(one(Path(folder), aside=True), one(Path(folder), aside=False)) for _ in range(rounds)]
    for index, name in enumerate(("aside", "pinned at random")):
        late = sorted(pair[index][0] for pair in pairs)
        loop = statistics.median(pair[index][1] for pair in pairs) / 1000
        p90 = late[int(0.9 * len(late))]
        print(
            f"{name}: stamp late by {statistics.median(late):.0f} us (p90 {p90}), loop {loop:.1f} ms, {rounds} rounds"
        )


if __name__ == "__main__":
    main()
