"""What the scan costs a shell: before its prompt, at a later prompt, and in the background; in pairs with and without.

Usage: ``benchmarks/scan_cost.py [--pairs 40] [--files 160] [--part before|later|background]...``. Without the scan
means the same configuration whose module 00 queues nothing and whose module 80 is empty; both have a compiled bundle.

- before: forks counted by strace and user instructions by valgrind, from the exec to the moment in which
  the last hook before the prompt runs; milliseconds to that moment, in pairs in random order.
- later: user instructions of an empty command, from sessions of 10 and of 60 of them after the scan.
- background: the processor time of whole sessions with the scan less that of those without, over the time from RUNNING
  to COMPLETE; and how long after the prompt an edited file was found.

Ends with 1 when a limit of the design is passed. Instructions do not depend on the machine's load; times do.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scan_home import TOKEN, ScanHome

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.shell.pty import PtyProcess

FORKS, BEFORE_MS, BEFORE_PERCENT, LATER_MS, BACKGROUND_PERCENT, FOUND_S = 0, 0.1, 0.2, 0.1, 5.0, 1.0
DEADLINE_S = 90.0
WARM_UPS, WARM_UP_S = 3, 3.0
COUNTS = 3  # of instructions; the middle one counts
COLLECTED = re.compile(r"Collected : (\d+)")
PER_MS = 3e6  # instructions that this kind of processor does in a millisecond, for the later prompt
#: The last hook before the first prompt ends the shell by a signal that it does not catch, or tells the time.
AT_READY = "_zf_ready() { %s }\nprecmd_functions+=(_zf_ready)\n"
END = AT_READY % "kill -USR1 $$"
STAMP = AT_READY % "print -r -- ${(%):-%D{%s%6.}} >>$HOME/ready; precmd_functions=(${precmd_functions:#_zf_ready})"


def local(home: ScanHome, text: str) -> None:
    """The user's own last file."""
    file = home.home / ".config/zshforge/local/post/zz.zsh"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def warm(home: ScanHome) -> None:
    """Let a few shells write what they keep for the next one: the painted prompt, completion, digests."""
    for _ in range(WARM_UPS):
        begun = time.monotonic()
        told = False
        with home.start() as process:

            def wish(screen: bytes, since: float = begun) -> bytes | None:
                nonlocal told
                if told or TOKEN.encode() not in screen or time.monotonic() - since < WARM_UP_S:
                    return None
                told = True
                return b"exit\n"

            drive(process, wish)


def drive(process: PtyProcess, wish: Callable[[bytes], bytes | None]) -> bytes:
    """Read until the shell has ended; type what is wished once it is."""
    screen, limit = b"", time.monotonic() + DEADLINE_S
    while process.poll() is None:
        if time.monotonic() > limit:
            raise SystemExit(f"no end in sight: {screen[-300:]!r}")
        screen += process.read(0.02) or b""
        typed = wish(screen)
        if typed:
            process.write(typed)
    return screen


def callgrind(home: ScanHome, wish: Callable[[bytes], bytes | None], top: Path) -> int:
    """User instructions of a shell, without those of its children."""
    log = top / "callgrind"
    words = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}.%p")
    with home.start(shutil.which(words[0]) or words[0], *words[1:], LC_ALL="C.UTF-8") as process:
        drive(process, wish)
        text = Path(f"{log}.{process.pid}").read_text()
    found = COLLECTED.search(text)
    if found is None:
        raise SystemExit(f"valgrind counted nothing: {text[-500:]}")
    return int(found[1])


def forks(home: ScanHome, top: Path) -> int:
    """Processes that a shell makes before its prompt."""
    log = top / "strace"
    with home.start("/usr/bin/strace", "-qq", "-o", str(log), "-e", "trace=fork,vfork,clone,clone3,execve") as process:
        drive(process, lambda _: None)
    return sum("clone" in line or "fork" in line for line in log.read_text().splitlines())


def before(homes: dict[bool, ScanHome], options: argparse.Namespace, top: Path) -> bool:
    """What it costs until the prompt is ready."""
    for home in homes.values():
        local(home, END)
    found = [[callgrind(homes[scan], lambda _: None, top) for scan in (False, True)] for _ in range(COUNTS)]
    counts = {scan: int(statistics.median(row[scan] for row in found)) for scan in (False, True)}
    print(f"before the prompt: counts in turn, without and with: {found}")
    share = 100 * (counts[True] - counts[False]) / counts[False]
    print(
        f"before the prompt: {counts[False]:,} instructions without, {counts[True] - counts[False]:+,} ({share:+.3f} %)"
    )
    made = {scan: forks(home, top) for scan, home in homes.items()} if shutil.which("strace") else {}
    print(f"before the prompt: forks without and with: {made or 'strace is not there'}")
    for home in homes.values():
        local(home, STAMP)
    spans: dict[bool, list[float]] = {False: [], True: []}
    order = random.Random(1)  # noqa: S311  an order, not a secret
    for _ in range(options.pairs):
        for scan in order.sample((False, True), 2):
            file = homes[scan].home / "ready"
            file.unlink(missing_ok=True)
            with homes[scan].start(typed=b"exit\n") as process:
                drive(process, lambda _: None)
                began = process.spawn_us or 0
            spans[scan].append((int(file.read_text()) - began) / 1000)
    pairs = [b - a for a, b in zip(spans[False], spans[True], strict=True)]
    middle = statistics.median(pairs) if pairs else None
    if middle is not None:
        medians = {scan: statistics.median(spans[scan]) for scan in spans}
        print(
            f"before the prompt: {medians[False]:.3f} ms without, median of {len(pairs)} pairs {middle:+.3f} ms, "
            f"difference of the medians {medians[True] - medians[False]:+.3f} ms"
        )
    return share <= BEFORE_PERCENT and made.get(True, 0) <= FORKS and (middle is None or middle <= BEFORE_MS)


