"""Makes a configuration ready to run: its plugins found, its bundle compiled."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.lifecycle import plugins_zsh
from zshforge.lifecycle.plugins import SYSTEM_FOLDERS, Where, find_plugins, missing_hint
from zshforge.lifecycle.plugins_toml import FILE_NAME, Plugin, read_plugins
from zshforge.model.errors import UsageError, ZfError
from zshforge.model.lifecycle import Built, BuiltPlugin
from zshforge.shell.bundle import build_bundle, can_build
from zshforge.shell.git import Git
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.lifecycle.places import Places


KNOWN_FOLDERS = ("/usr/share", "/usr/share/zsh/plugins", "/usr/local/share", "/opt/homebrew/share")
"""Where module 20 looks for its plugins by itself (``functions/-zf-plugin-find``)."""


class Tools(Struct, frozen=True, kw_only=True):
    """What a build runs."""

    zsh: str
    """The zsh that compiles, and will read what it compiled."""
    search: str
    """``PATH``, in which git is found."""
    system: tuple[str, ...] = SYSTEM_FOLDERS
    """Folders of packages."""


def build(folder: Path, places: Places, tools: Tools, *, settled: bool = False) -> Built:
    """Resolve the plugins of a configuration and compile it, in its own folder.

    Args:
        folder: The configuration (a ZDOTDIR).
        places: Where the user's own ``plugins.toml`` lies, and where plugins from git are kept.
        tools: What is run.
        settled: Nobody edits the files meanwhile.

    Returns:
        What was built.

    Raises:
        UsageError: The folder is no such configuration, or a ``plugins.toml`` is wrong.
        ZfError: A required plugin is missing, or a file cannot be parsed or written; the old bundle is still there.
    """
    if not can_build(folder):
        what = "is no configuration that zf can build: start/walk.zsh is missing"
        raise UsageError(what, where=str(folder), hint="zf install, or zf build --out DIR")
    wanted = read_plugins([folder / FILE_NAME, places.config / FILE_NAME])
    where = Where(
        home=places.home,
        clones=places.plugins,
        git=Git(search=tools.search, home=places.home),
        system=tools.system,
    )
    found = tuple(find_plugins(wanted, where))
    notes = [*_missing(wanted, found), *_write_lines(folder, list(zip(wanted, found, strict=True)))]
    bundle = build_bundle(folder, zsh=tools.zsh, search=tools.search, settled=settled)
    code = bundle.read_bytes()
    return Built(
        folder=str(folder),
        bundle=str(bundle),
        bundle_bytes=len(code),
        bundle_sha256=hashlib.sha256(code).hexdigest(),
        plugins=found,
        notes=tuple(notes),
    )


def _missing(wanted: Sequence[Plugin], found: Sequence[BuiltPlugin]) -> list[str]:
    return [
        f"plugin {plugin.name} is missing. Try: {missing_hint(plugin)}"
        for plugin, built in zip(wanted, found, strict=True)
        if built.source == "missing"
    ]


def _write_lines(folder: Path, plugins: Sequence[tuple[Plugin, BuiltPlugin]]) -> list[str]:
    """Write ``plugins.zsh``, unless somebody else did."""
    file = folder / plugins_zsh.FILE_NAME
    text = plugins_zsh.plugins_text(plugins, known=KNOWN_FOLDERS)
    try:
        if file.exists() and not file.read_text(errors="replace").startswith(plugins_zsh.HEAD):
            return [f"{file} is your own and was left alone; plugins.toml has no effect beside it"]
        if not text:
            file.unlink(missing_ok=True)
        elif not file.exists() or file.read_text() != text:
            atomic_write(file, text.encode())
    except OSError as error:
        raise ZfError(f"cannot be written: {error.strerror}", where=str(file)) from error
    return []
