"""``zf replay``."""

from __future__ import annotations

import re
import sys
import termios
import time
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import here, json_option, print_record
from zshforge.model.errors import NothingRecorded, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from zshforge.model.recording import Recording, StoredRecording

# what a recording may have left switched on: colours, cursor keys, mouse, focus, pasting, a hidden cursor
_AS_BEFORE = b"\x1b[0m\x1b[?1l\x1b>\x1b[?1000;1002;1003;1004;1006;2004l\x1b[?25h\r\n"
_OTHER_SCREEN = re.compile(rb"\x1b\[\?(?:47|1047|1049)h")
_ONE_SCREEN = b"\x1b[?1049l"  # only where another was opened: it also moves the cursor


@click.command("replay")
@click.argument("run", default="latest")
@click.option("--session", type=click.IntRange(min=0), metavar="N", help="Which session of the run.")
@click.option("--label", metavar="NAME", help="Which configuration of the run.")
@click.option("--raw", "mode", flag_value="raw", help="Give the terminal's output, byte for byte.")
@click.option("--play", "mode", flag_value="play", help="Show it on this terminal as fast as it went.")
@click.option("--screen", "mode", flag_value="screen", help="Show the last screen only.")
@click.option("--until", metavar="MARK", help="End at a mark (first_prompt_seen, first_command_seen, …).")
@json_option
def command(
    run: str, *, session: int | None, label: str | None, mode: str | None, until: str | None, as_json: bool
) -> None:
    """Show what the screen showed while RUN was measured, so that a number can be checked.

    RUN is a run's id or its beginning, `latest`, or the path of a .cast file. Without a mode, every read and every
    mark is listed with its stamp in milliseconds after spawn, and the screen stands where the prompt and the first
    command's output were seen.
    """
    if mode and as_json:
        raise UsageError(f"--json and --{mode} exclude each other")
    path, title = _chosen(run, session, label)
    from zshforge.report.replay import cut, document  # noqa: PLC0415  loads the terminal emulator
    from zshforge.store.recordings import read_recording  # noqa: PLC0415  nothing else here needs it

    recording = read_recording(path)
    if until is not None:
        recording = cut(recording, until)
    if as_json:
        print_record(document(recording, path=str(path)))
    else:
        _SHOW[mode or "timeline"](recording, title)


def play(recording: Recording, *, write: Callable[[bytes], object], sleep: Callable[[float], object]) -> None:
    """Writes what was shown, with the pauses that it was shown with.

    Args:
        recording: What was recorded.
        write: Takes the bytes of one read.
        sleep: Waits for seconds.
    """
    from zshforge.report.replay import frames  # noqa: PLC0415  loads the terminal emulator

    for pause, data in frames(recording):
        sleep(pause)
        write(data)


def _chosen(run: str, session: int | None, label: str | None) -> tuple[Path, str]:
    if run.endswith(".cast"):
        if session is not None or label is not None:
            raise UsageError("--session and --label choose from a run, and a path is one recording", where=run)
        return Path(run), run
    from zshforge.store.recordings import find_recordings  # noqa: PLC0415  nothing else here needs it

    everything = find_recordings(here().workspace.recordings, run)
    chosen = _one(everything, session, label)
    if len(everything) > 1 and session is None:
        click.echo(f"zf: 1 of {len(everything)} recordings ({_offer(everything)}); see --session, --label", err=True)
    return chosen.path, f"{chosen.run_id} · {chosen.label}, session {chosen.session}"


def _one(everything: Sequence[StoredRecording], session: int | None, label: str | None) -> StoredRecording:
    matching = [item for item in everything if session in (None, item.session) and label in (None, item.label)]
    if not matching:
        run_id = everything[0].run_id
        raise NothingRecorded("no such session is recorded", where=run_id, hint=f"one of {_offer(everything)}")
    if session is not None and len(matching) > 1:
        raise UsageError(
            f"{len(matching)} configurations have a session {session}", hint=f"--label {matching[0].label}"
        )
    return matching[0]


def _offer(everything: Sequence[StoredRecording]) -> str:
    """``builtin 1-16, home 1-16``."""
    offers = []
    for label, items in groupby(everything, key=lambda item: item.label):
        sessions = [item.session for item in items]
        offers.append(f"{label} {sessions[0]}" + (f"-{sessions[-1]}" if len(sessions) > 1 else ""))
    return ", ".join(offers)


def _timeline(recording: Recording, title: str) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy

    from zshforge.report.replay import timeline  # noqa: PLC0415  the same

    console = Console(highlight=False)
    console.print(timeline(recording, title=title, width=console.width))


def _screen(recording: Recording, title: str) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy

    from zshforge.report.replay import render_screen  # noqa: PLC0415  the same

    console = Console(highlight=False)
    console.print(render_screen(recording, title=title, width=console.width))


def _raw(recording: Recording, _: str) -> None:
    play(recording, write=_write, sleep=lambda _: None)


def _play(recording: Recording, _: str) -> None:
    opened = any(_OTHER_SCREEN.search(event.data) for event in recording.events)
    with _lent_terminal(_ONE_SCREEN * opened + _AS_BEFORE):
        play(recording, write=_write, sleep=time.sleep)


def _write(data: bytes) -> None:
    click.echo(data, nl=False)


@contextmanager
def _lent_terminal(ending: bytes) -> Iterator[None]:
    """Keeps the answers to what a recording asks the terminal from being shown, or typed into the user's shell."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield
        return
    before = termios.tcgetattr(sys.stdin)
    quiet = [*before]
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(sys.stdin, termios.TCSANOW, quiet)
    try:
        yield
    finally:
        _write(ending)
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)


_SHOW: dict[str, Callable[[Recording, str], None]] = {
    "timeline": _timeline,
    "screen": _screen,
    "raw": _raw,
    "play": _play,
}