def later(homes: dict[bool, ScanHome], _: argparse.Namespace, top: Path) -> bool:
    """What it costs a prompt after the scan."""
    each: dict[bool, float] = {}
    for scan, home in homes.items():
        local(home, "done-in-time() { : >$HOME/rested }\n")
        counted: dict[int, int] = {}
        for commands in (10, 60):
            begun = time.monotonic()
            told = False

            def wish(screen: bytes, number: int = commands, since: float = begun) -> bytes | None:
                # Under valgrind the scan is through within some seconds; then the commands are typed.
                nonlocal told
                if told or TOKEN.encode() not in screen or time.monotonic() - since < 12:  # noqa: PLR2004
                    return None
                told = True
                return b":\n" * number + b"exit\n"

            counted[commands] = callgrind(home, wish, top)
        each[scan] = (counted[60] - counted[10]) / 50
    cost = each[True] - each[False]
    print(f"a later prompt: {each[False]:,.0f} instructions without, {cost:+,.0f} ({cost / PER_MS:+.4f} ms)")
    return cost / PER_MS <= LATER_MS


def background(homes: dict[bool, ScanHome], options: argparse.Namespace, _: Path) -> bool:
    """Which share of a processor it takes while it runs, and how soon an edit is found."""
    for home in homes.values():
        local(home, "")
    used: dict[bool, list[float]] = {False: [], True: []}
    lasted: list[float] = []
    for number in range(options.pairs // 2 + 1):
        for scan in (False, True):
            found, length = session(homes[scan], scan=scan)
            if number:  # the first one hashes everything
                used[scan].append(found)
                lasted += [length] if length else []
    extra = statistics.median(used[True]) - statistics.median(used[False])
    length = statistics.median(lasted)
    share = 100 * extra / length
    print(f"background: {extra:.1f} ms of processor time in {length:.0f} ms: {share:.2f} % of one processor")
    late = [edited(homes[True], number) for number in range(5)]
    print(f"background: an edited file was found {max(late):.2f} s after the prompt at the latest (of {len(late)})")
    return share < BACKGROUND_PERCENT and max(late) <= FOUND_S


def session(home: ScanHome, *, scan: bool) -> tuple[float, float]:
    """Processor time of a session that ends when its scan has, in ms, and how long the scan ran."""
    begun, told = time.monotonic(), False
    with home.start() as process:

        def wish(screen: bytes) -> bytes | None:
            nonlocal told
            ready = "COMPLETE" in home.states(process.pid) if scan else time.monotonic() - begun > 1
            if told or not ready or TOKEN.encode() not in screen:
                return None
            told = True
            return b"exit\n"

        drive(process, wish)
        states = home.states(process.pid)
    assert process.status is not None  # noqa: S101  it has ended
    length = (states["COMPLETE"] - states["RUNNING"]) / 1000 if scan else 0.0
    return process.status.user_ms + process.status.sys_ms, length


def edited(home: ScanHome, number: int) -> float:
    """Seconds from the prompt to the end of the scan that finds a file that was just edited."""
    # an edited file of the bundle is not read, and made anew
    sources = [file for file in home.files if file.suffix != ".zwc"]
    file = sources[number * 7 % len(sources)]
    content = file.read_bytes()
    file.write_bytes(content + b"\n# edited\n")
    try:
        told = False
        with home.start() as process:

            def wish(screen: bytes) -> bytes | None:
                nonlocal told
                if told or b"integrity: edited" not in screen or "COMPLETE" not in home.states(process.pid):
                    return None
                told = True
                return b"exit\n"

            drive(process, wish)
            states = home.states(process.pid)
        return (states["COMPLETE"] - states["PROMPT"]) / 1e6
    finally:
        file.write_bytes(content)


def main() -> int:
    """Measure and print."""
    parts = {"before": before, "later": later, "background": background}
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--files", type=int, default=160, help="files of a plugin, beside those of the configuration")
    parser.add_argument("--part", choices=parts, action="append")
    options = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with tempfile.TemporaryDirectory(prefix="zf-scan-") as top:
        homes = {
            scan: ScanHome(Path(top) / name, scan=scan, plugin_files=options.files)
            for scan, name in ((False, "pair-a"), (True, "pair-b"))  # a longer path is more instructions
        }
        print(f"{len(homes[True].files)} files in the list; load {os.getloadavg()[0]:.1f}")
        time.sleep(2.5)  # what is younger is not remembered
        for home in homes.values():
            warm(home)
        well = [parts[part](homes, options, Path(top)) for part in options.part or parts]
    return int(not all(well))


if __name__ == "__main__":
    sys.exit(main())
