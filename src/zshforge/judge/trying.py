"""Tries the gate on purpose: a copy of a configuration against itself, and against one that is known to be slower."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from zshforge.capture.limits import copy_limits
from zshforge.capture.stage import standing
from zshforge.judge.comparing import compare
from zshforge.model.errors import UsageError
from zshforge.shell.home import prepare
from zshforge.shell.leftovers import Scratch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zshforge.capture.campaign import Progress, Request
    from zshforge.model.comparison import Comparison, Rules
    from zshforge.shell.config import Config

_HUNDREDTH_MS = 10  # zselect waits in hundredths of a second
_SEEDS_APART = 10  # a comparison that is confirmed takes the next seed, too


class Tried(NamedTuple):
    """One comparison, and what its second side is known to be slower by.

    Attributes:
        made: The comparison.
        injected_ms: ``None`` when both sides are the same.
    """

    made: Comparison
    injected_ms: float | None


def try_gate(request: Request, rules: Rules, same: int, injected_ms: int, progress: Progress) -> Iterator[Tried]:
    """Measure, one comparison after the other.

    Args:
        request: Its first configuration is copied, and the copies are measured.
        rules: What the comparisons are judged by.
        same: How many of a copy with itself.
        injected_ms: How much the other copy waits at the beginning of its ``.zshrc``; whole hundredths of a second.
        progress: Told of every session.

    Raises:
        SessionFailed: A copy yielded no sample at all.
        UsageError: The configuration cannot be copied as a whole.
    """
    config = request.configs[0]
    with standing(request) as shared, Scratch(request.scratch) as folder:
        hundredths = max(1, round(injected_ms / _HUNDREDTH_MS))
        plain = _copy(config, folder / "plain", request, "")
        slower = _copy(config, folder / "slower", request, _wait(hundredths))
        slower = replace(slower, label=f"{config.label} + {hundredths * _HUNDREDTH_MS} ms")
        pairs = [(plain, plain)] * same + [(plain, slower)]
        for number, sides in enumerate(pairs):
            # copies of copies: their screens show nothing that the user's own would not
            asked = replace(shared, configs=sides, seed=request.seed + number * _SEEDS_APART, recordings=None)
            known = float(hundredths * _HUNDREDTH_MS) if sides[1] is slower else None
            yield Tried(compare(asked, rules, "observe", progress), known)


def _wait(hundredths: int) -> str:
    return f"() {{ emulate -L zsh; zmodload zsh/zselect && zselect -t {hundredths}; return 0 }}\n"


def _copy(config: Config, place: Path, request: Request, first: str) -> Config:
    """A configuration with lines at the beginning of its ``.zshrc``, in a place of its own."""
    place.mkdir()
    if config.zdotdir is not None and not config.zdotdir.is_relative_to(config.path):
        raise UsageError("ZDOTDIR lies outside HOME", where=config.label, hint="name that folder: zdotdir:PATH")
    home = prepare(config, place, copy_limits(request.settings))
    folder = home.zdotdir or home.home
    start = folder / ".zshrc"
    text = start.read_bytes() if start.exists() else b""
    start.unlink(missing_ok=True)  # it may be a link to the user's own
    start.with_name(".zshrc.zwc").unlink(missing_ok=True)
    start.write_bytes(first.encode() + text)
    shape = "zdotdir" if config.shape == "file" else config.shape
    return replace(
        config,
        kind=shape,
        shape=shape,
        path=home.home if shape == "home_dir" else folder,
        zdotdir=home.zdotdir if shape == "home_dir" else None,
        repo=None,
        rev=None,
        tree=None,
        git=None,
        checkout=None,
        links=(),
    )
