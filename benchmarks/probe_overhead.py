"""What the markers of the shipped configuration cost a start, in pairs with and without a descriptor for them.

Run ``.venv/bin/python benchmarks/probe_overhead.py [--pairs 300] [--sink pipe|polled|file] [--config DIR]``. The
configuration is compiled, as for a capture, and has run before. Each pair is two starts of one zsh in a terminal, in
random order (``--seed``), timed from the exec to the prompt on the screen (painted first, where that is on), to the
line editor at work, and to the end of a session of no command; ours is not the only process, so medians and the
difference of the lower quintiles are printed beside each other.

Where valgrind is installed, user instructions of the shell itself are counted as well: of a start until the editor
rests, with the work that waits for that (the shell is then ended by a signal that it does not catch), and of a whole
session of no command, typed before the shell began, which has the marker line too. Those figures do not depend on the
machine's load: two counts of one thing differ by 1e-4. ``--pairs 0`` counts instructions alone.

Sinks: a ``pipe`` that is read when the shell has ended, a pipe that is ``polled`` beside the terminal so that each
write wakes the reader, or a ``file``.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import select
import shutil
import signal
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zshforge.shell.bundle import build_bundle
from zshforge.shell.config import resolve
from zshforge.shell.copying import CopyLimits
from zshforge.shell.environment import Terminal, session_environment
from zshforge.shell.home import prepare
from zshforge.shell.pty import PtyProcess, Spawn, now_us
from zshforge.shell.scheduling import Aside, processors, steady
from zshforge.shell.transcript import Transcript
from zshforge.shell.zsh import find_zsh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.shell.home import Home

TOKEN = "zf-overhead-here"  # noqa: S105  a folder's name that only the prompt shows
DEADLINE_S = 60.0  # a start under valgrind takes about two seconds
REST_S = 3.0  # a shell that prints nothing for this long, under valgrind too, has done what waited for a quiet moment
EDITING = b"\x1b[?2004h"  # what the line editor switches on when it begins to read keys
COUNTS = 2  # the larger one counts: on a busy machine a start may be taken to rest too early
SETTLING = 3  # starts until all caches are written
COLLECTED = re.compile(r"Collected : (\d+)")


class Start(NamedTuple):
    """One start, in microseconds after its exec."""

    prompt_us: int
    editor_us: int
    end_us: int


class Bench:
    """A home with the configuration in it, and ways to start a zsh there.

    Args:
        home: The scratch home.
        scratch: A folder for logs.
        sink: Where markers go.
    """

    def __init__(self, home: Home, scratch: Path, sink: str) -> None:
        self.scratch, self.sink = scratch, sink
        self.zsh = find_zsh(os.defpath + ":/usr/local/bin", None).path
        self.folder = scratch / TOKEN
        self.folder.mkdir()
        self._environment = session_environment(
            home=home.home,
            zdotdir=home.zdotdir,
            tmp=home.tmp,
            zsh_path=self.zsh,
            search_path=os.defpath,
            user="user",
            host="host",
            terminal=Terminal(term="xterm-256color", locale="C.UTF-8", columns=80, rows=24),
            extra={},
        )

    def start(self, *, marked: bool) -> Start:
        """A session of no command."""
        with self._sink(marked) as (reader, writer), steady():
            process = PtyProcess.spawn(self._spawn((self.zsh, "-i"), writer, b"exit\n"))
            with process:
                process.release()
                transcript = Transcript()
                self._watch(process, transcript, reader if self.sink == "polled" else None)
                began, seen = process.spawn_us, transcript.seen(TOKEN)
        editing, ended = transcript.seen_control(EDITING), transcript.last_us
        if began is None or seen is None or editing is None or ended is None:
            raise SystemExit("no prompt")
        return Start(seen - began, editing - began, ended - began)

    def rest(self) -> None:
        """A start until the editor rests."""
        with PtyProcess.spawn(self._spawn((self.zsh, "-i"), None, b"")) as process:
            process.release()
            self._watch(process, Transcript(), None, end_at_rest=True)

    def count(self, *, marked: bool, whole: bool) -> int:
        """User instructions until the editor rests, or of a whole session of no command."""
        log = self.scratch / "callgrind.log"
        log.unlink(missing_ok=True)
        tool = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", f"--log-file={log}.%p")
        with self._sink(marked) as (_, writer):
            spawn = self._spawn(
                (shutil.which(tool[0]) or tool[0], *tool[1:], self.zsh, "-i"), writer, b"exit\n" * whole
            )
            with PtyProcess.spawn(spawn) as process:
                process.release()
                transcript = Transcript()
                self._watch(process, transcript, None, end_at_rest=not whole)
                text = Path(f"{log}.{process.pid}").read_text()
        found = COLLECTED.search(text)
        if found is None:
            raise SystemExit(f"valgrind counted nothing: {text}")
        return int(found[1])

    def _spawn(self, argv: tuple[str, ...], writer: int | None, typed: bytes) -> Spawn:
        extra = {} if writer is None else {"ZF_MARK_FD": str(writer)}
        fds = () if writer is None else (writer,)
        return Spawn(argv=argv, environment=self._environment | extra, folder=self.folder, typed=typed, pass_fds=fds)

    @contextlib.contextmanager
    def _sink(self, marked: bool) -> Iterator[tuple[int | None, int | None]]:
        """A descriptor to read markers from, and one to write them to."""
        if not marked:
            yield None, None
            return
        if self.sink == "file":
            reader, writer = os.open("/dev/null", os.O_RDONLY), os.open(self.scratch / "marks", os.O_RDWR | os.O_CREAT)
        else:
            reader, writer = os.pipe()
        try:
            yield reader, writer
        finally:
            os.close(reader)
            os.close(writer)

    def _watch(
        self, process: PtyProcess, transcript: Transcript, polled: int | None, *, end_at_rest: bool = False
    ) -> None:
        """Read the terminal until the shell has ended; end it by a signal once its prompt is there, if asked."""
        limit = time.monotonic() + DEADLINE_S
        fds = process.watched + ([] if polled is None else [polled])
        with Aside(process.pid, processors()) as aside:
            while time.monotonic() < limit:
                ready, _, _ = select.select(fds, [], [], 0.05)
                stamp = now_us()
                aside.step()
                if polled is not None and polled in ready:
                    os.read(polled, 1 << 16)
                data = process.read(0)
                if data:
                    transcript.feed(stamp, data)
                elif process.poll() is not None:
                    return
                resting = stamp - (transcript.last_us or stamp) > REST_S * 1e6
                if end_at_rest and resting and transcript.seen(TOKEN):
                    os.kill(process.pid, signal.SIGUSR1)


def compiled(folder: Path) -> Path:
    """Build the bundle, as a capture does."""
    search = os.defpath + ":/usr/local/bin"
    return build_bundle(folder, zsh=find_zsh(search, None).path, search=search, settled=True)


def fifth(values: list[float]) -> float:
    """The lower quintile: what a start takes when nothing else is in its way."""
    return sorted(values)[len(values) // 5]


def time_pairs(bench: Bench, pairs: int, order: random.Random) -> None:
    """Print the cost in milliseconds."""
    found: dict[bool, list[Start]] = {False: [], True: []}
    for _ in range(pairs):
        for marked in order.sample((False, True), 2):
            found[marked].append(bench.start(marked=marked))
    for part, name in enumerate(Start._fields):
        without, marked_ms = ([start[part] / 1000 for start in found[which]] for which in (False, True))
        median_of_pairs = statistics.median(b - a for a, b in zip(without, marked_ms, strict=True))
        print(
            f"{name:9} without {statistics.median(without):.3f} ms, markers cost: "
            f"median of the pairs {median_of_pairs:+.3f}, difference of the medians "
            f"{statistics.median(marked_ms) - statistics.median(without):+.3f}, "
            f"of the lower quintiles {fifth(marked_ms) - fifth(without):+.3f}"
        )


def count_instructions(bench: Bench) -> None:
    """Print the cost in user instructions."""
    for name, whole in (("at rest", False), ("whole", True)):
        without, marked = (
            max(bench.count(marked=which, whole=whole) for _ in range(COUNTS)) for which in (False, True)
        )
        share = 100 * (marked - without) / without
        print(f"{name:9} without {without:,} instructions, markers cost {marked - without:+,} ({share:+.2f} %)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--sink", choices=("pipe", "polled", "file"), default="pipe")
    parser.add_argument("--config", default="builtin", help="builtin, or a folder with a variant of it")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zf-overhead-") as folder:
        scratch = Path(folder)
        place = scratch / "place"
        place.mkdir()
        config = resolve(options.config, cwd=Path.cwd(), home=Path.home())
        home = prepare(config, place, CopyLimits(copy_entry_mb=50, copy_total_mb=200), compiled)
        bench = Bench(home, scratch, options.sink)
        for _ in range(SETTLING):
            bench.start(marked=False)
            bench.rest()
        if options.pairs:
            time_pairs(bench, options.pairs, random.Random(options.seed))  # noqa: S311  an order, not a secret
        if shutil.which("valgrind"):
            count_instructions(bench)


if __name__ == "__main__":
    main()
