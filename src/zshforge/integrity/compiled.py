"""What compiled files are to their sources: made of them, older, something else, or alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from zshforge.shell.wordcode import Compiled as Content
from zshforge.shell.wordcode import compile_sources, read_compiled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zshforge.model.integrity import Compiled
    from zshforge.shell.zsh import Zsh

_LARGEST = 1 << 26  # bytes: the completion functions of a whole system compile to a thirtieth of it


def judge_compiled(paths: Iterable[str], zsh: Zsh, scratch: Path) -> dict[str, Compiled]:
    """Compare compiled files with what zsh makes of their sources now.

    Args:
        paths: Absolute paths of regular files that end with ``.zwc``.
        zsh: The shell that would run them.
        scratch: Where to compile.
    """
    contents = {path: _content(path) for path in paths}
    sources = {path: _sources(path, content) for path, content in contents.items() if content is not None}
    wanted = sorted({source for found in sources.values() for source in found if source is not None})
    made = compile_sources(wanted, zsh, scratch) if wanted else {}
    return {path: _judged(path, content, sources.get(path, []), made, zsh) for path, content in contents.items()}


def is_older(compiled: str, source: str) -> bool:
    """Whether zsh ignores a compiled file because its source is younger; it compares whole seconds (Src/parse.c)."""
    try:
        return int(os.stat(compiled).st_mtime) < int(os.stat(source).st_mtime)  # noqa: PTH116  texts
    except OSError:
        return False


def source_of(compiled: str) -> str | None:
    """The file that a compiled file stands beside, when it stands for one file alone."""
    source = compiled.removesuffix(".zwc")
    return source if os.path.isfile(source) else None  # noqa: PTH113  texts


def _content(path: str) -> Content | None:
    try:
        if os.path.getsize(path) > _LARGEST:  # noqa: PTH202  texts
            return None
        return read_compiled(Path(path).read_bytes())
    except OSError:
        return None


def _sources(path: str, content: Content) -> list[str | None]:
    """Where the source of each program lies: beside the file, in the folder of the same name, or above a bundle."""
    own = path.removesuffix(".zwc")
    beside, above = os.path.dirname(path), os.path.dirname(os.path.dirname(path))  # noqa: PTH120  texts
    folders = [own, beside, *([above] if os.path.basename(beside) == "bundle" else [])]  # noqa: PTH119  texts
    if os.path.isfile(own) and len(content.programs) == 1:  # noqa: PTH113  texts
        return [own]
    return [_first(folders, program.name) for program in content.programs]


def _first(folders: list[str], name: str) -> str | None:
    places = [os.path.join(folder, name) for folder in folders]  # noqa: PTH118  texts
    return next((place for place in places if name and os.path.isfile(place)), None)  # noqa: PTH113  texts


def _judged(
    path: str, content: Content | None, sources: list[str | None], made: dict[str, Content], zsh: Zsh
) -> Compiled:
    if content is None:
        return "foreign"
    known = [source for source in sources if source is not None]
    if not known:
        return "alone"
    if content.version != zsh.text:
        return "other_version"
    pairs = zip(content.programs, sources, strict=True)
    if all(s in made and made[s].programs[0][1:] == program[1:] for program, s in pairs if s is not None):
        return "source" if len(known) == len(sources) else "foreign"
    return "stale" if all(is_older(path, source) for source in known) else "foreign"
