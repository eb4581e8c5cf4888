"""Empties a file, a line or a plugin in a throw-away copy."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from zshforge.explain.origins import plugin_of
from zshforge.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from zshforge.explain.origins import Origins

_LINE = re.compile(r"(?P<file>.+):(?P<line>[1-9]\d*)")
_PARSE_S = 10


def targets(name: str, files: Iterable[str]) -> tuple[tuple[str, ...], int | None]:
    """What a name stands for.

    Args:
        name: A plugin, a file (its end is enough, if only one has it), or ``FILE:LINE``.
        files: The files that the configuration sources, as the user knows them.

    Returns:
        The files, and the line when one is named.

    Raises:
        UsageError: Nothing, or more than one file, is called so.
    """
    every = list(dict.fromkeys(files))
    plugin = tuple(file for file in every if plugin_of(file) == name)
    if plugin:
        return plugin, None
    match = _LINE.fullmatch(name)
    wanted, line = (match["file"], int(match["line"])) if match else (name, None)
    fitting = [file for file in every if file == wanted] or [f for f in every if f.endswith("/" + wanted)]
    if len(fitting) == 1:
        return (fitting[0],), line
    if not fitting:
        raise UsageError(f"{name} is no file, line or plugin of this start", hint="zf explain blame")
    raise UsageError(f"{name} may be {', '.join(fitting[:5])}", hint="name more of its path")


def empty(found: Sequence[str], line: int | None, origins: Origins, scratch: Path, zsh: str) -> None:
    """Empty files, or one line of one file, in the copy alone.

    Args:
        found: The files, as the user knows them.
        line: The line, or ``None`` for whole files.
        origins: Knows where the copy is.
        scratch: The folder that the copy must lie in.
        zsh: The program that says whether a file without the line can still be read.

    Raises:
        UsageError: A file is not part of the copy, or a line cannot be left out alone.
    """
    for file in found:
        copy = origins.copied(file)
        if copy is None or not copy.resolve().is_relative_to(scratch.resolve()):
            raise UsageError(f"{file} is not part of the copy, and the original is not touched", hint="name another")
        copy.with_name(copy.name + ".zwc").unlink(missing_ok=True)
        if line is None:
            copy.write_bytes(b"")
        else:
            _without_line(copy, file, line, zsh)


def _without_line(copy: Path, file: str, line: int, zsh: str) -> None:
    lines = copy.read_bytes().split(b"\n")
    if line > len(lines):
        raise UsageError(f"{file} has {len(lines)} lines", hint="zf explain blame --by line")
    broken = _unparsable(copy, file, zsh)
    if broken is not None:
        raise UsageError(f"zsh cannot parse it as it is: {broken}", hint="name the whole file")
    lines[line - 1] = b":"
    copy.write_bytes(b"\n".join(lines))
    broken = _unparsable(copy, file, zsh)
    if broken is not None:
        raise UsageError(
            f"{file}:{line} cannot be left out alone: {broken}",
            hint="name the line where the statement begins, or the file",
        )


def _unparsable(copy: Path, file: str, zsh: str) -> str | None:
    """What zsh says of a file that it cannot read, by the name that the user knows; ``None`` when it can."""
    read = subprocess.run([zsh, "-fn", copy], capture_output=True, text=True, timeout=_PARSE_S, check=False)
    if not read.returncode:
        return None
    said = read.stderr.strip() or f"{file}: zsh -n ends with {read.returncode} and says nothing"
    return said.splitlines()[0].replace(str(copy), file)
