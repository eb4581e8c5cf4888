"""A thousand starts: does the scan ever run before the prompt, does every shell come to its prompt, is anything left?

Usage: ``benchmarks/async_soak.py [--starts 1000] [--at-once 8]``. Each start is a zsh of the shipped configuration in a
terminal, with a list of locked files; all share one HOME, and so one log of states. Two in four wait until their scan
is complete; one in four has its ``exit`` typed before it starts, and one leaves while its worker is running. Every
shell writes its own markers, so the log's stamp of the prompt is held against them. Ends with 1 when anything is
wrong, and says what.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from scan_home import TOKEN, ScanHome

from zshforge.integrity.states import check_states

DEADLINE_S = 60.0
KINDS = 4  # of four starts the first leaves at its prompt, the second while its worker runs


class Start(NamedTuple):
    """What one start showed.

    Attributes:
        pid: The shell.
        prompted: Whether its prompt was on the screen.
        complete: Whether its scan came to its end; not asked of those that leave.
        marker_us: Its own prompt-ready marker.
    """

    pid: int
    prompted: bool
    complete: bool | None
    marker_us: int | None


def start(home: ScanHome, number: int) -> Start:
    """One shell, from its exec to its end."""
    marks = home.folder.parent / f"marks-{number}"
    leaves, breaks = number % KINDS == 0, number % KINDS == 1
    awaited = {"RUNNING"} if breaks else {"COMPLETE", "FAILED"}
    screen, limit = b"", time.monotonic() + DEADLINE_S
    with home.start(typed=b"exit\n" if leaves else b"", PERF_SEGMENT_LOG=str(marks)) as process:
        told = complete = False
        while time.monotonic() < limit and process.poll() is None:
            screen += process.read(0.05) or b""
            if not leaves and not told and awaited & home.states(process.pid).keys():
                complete = "COMPLETE" in home.states(process.pid)
                told = True
                process.write(b"exit\n")
        while data := process.read(0):
            screen += data
        pid = process.pid
    text = marks.read_text() if marks.exists() else ""
    marks.unlink(missing_ok=True)
    found = re.search(r"MARK name=prompt_ready us=(\d{16})", text)
    whole = None if leaves or breaks else complete
    return Start(pid, TOKEN.encode() in screen, whole, int(found[1]) if found else None)


def left(home: Path) -> list[int]:
    """Processes that still live in this home."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"HOME={home}\0".encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
    return found


def main() -> int:
    """Start, and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--starts", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zf-soak-") as top:
        home = ScanHome(Path(top) / "place")
        begin = time.monotonic()
        with ProcessPoolExecutor(options.at_once) as pool:
            starts = list(pool.map(partial(start, home), range(1, options.starts + 1)))
        took = time.monotonic() - begin
        end = time.monotonic() + 5.0  # a worker looks once a second whether its shell is there
        while left(home.home) and time.monotonic() < end:
            time.sleep(0.1)
        orphans = left(home.home)
        old = home.log.with_name(f"{home.log.name}.1")
        data = (old.read_bytes() if old.exists() else b"") + home.log.read_bytes()
        files = sorted(file.name for file in home.cache.iterdir())
    made = check_states(data, label="the log")
    told = {int(pid): int(us) for us, pid in re.findall(r"PROMPT us=(\d{16}) pid=(\d+) seen=marker", data.decode())}
    other = sum(one.pid in told and told[one.pid] != one.marker_us for one in starts)
    wrong = {
        "starts without a prompt": sum(not one.prompted for one in starts),
        "scans that did not complete": sum(one.complete is False for one in starts),
        "prompts that the log tells otherwise than the marker": other,
        "processes left": len(orphans),
        "faults in the log": len(made.faults),
    }
    print(
        f"{len(starts)} starts, {options.at_once} at once, {took:.0f} s; {made.verdict}; "
        f"{made.shells} shells in the log"
    )
    for task in made.tasks:
        print(
            f"{task.task}: {task.runs} runs, {task.complete} complete, {task.failed} failed, {task.retried} retried, "
            f"{task.unfinished} unfinished; never nearer to the prompt than {task.nearest_us} us, "
            f"longest {task.longest_us} us"
        )
    print(f"prompts in the log: {made.prompts}; files in the cache folder: {', '.join(files)}")
    for what, number in wrong.items():
        print(f"{number:6} {what}")
    for fault in made.faults[:10]:
        print(f"line {fault.line}: {fault.kind}: {fault.detail}")
    return int(any(wrong.values()) or made.verdict != "pass")


if __name__ == "__main__":
    sys.exit(main())
