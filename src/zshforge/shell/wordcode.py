"""Compiled files (``.zwc``): what is in them, and whether zsh makes the same of their sources.

The layout is that of Src/parse.c (``struct fdhead``, ``FD_PRELEN``), the same since 3.1.9: a prelude of twelve words
(magic number, flags with the place of the other byte order's half, version), then one head for each program (start and
length of its code, number of patterns, place of its texts, length of the head, flags, name), then the code.
"""

from __future__ import annotations

import os
import struct
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.shell.zsh import Zsh

_WORD = 4
_PRELUDE = 12
_HEAD = struct.Struct("=6I")
_MAGIC = 0x04050607
_MOST = 100_000  # heads; more are a damaged file
LIMIT_S = 60.0
"""Seconds that compiling has for all files together; a thousand take below two."""

# reads pairs of a target and a source, and parses; nothing of a source is run
_COMPILE = r"""
builtin setopt no_aliases
while (( $# >= 2 )); do builtin zcompile -U -- "$1" "$2" 2>/dev/null; builtin shift 2; done
"""


class Program(NamedTuple):
    """One compiled function or file, without the path that it was compiled under."""

    name: str
    patterns: int
    texts: int
    flags: int
    code: bytes


class Compiled(NamedTuple):
    """What a compiled file holds."""

    version: str
    programs: tuple[Program, ...]


def read_compiled(data: bytes) -> Compiled | None:
    """The half of a compiled file that this machine's zsh would run; ``None`` when it is damaged."""
    try:
        return _half(data)
    except (struct.error, ValueError):
        return None


def _half(data: bytes) -> Compiled | None:
    magic, packed = struct.unpack_from("=2I", data)
    if magic != _MAGIC:
        other = int.from_bytes(data[5:8], "little")
        data = data[other:]
        if struct.unpack_from("=I", data)[0] != _MAGIC:
            return None
    del packed
    version = data[2 * _WORD : _PRELUDE * _WORD].split(b"\0", 1)[0].decode("ascii")
    end = struct.unpack_from("=I", data, _PRELUDE * _WORD)[0]
    programs: list[Program] = []
    place = _PRELUDE
    while place < end and len(programs) < _MOST:
        start, length, patterns, texts, head, flags = _HEAD.unpack_from(data, place * _WORD)
        name = data[(place * _WORD) + _HEAD.size : (place + head) * _WORD].split(b"\0", 1)[0]
        code = data[start * _WORD : start * _WORD + length]
        if not head or len(code) != length:
            return None
        programs.append(Program(os.fsdecode(name.rpartition(b"/")[2]), patterns, texts, flags & 3, code))
        place += head
    return Compiled(version, tuple(programs))


def compile_sources(sources: Sequence[str], zsh: Zsh, scratch: Path) -> dict[str, Compiled]:
    """What zsh makes of each source; those that it cannot parse, or that are no files, are left out.

    Args:
        sources: Absolute paths of regular files.
        zsh: The shell.
        scratch: Where a folder may be made for a moment.
    """
    done: dict[str, Compiled] = {}
    with tempfile.TemporaryDirectory(dir=scratch, prefix="zf-compile-") as folder:
        targets = [f"{folder}/{number}.zwc" for number in range(len(sources))]
        words = [word for pair in zip(targets, sources, strict=True) for word in pair]
        for begin in range(0, len(words), 1000):  # far below what one command line holds
            _run(zsh, words[begin : begin + 1000])
        for source, target in zip(sources, targets, strict=True):
            made = read_compiled(Path(target).read_bytes()) if Path(target).is_file() else None
            if made is not None:
                done[source] = made
    return done


def _run(zsh: Zsh, words: Sequence[str]) -> None:
    try:
        subprocess.run(
            [zsh.path, "-f", "-c", _COMPILE, "zf-compile", *words],
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=LIMIT_S,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return  # what was not compiled is not known
