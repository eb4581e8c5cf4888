"""The line on standard error: what is running, and how long the rest takes at most."""

import contextlib
import fcntl
import os
import re
import select
import struct
import termios
from collections.abc import Iterator

import pytest

from zshforge.cli import sessions

COLUMNS = 60


@contextlib.contextmanager
def terminal() -> Iterator[int]:
    """A terminal as standard error; what is written to it can be read here."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
    with os.fdopen(theirs, "w") as stream, contextlib.redirect_stderr(stream):
        yield ours
    os.close(ours)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that pass only when a test lets them."""
    now = [1000.0]
    monkeypatch.setattr("zshforge.cli.sessions.time.monotonic", lambda: now[0])
    return now


def written(terminal: int) -> bytes:
    """What has come out of a terminal when a tenth of a second brought nothing more."""
    found = b""
    while select.select([terminal], [], [], 0.1)[0]:
        found += os.read(terminal, 4096)
    return found


def shown(terminal: int) -> str:
    """The line as it stands, without what clears it."""
    return re.sub(r"\r|\x1b\[K", "", written(terminal).decode())


def test_what_is_left_follows_from_the_sessions_that_were(clock: list[float]) -> None:
    with terminal() as screen, sessions.Progress(quiet=False, trace=False) as progress:
        progress.step("a", 0, 10)
        assert shown(screen) == "[1/10] a"
        clock[0] += 4
        progress.step("b", 2, 10)
        assert shown(screen) == "[3/10] 16 s at most \u00b7 b"


def test_no_run_takes_longer_than_its_limit(clock: list[float]) -> None:
    with terminal() as screen, sessions.Progress(quiet=False, trace=False, limits_s=(60, 90)) as progress:
        progress.step("first", 0, 480)
        clock[0] += 5
        shown(screen)
        progress.step("first", 5, 480)
        assert "55 s at most" in shown(screen)
        clock[0] += 45
        progress.step("again", 0, 480)
        assert shown(screen) == "[1/480] again"
        clock[0] += 4
        progress.step("again", 4, 480)
        assert "36 s at most" in shown(screen), "the fresh run ends 90 s after the first one began"


def test_a_line_is_no_wider_than_the_terminal() -> None:
    with terminal() as screen, sessions.Progress(quiet=False, trace=False) as progress:
        progress.step("x" * 200, 0, 10)
        assert len(shown(screen)) == COLUMNS - 1


def test_the_line_is_gone_when_the_work_is_done() -> None:
    with terminal() as screen:
        with sessions.Progress(quiet=False, trace=False) as progress:
            progress.step("a", 0, 10)
        assert written(screen).endswith(b"a\r\x1b[K")


def test_nothing_is_shown_where_nothing_is_wanted_or_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal() as screen:
        with sessions.Progress(quiet=True, trace=False) as progress:
            progress.step("a", 0, 10)
        assert written(screen) == b""
    with sessions.Progress(quiet=False, trace=False) as progress:
        progress.step("a", 0, 10)
    assert capsys.readouterr().err == ""
