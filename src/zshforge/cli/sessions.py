"""What commands that measure share: the request, the lock, the progress."""

from __future__ import annotations

import contextlib
import getpass
import json
import math
import os
import platform
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from zshforge.cli.common import Here, lock_path, scratch_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.capture.campaign import Request
    from zshforge.model.sample import Sample


def make_request(
    place: Here, names: Sequence[str], states: tuple[str, ...], seed: int | None, extra: dict[str, str]
) -> Request:
    """What to measure, with everything that the process alone knows.

    Args:
        place: Where the command runs.
        names: Each names a CONFIG.
        states: ``warm``, ``cold``, or both.
        seed: Seed of the order; drawn when ``None``.
        extra: Environment that every session gets on top.

    Raises:
        UsageError: A name names nothing, or there is no zsh.
    """
    from zshforge.capture.campaign import Request  # noqa: PLC0415  heavy
    from zshforge.shell.config import resolve  # noqa: PLC0415  heavy
    from zshforge.shell.zsh import find_zsh  # noqa: PLC0415  starts a zsh

    home = Path(place.environ.get("HOME") or Path.home())
    zdotdir = place.environ.get("ZDOTDIR")
    search = place.environ.get("PATH", os.defpath)
    configs = tuple(
        resolve(name, cwd=place.cwd, home=home, search=search, zdotdir=Path(zdotdir) if zdotdir else None)
        for name in names
    )
    return Request(
        configs=configs,
        states=states,
        settings=place.settings,
        zsh=find_zsh(search, None),
        scratch=scratch_folder(place),
        seed=secrets.randbelow(1 << 24) if seed is None else seed,
        user=getpass.getuser(),
        host=platform.node(),
        recordings=place.workspace.recordings,
        extra=extra,
    )


def read_variables(words: Sequence[str]) -> dict[str, str]:
    """Environment by name, from ``NAME=VALUE``.

    Raises:
        click.BadParameter: A word is not of that form.
    """
    for word in words:
        if "=" not in word or word.startswith("="):
            raise click.BadParameter(f"{word!r} is not NAME=VALUE", param_hint="--env")
    return dict(word.split("=", 1) for word in words)


@contextlib.contextmanager
def measuring_alone(place: Here, what: str) -> Iterator[None]:
    """Holds the machine's lock for captures.

    Args:
        place: Where the command runs; knows how long to wait.
        what: The command, for whoever waits.

    Raises:
        CaptureBusy: Another capture held it all the time.
    """
    from zshforge.store.lock import Holder, capture_lock  # noqa: PLC0415  only when something is measured

    owner = Holder(pid=os.getpid(), since=now(), what=what)
    timeout_s = place.settings.number("capture.lock_timeout_ms") / 1000
    with capture_lock(lock_path(scratch_folder(place)), timeout_s, owner):
        yield


def now() -> str:
    """The time, UTC in ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Progress:
    """One line on standard error that is gone when the work is done; a trace instead when one is asked for.

    Args:
        quiet: Show nothing.
        trace: Tell of every sample, as JSON.
        limits_s: After how many seconds the first run ends at the latest, and the next, and so on.
    """

    def __init__(self, *, quiet: bool, trace: bool, limits_s: Sequence[float] = ()) -> None:
        self._limits_s = list(limits_s)
        self._limit_s = math.inf
        self._whole: float | None = None
        self._trace = trace
        self._shown = not quiet and not trace and sys.stderr.isatty()
        self._since: float | None = None

    def step(self, label: str, done: int, total: int) -> None:
        """A session is about to start."""
        if self._shown:
            width = max(20, os.get_terminal_size(sys.stderr.fileno()).columns - 1)
            told = f"[{done + 1}/{total}]{self._left(done, total)} {label}"
            click.echo(f"\r\x1b[K{told[:width]}", err=True, nl=False)

    def _left(self, done: int, total: int) -> str:
        """How long the rest takes at most, as soon as one session tells how long one takes."""
        now = time.monotonic()
        if done == 0 or self._since is None:
            self._since, self._whole = now, now if self._whole is None else self._whole
            self._limit_s = self._limits_s.pop(0) if self._limits_s else math.inf
            return ""
        until_limit = self._limit_s - (now - (self._whole or now))
        seconds = min((now - self._since) / done * (total - done), max(until_limit, 0.0))
        return f" {seconds:.0f} s at most ·"

    def sample(self, made: Sample) -> None:
        """A session yielded a sample."""
        if self._trace:
            stamps = {marker.name: marker.stamp_us for marker in made.markers}
            told = {
                "trace": "sample",
                "config": made.config,
                "index": made.index,
                "flags": made.flags,
                "stamps": stamps,
            }
            click.echo(json.dumps(told), err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
