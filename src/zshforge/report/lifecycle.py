"""What a build, an installation and its removal did, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zshforge.model.lifecycle import Built, Installation, Uninstallation


def build_text(built: Built) -> str:
    """The bundle, the plugins, and what the person should know."""
    lines = [f"built    {built.folder}", f"bundle   {built.bundle_bytes} bytes, sha256 {built.bundle_sha256[:16]}"]
    for plugin in built.plugins:
        commit = f" at {plugin.commit[:10]}" if plugin.commit else ""
        lines.append(f"plugin   {plugin.name}: {plugin.source}{commit} {plugin.folder or ''}".rstrip())
    return "\n".join([*lines, *(f"note     {note}" for note in built.notes)])


def install_text(done: Installation) -> str:
    """Where it lies, what was kept, what to do next."""
    lines = [f"installed {done.version} for {done.home}", f"ZDOTDIR   {done.zdotdir}"]
    for file in done.kept:
        if file.replaced:
            kept = f"; what was there is kept as {file.backup}" if file.backup else "; there was none"
            lines.append(f"replaced  {file.path}{kept}")
        else:
            lines.append(f"not read  {file.path}; it stays as it is, with a copy as {file.backup}")
    lines += [f"note      {note}" for note in done.notes]
    lines.append(
        "next      open a new terminal; ZF_SAFE=1 zsh if it does not start; zf uninstall gives back what was there"
    )
    return "\n".join(lines)


def uninstall_text(done: Uninstallation) -> str:
    """What was given back, what is gone, where edits are."""
    lines = [f"given back {path}" for path in done.restored]
    lines += [f"removed    {path}" for path in done.removed]
    lines += [f"your edit  {path}" for path in done.edits]
    return "\n".join(lines or ["nothing had to be done"])
