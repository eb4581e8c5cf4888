"""What the doctor thinks of what it was told: programs, versions, names; one small function each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.model.doctor import Check

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

#: The oldest Python that the package is made for (pyproject.toml, requires-python).
OLDEST_PYTHON = (3, 11)
#: What the call stack is read through (zsh, Src/exec.c, Src/init.c).
SYMBOLS = ("funcstack", "scriptfilename", "zleactive")
#: Percent of one processor from which another program is worth naming: a fifth shows in medians of milliseconds.
BUSY_PERCENT = 20.0


def ok(name: str, what: str) -> Check:
    """Nothing to do."""
    return Check(name=name, status="ok", what=what)


def warn(name: str, what: str, fix: str) -> Check:
    """Costs trust or a feature."""
    return Check(name=name, status="warn", what=what, fix=fix)


def missing(name: str, what: str, fix: str) -> Check:
    """Nothing can be measured."""
    return Check(name=name, status="missing", what=what, fix=fix)


def unknown(name: str, what: str, fix: str = "") -> Check:
    """Could not be found out."""
    return Check(name=name, status="unknown", what=what, fix=fix)


def python(version: tuple[int, ...]) -> Check:
    """Whether this Python is new enough."""
    text = ".".join(str(number) for number in version)
    if version < OLDEST_PYTHON:
        return missing("python", f"Python {text} is older than 3.11", "run zf with Python 3.11 or newer")
    return ok("python", f"Python {text}")


def tool(name: str, found: str | None, without: str) -> Check:
    """Whether a program is there; ``without`` says what cannot be done without it."""
    return ok(name, found) if found else warn(name, f"not found: {without}", f"install {name}")


def locale(wanted: str, offered: Collection[str] | None) -> Check:
    """Whether the sessions' locale is one that ``locale -a`` offers (``None`` when it could not be asked)."""
    if offered is None:
        return unknown("locale", f"{wanted}; the system does not list its locales")
    if _spelling(wanted) in {_spelling(name) for name in offered}:
        return ok("locale", wanted)
    return warn("locale", f"{wanted} is not installed", "generate it, or set capture.locale to one of `locale -a`")


def symbols(path: str, table: Mapping[str, int]) -> Check:
    """Whether a zsh exports what its call stack is read through."""
    absent = [name for name in SYMBOLS if name not in table]
    if not absent:
        return ok("symbols", f"{path} exports {', '.join(SYMBOLS)}")
    fix = "use the zsh of your distribution; without them, sourced files cannot be timed from outside"
    return warn("symbols", f"{path} does not export {', '.join(absent)}", fix)


def leftovers(folders: Sequence[str], processes: Sequence[str]) -> Check:
    """What killed captures left behind."""
    if not folders and not processes:
        return ok("leftovers", "nothing is left of killed captures")
    found = [
        _counted(len(names), kind, names) for kind, names in (("folder", folders), ("process", processes)) if names
    ]
    return warn("leftovers", f"killed captures left {' and '.join(found)}", "the next zf capture removes them")


def busy(busiest: Sequence[tuple[float, int, str]]) -> Check:
    """Other programs that keep a processor busy: percent of one processor, process number, name."""
    heavy = [f"{name} (pid {pid}, {percent:.0f} %)" for percent, pid, name in busiest if percent >= BUSY_PERCENT]
    if heavy:
        return warn("other programs", f"busy: {', '.join(heavy)}", "end or pause them while measuring")
    return ok("other programs", "none is busy")


def _spelling(name: str) -> str:
    return name.lower().replace("-", "")


def _counted(count: int, kind: str, names: Sequence[str]) -> str:
    plural = {"folder": "folders", "process": "processes"}[kind] if count > 1 else kind
    return f"{count} {plural} ({', '.join(names)})"
