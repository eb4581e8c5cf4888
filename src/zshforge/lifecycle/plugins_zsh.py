"""Writes ``plugins.zsh``: the lines that load plugins, nothing looked up any more."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.lifecycle.plugins_toml import Plugin
    from zshforge.model.lifecycle import BuiltPlugin

FILE_NAME = "plugins.zsh"
HEAD = "# Written by zf build from plugins.toml; what is changed here is lost with the next build."
"""The first line; a file with another one belongs to the person."""

_SOURCE = "[[ -r {0} ]] && source {0}"


def plugins_text(plugins: Sequence[tuple[Plugin, BuiltPlugin]], known: Sequence[str]) -> str:
    """The lines for all plugins; empty when there is nothing that the modules would not find by themselves.

    Args:
        plugins: What was asked for, with what was found, in order.
        known: Folders in which module 20 looks for its plugins by itself.
    """
    lines = [line for plugin, found in plugins if found.folder for line in _lines(plugin, found, known)]
    return "\n".join([HEAD, *lines, ""]) if lines else ""


def _lines(plugin: Plugin, found: BuiltPlugin, known: Sequence[str]) -> Iterator[str]:
    folder = str(found.folder)
    if plugin.fpath:
        yield "fpath+=(" + " ".join(shlex.quote(f"{folder}/{name}") for name in plugin.fpath) + ")"
    if plugin.phase == "module":
        if not any(file.rpartition("/")[0] == f"{top}/{plugin.name}" for top in known for file in found.files):
            yield f"typeset -gA _zf_plugin_path; _zf_plugin_path[{plugin.name}]={shlex.quote(found.files[0])}"
        return
    yield f"_zsh_perf_segment_start {plugin.name} plugins"
    yield from (_SOURCE.format(shlex.quote(file)) for file in found.files if file != folder)
    yield f"_zsh_perf_segment_end {plugin.name}"
