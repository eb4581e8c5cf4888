"""Mechanical changes for advice: tried on a copy, shown as a difference, made as a whole or not at all."""

from __future__ import annotations

import difflib
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from zshforge.model.advice import Fixed, Fixes
from zshforge.model.errors import ZfError
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zshforge.model.advice import Advice, Edit

_PATIENCE_S = 30
_COMPILE = "zcompile -R -- $1 $2"


class _Planned(Struct, frozen=True, kw_only=True):
    """One file with its new text."""

    name: str
    path: Path
    old: str
    new: str
    mode: int
    codes: tuple[str, ...]


def fixes(config: str, advice: Sequence[Advice], *, zsh: str, write: bool) -> Fixes:
    """What the mechanical changes of findings are, and on request make them.

    Args:
        config: The configuration's name.
        advice: Findings, the most important first: of two changes of one line the first is made.
        zsh: The program that reads the new text, and compiles.
        write: Whether files are changed; the old ones stay beside them.

    Raises:
        ZfError: A file changed since it was looked at, or cannot be read any more with its change; nothing is written.
    """
    chosen, left = _chosen(advice)
    planned = [_planned(name, rows, Path(name)) for name, rows in chosen.items()]
    for one in planned:
        _check(one, zsh)
    done = [_made(one) if write else _shown(one) for one in planned]
    compiles = {file: one.code for one in advice if one.fix for file in one.fix.compiles}
    done += [
        Fixed(file=file, codes=(code,), diff="", written=write and _compile(file, zsh))
        for file, code in compiles.items()
    ]
    return Fixes(config=config, files=tuple(done), left=tuple(dict.fromkeys(left)))


def change_copy(advice: Sequence[Advice], place: Callable[[str], Path | None], zsh: str) -> tuple[str, ...]:
    """Make the mechanical changes of findings in a throw-away copy.

    Args:
        advice: Findings.
        place: Where the copy of a file is; ``None`` for one that has none, which is then left out.
        zsh: The program that reads the new text, and compiles.

    Returns:
        What was changed, as ``FILE:LINE`` or ``FILE.zwc``.

    Raises:
        ZfError: A file differs from what was looked at, or cannot be read any more with its change.
    """
    chosen, _ = _chosen(advice)
    places = {name: path for name in chosen if (path := place(name)) is not None}
    for one in [_planned(name, chosen[name], path) for name, path in places.items()]:
        _check(one, zsh)
        atomic_write(one.path, one.new.encode("utf-8", "surrogateescape"))
    compiles = {file: place(file) for one in advice if one.fix for file in one.fix.compiles}
    compiled = [file for file, path in compiles.items() if path is not None and _compile(str(path), zsh)]
    lines = [f"{edit.file}:{edit.line}" for name in places for _, edit in chosen[name]]
    return (*lines, *(f"{file}.zwc" for file in compiled))


def within(scratch: Path, place: Callable[[str], Path | None]) -> Callable[[str], Path | None]:
    """The same places without those that a link leads out of a folder: a copied HOME has links to the originals."""
    top = scratch.resolve()

    def inside(file: str) -> Path | None:
        path = place(file)
        return path if path is not None and path.parent.resolve().is_relative_to(top) else None

    return inside


def _chosen(advice: Iterable[Advice]) -> tuple[dict[str, list[tuple[str, Edit]]], list[str]]:
    """The edits of each file with their rules, and the rules of findings that are not among them."""
    found: dict[str, list[tuple[str, Edit]]] = {}
    left: list[str] = []
    taken: set[tuple[str, int]] = set()
    for one in advice:
        edits = one.fix.edits if one.fix else ()
        lines = {(edit.file, edit.line + index) for edit in edits for index in range(len(edit.remove))}
        if one.fix is None or lines & taken:
            left.append(one.code)
            continue
        taken |= lines
        for edit in edits:
            found.setdefault(edit.file, []).append((one.code, edit))
    return found, left


def _planned(name: str, rows: Sequence[tuple[str, Edit]], path: Path) -> _Planned:
    try:
        old, mode = path.read_bytes().decode("utf-8", "surrogateescape"), path.stat().st_mode & 0o7777
    except OSError as error:
        raise ZfError(f"cannot be read: {error.strerror}", where=name, hint="zf explain again") from error
    lines = old.split("\n")
    for _, edit in sorted(rows, key=lambda row: -row[1].line):
        begin, end = edit.line - 1, edit.line - 1 + len(edit.remove)
        if tuple(lines[begin:end]) != edit.remove:
            raise ZfError(f"line {edit.line} changed since it was looked at", where=name, hint="zf explain again")
        lines[begin:end] = edit.insert
    codes = tuple(dict.fromkeys(code for code, _ in rows))
    return _Planned(name=name, path=path, old=old, new="\n".join(lines), mode=mode, codes=codes)


def _check(one: _Planned, zsh: str) -> None:
    """Let zsh read both texts; one that it could not read before is not held against the change."""
    with tempfile.TemporaryDirectory(prefix="zf-fix-") as folder:
        read = []
        for text in (one.old, one.new):
            copy = Path(folder, "copy.zsh")
            copy.write_bytes(text.encode("utf-8", "surrogateescape"))
            read.append(_run([zsh, "-fn", str(copy)]).replace(str(copy), one.name))
    if read[1] and not read[0]:
        raise ZfError(f"cannot be read with its change: {read[1]}", where=one.name, hint="change it by hand")


def _run(words: Sequence[str]) -> str:
    """The first line that a failing command printed; nothing when it went well."""
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
    )
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[0]


def _shown(one: _Planned) -> Fixed:
    old, new = (text.splitlines(keepends=True) for text in (one.old, one.new))
    return Fixed(file=one.name, codes=one.codes, diff="".join(difflib.unified_diff(old, new, one.name, one.name)))


def _made(one: _Planned) -> Fixed:
    path = one.path
    kept = _unused(path)
    shutil.copy2(path, kept)
    goal = path.resolve()
    atomic_write(goal, one.new.encode("utf-8", "surrogateescape"))
    goal.chmod(one.mode)
    return replace(_shown(one), written=True, kept=str(kept))


def _unused(path: Path) -> Path:
    number, kept = 2, path.with_name(f"{path.name}.before-zf")
    while kept.exists() or kept.is_symlink():
        kept, number = path.with_name(f"{path.name}.before-zf-{number}"), number + 1
    return kept


def _compile(file: str, zsh: str) -> bool:
    path = Path(file)
    made = path.with_name(f".{path.name}.zf-new.zwc")
    try:
        failed = _run([zsh, "-fc", _COMPILE, "zf", str(made), file])
        if failed:
            raise ZfError(f"cannot be compiled: {failed}", where=file, hint="leave it as it is")
        made.replace(path.with_name(path.name + ".zwc"))
    finally:
        made.unlink(missing_ok=True)
    return True
