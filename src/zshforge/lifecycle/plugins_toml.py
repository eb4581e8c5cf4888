"""Reads ``plugins.toml``: which plugins, from where, in which phase and order."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct

from zshforge.model.errors import UsageError, ZfError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE_NAME = "plugins.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")


class Plugin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ``[[plugin]]``."""

    name: str
    """Its name; of two tables with one name the later counts."""
    system: str | None = None
    """The name of a package's folder."""
    git: str | None = None
    """Where it is cloned from."""
    commit: str | None = None
    """Which commit, 40 hexadecimal digits."""
    path: str | None = None
    """A folder, or a file; ``~/`` is HOME."""
    files: tuple[str, ...] = ()
    """What is sourced, relative to its folder; empty means the usual names."""
    fpath: tuple[str, ...] = ()
    """Folders of it that join fpath."""
    phase: Literal["plugins", "module"] = "plugins"
    """Sourced between the phases, or only made known to module 20, which loads it."""
    order: int = 50
    """Lower ones come first; equal ones in the order of the file."""
    required: bool = False
    """Whether a build fails without it."""
    enabled: bool = True
    """Whether it is loaded at all."""


class _Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    plugin: tuple[Plugin, ...] = ()


def read_plugins(files: Sequence[Path]) -> tuple[Plugin, ...]:
    """Every plugin that is to be loaded, in its order.

    Args:
        files: The files that are there count, later ones over earlier ones.

    Raises:
        UsageError: A file is not what it should be; names the file and the table.
    """
    found: dict[str, Plugin] = {}
    for file in files:
        if file.is_file():
            found |= {plugin.name: plugin for plugin in _read(file)}
    return tuple(sorted((plugin for plugin in found.values() if plugin.enabled), key=lambda plugin: plugin.order))


def _read(file: Path) -> tuple[Plugin, ...]:
    try:
        plugins = msgspec.convert(tomllib.loads(file.read_text()), _Document).plugin
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"is not TOML: {error}", where=str(file)) from error
    except msgspec.ValidationError as error:
        raise UsageError(f"is not a list of plugins: {error}", where=str(file), hint="docs/installing.md") from error
    except OSError as error:
        raise ZfError(f"cannot be read: {error.strerror}", where=str(file)) from error
    for plugin in plugins:
        wrong = _complaint(plugin)
        if wrong:
            raise UsageError(f"plugin {plugin.name!r}: {wrong}", where=str(file), hint="docs/installing.md")
    return plugins


def _complaint(plugin: Plugin) -> str:
    """What is wrong with one table; empty when nothing is."""
    sources = [one for one in (plugin.system, plugin.git, plugin.path) if one is not None]
    inside = (*plugin.files, *plugin.fpath)
    rules = (
        (bool(_NAME.fullmatch(plugin.name)), "a name consists of letters, digits and . _ + -"),
        (not plugin.enabled or len(sources) == 1, "name exactly one of system, git and path"),
        ((plugin.git is None) == (plugin.commit is None), "git and commit go together: a branch moves"),
        (bool(_COMMIT.fullmatch(plugin.commit or "0" * 40)), "a commit has 40 hexadecimal digits (git rev-parse HEAD)"),
        (bool(_NAME.fullmatch(plugin.system or "x")), "system wants the name of a folder, not a path"),
        (not any(name.startswith("/") or ".." in name.split("/") for name in inside), "files and fpath lie inside"),
    )
    return next((words for holds, words in rules if not holds), "")
