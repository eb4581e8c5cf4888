"""Which files a configuration's shells read, by their real places: one start in a throw-away home, mapped back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from zshforge.integrity.start import Started, StartPlan, may_trace, start
from zshforge.model.integrity import Use
from zshforge.model.settings import Settings
from zshforge.shell.copying import CopyLimits
from zshforge.shell.environment import Terminal, session_environment
from zshforge.shell.home import Home, prepare
from zshforge.shell.leftovers import Scratch
from zshforge.shell.zsh import Zsh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zshforge.shell.config import Config

_NEVER = ("/proc/", "/dev/", "/sys/")
_TOLD = 5  # names in one note
#: A file that was read in more than one way is told by the first of these.
_ORDER: tuple[Use, ...] = ("sourced", "autoloaded", "compiled", "module")


class Surroundings(Struct, frozen=True, kw_only=True):
    """What a start needs besides the configuration."""

    settings: Settings
    zsh: Zsh
    user: str
    scratch: Path
    """Where throw-away folders are made."""


class Observed(Struct, frozen=True, kw_only=True):
    """What was read, by absolute paths of the configuration itself."""

    observed: Literal["system calls", "source trace"]
    files: dict[str, Use]
    fpath: tuple[str, ...]
    functions: tuple[str, ...]
    """Functions that are read when they are called."""
    notes: tuple[str, ...]


def observe(config: Config, around: Surroundings) -> Observed:
    """Start a configuration once and see what it reads.

    Raises:
        SessionFailed: It did not start.
        ZfError: There is no room for the throw-away copy.
    """
    settings = around.settings
    limits = CopyLimits(
        copy_entry_mb=settings.integer("capture.copy_entry_mb"), copy_total_mb=settings.integer("capture.copy_total_mb")
    )
    with Scratch(around.scratch) as scratch:
        (scratch / "place").mkdir()
        (scratch / "control").mkdir()
        home = prepare(config, scratch / "place", limits)
        plan = _plan(home, scratch, around)
        started = start(plan)
        return _mapped(started, _Map(config, home, scratch))


def _plan(home: Home, scratch: Path, around: Surroundings) -> StartPlan:
    settings = around.settings
    columns, rows = settings.integer("capture.columns"), settings.integer("capture.rows")
    environment = session_environment(
        home=home.home,
        zdotdir=home.zdotdir,
        tmp=home.tmp,
        zsh_path=around.zsh.path,
        search_path=settings.text("capture.path"),
        user=around.user,
        host="zf-integrity",
        terminal=Terminal(
            term=settings.text("capture.term"), locale=settings.text("capture.locale"), columns=columns, rows=rows
        ),
        extra={},
    )
    return StartPlan(
        zsh=around.zsh.path,
        environment=environment,
        folder=home.home,
        control=scratch / "control",
        columns=columns,
        rows=rows,
        deadline_s=settings.number("integrity.deadline_s"),
        settle_s=settings.number("integrity.settle_ms") / 1000,
        settle_max_s=settings.number("integrity.settle_max_ms") / 1000,
        traced=may_trace(scratch / "control", environment),
    )


class _Map:
    """From paths of the throw-away home to the configuration's own."""

    def __init__(self, config: Config, home: Home, scratch: Path) -> None:
        self._scratch = os.path.realpath(scratch) + "/"
        self._ours = str(Path(__file__).parent) + "/"
        pairs: list[tuple[Path, Path]] = []
        if config.checkout is not None:
            pairs.append((home.home / config.checkout, config.path))
        elif config.shape == "home_dir":
            pairs.append((home.home, config.path))
        elif config.shape == "zdotdir" and home.zdotdir is not None:
            pairs.append((home.zdotdir, config.path))
        if config.zdotdir is not None and home.zdotdir is not None and not home.zdotdir.is_relative_to(home.home):
            pairs.append((home.zdotdir, config.zdotdir))
        self._pairs = [(name, str(own)) for copy, own in pairs for name in {str(copy), os.path.realpath(copy)}]

    def own(self, path: str) -> str | None:
        """The path in the configuration; ``None`` for what belongs to the session alone."""
        if ".." in path.split("/"):
            path = os.path.realpath(path)
        path = os.path.normpath(path)
        for copy, own in self._pairs:
            if path == copy or path.startswith(copy + "/"):
                return own + path[len(copy) :]
        inside = path.startswith((self._scratch, self._ours, *_NEVER)) or not path.startswith("/")
        return None if inside or os.path.realpath(path).startswith(self._scratch) else path


def _mapped(started: Started, own: _Map) -> Observed:
    files: dict[str, Use] = {}
    made: list[str] = []
    for use in _ORDER:
        for _, asked, real in (row for row in started.files if row[0] == use):
            mapped = [path for path in (own.own(asked), own.own(real)) if path is not None]
            there = [path for path in mapped if os.path.isfile(path)]  # noqa: PTH113  texts
            made += [mapped[0]] if mapped and not there else []
            for path in there:
                files.setdefault(path, use)
    files |= dict.fromkeys(bundled(files), "compiled")
    sources = [path.removesuffix(".zwc") for path, use in files.items() if use == "compiled"]
    # zsh goes back to the source as soon as that is the younger of the two
    files = {**dict.fromkeys((path for path in sources if os.path.isfile(path)), "sourced"), **files}  # noqa: PTH113  thousands of texts, no object for each
    folders = [own.own(folder) for folder in (*started.fpath, *started.directories)]
    return Observed(
        observed=started.observed,
        files=files,
        fpath=tuple(dict.fromkeys(folder for folder in folders if folder and not os.path.isfile(folder))),  # noqa: PTH113  as above
        functions=started.functions,
        notes=_notes(started, sorted(set(made))),
    )


def bundled(files: Iterable[str]) -> list[str]:
    """Compiled files of a bundle beside a ``.zshrc``: it is tied to its inodes, so that a copy of it is not read.

    Args:
        files: What was read.
    """
    folders = [Path(file).parent / "bundle" for file in files if os.path.basename(file) == ".zshrc"]  # noqa: PTH119  as above
    return sorted(str(found) for folder in folders for found in folder.rglob("*.zwc") if found.is_file())


def _notes(started: Started, made: list[str]) -> tuple[str, ...]:
    notes: list[str] = []
    if started.observed == "source trace":
        notes.append(
            "the kernel does not let a start be traced here: a file that is read with its errors thrown away is missed"
        )
    if made:
        more = f" and {len(made) - _TOLD} more" if len(made) > _TOLD else ""
        notes.append(f"not locked, because the start itself wrote them: {', '.join(made[:_TOLD])}{more}")
    return tuple(notes)
