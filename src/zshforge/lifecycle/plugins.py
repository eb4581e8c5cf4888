"""Finds the plugins of ``plugins.toml`` on this machine; clones those that come from git."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.lifecycle.cloning import clone_commit
from zshforge.model.errors import ZfError
from zshforge.model.lifecycle import BuiltPlugin
from zshforge.shell.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zshforge.lifecycle.plugins_toml import Plugin

SYSTEM_FOLDERS = (
    "/usr/share",  # Debian, Ubuntu, Fedora, openSUSE
    "/usr/share/zsh/plugins",  # Arch, Alpine
    "/usr/share/zsh",
    "/opt/homebrew/share",
    "/usr/local/share",  # Homebrew on Intel, FreeBSD
    "/home/linuxbrew/.linuxbrew/share",
)
"""Where packages put plugins, each in a folder of its name."""

GET = "apt, dnf, pacman or brew install {}"


class Where(Struct, frozen=True, kw_only=True):
    """Where plugins are looked for."""

    home: Path
    """For ``~/``."""
    clones: Path
    """Where plugins from git are kept."""
    git: Git
    system: tuple[str, ...] = SYSTEM_FOLDERS
    """Folders of packages, the first that has the plugin counts."""


def find_plugins(plugins: Iterable[Plugin], where: Where) -> Iterator[BuiltPlugin]:
    """Where each plugin lies, and what is sourced of it.

    Raises:
        ZfError: A plugin that is required is missing, or git failed for it.
    """
    for plugin in plugins:
        found = _find(plugin, where)
        if found.source == "missing" and plugin.required:
            raise ZfError(f"plugin {plugin.name} is required and missing", hint=missing_hint(plugin))
        yield found


def missing_hint(plugin: Plugin) -> str:
    """What to do about a plugin that is nowhere."""
    if plugin.system is not None:
        return GET.format(plugin.system)
    return f"put it at {plugin.path}" if plugin.path else f"see whether {plugin.git} can be reached"


def _find(plugin: Plugin, where: Where) -> BuiltPlugin:
    for folder in _folders(plugin, where):
        files = _files(plugin, folder)
        if files:
            return BuiltPlugin(
                name=plugin.name,
                source="system" if plugin.system else "git" if plugin.git else "path",
                folder=str(folder if folder.is_dir() else folder.parent),
                files=files,
                commit=plugin.commit,
            )
    return BuiltPlugin(name=plugin.name, source="missing", commit=plugin.commit)


def _folders(plugin: Plugin, where: Where) -> Iterator[Path]:
    if plugin.system is not None:
        yield from (Path(top, plugin.system) for top in where.system)
    elif plugin.path is not None:
        path = where.home / plugin.path[2:] if plugin.path.startswith("~/") else Path(plugin.path)
        yield Path(os.path.abspath(where.home / path))  # noqa: PTH100  keeps links, unlike Path.resolve
    elif plugin.git is not None and plugin.commit is not None:
        yield clone_commit(plugin.git, plugin.commit, where.clones / f"{plugin.name}-{plugin.commit}", git=where.git)


def _files(plugin: Plugin, folder: Path) -> tuple[str, ...]:
    """What is sourced; empty when something of it is missing."""
    if folder.is_file():
        return (str(folder),)
    if not folder.is_dir():
        return ()
    if plugin.files:
        named = [folder / name for name in plugin.files]
        return tuple(map(str, named)) if all(file.is_file() for file in named) else ()
    usual = [folder / f"{plugin.name}.plugin.zsh", folder / f"{plugin.name}.zsh", folder / "init.zsh"]
    found = next((file for file in (*usual, *sorted(folder.glob("*.plugin.zsh"))) if file.is_file()), None)
    if found is None and plugin.fpath:
        return (str(folder),)  # nothing to source: it only adds to fpath
    return () if found is None else (str(found),)
