"""What was built and what was installed (``build.v1``, ``installation.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: ``system`` found in a package's folder, ``git`` cloned at a commit, ``path`` as it lies there, ``missing`` nowhere.
PluginSource = Literal["system", "git", "path", "missing"]

#: What stands at a path.
FileKind = Literal["file", "link", "absent"]


class BuiltPlugin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One plugin of ``plugins.toml`` as a build found it."""

    name: str
    """Its name there."""
    source: PluginSource
    """How it was found; ``missing`` is allowed for one that is not required."""
    folder: str | None = None
    """Where it lies; absolute."""
    files: tuple[str, ...] = ()
    """What is sourced of it, absolute, in order."""
    commit: str | None = None
    """The commit, for a plugin from git."""


class Built(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A configuration whose bundle is fresh."""

    schema: Literal["build.v1"] = "build.v1"
    folder: str
    """The configuration (a ZDOTDIR)."""
    bundle: str
    """The one compiled file."""
    bundle_bytes: int
    """Its size in bytes."""
    bundle_sha256: str
    """Its digest; equal files and an equal zsh give an equal one."""
    plugins: tuple[BuiltPlugin, ...] = ()
    """In the order in which they are loaded."""
    notes: tuple[str, ...] = ()
    """What the person should know: a plugin that is missing, a file of theirs that was left alone."""


class KeptFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One start file as it was before the installation."""

    path: str
    """Where it was; absolute."""
    kind: FileKind
    """What it was."""
    backup: str | None = None
    """Where it is kept; ``None`` when there was nothing to keep."""
    sha256: str | None = None
    """The digest of its bytes, or of a link's goal."""
    replaced: bool = False
    """Whether a stub of ours stands in its place now; other start files stay where they are and are not read."""
    stub_sha256: str | None = None
    """The digest of that stub."""


class Installation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an installation did, so that it can be undone to the byte."""

    schema: Literal["installation.v1"] = "installation.v1"
    version: str
    """The version of zshforge that installed."""
    home: str
    """The HOME it was installed for."""
    zdotdir: str
    """The link that ZDOTDIR names; it leads to the current configuration."""
    configuration: str
    """The folder that the link leads to."""
    files: dict[str, str]
    """The digest of each file of the configuration by its name, as it was installed."""
    kept: tuple[KeptFile, ...]
    """Every start file of before."""
    made: tuple[str, ...] = ()
    """Folders that were made for this, the outermost first."""
    notes: tuple[str, ...] = ()
    """What the person should know."""


class Uninstallation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was given back (``uninstallation.v1``)."""

    schema: Literal["uninstallation.v1"] = "uninstallation.v1"
    home: str
    """The HOME it was done for."""
    restored: tuple[str, ...]
    """Start files that are again what they were."""
    removed: tuple[str, ...]
    """Files and folders of ours that are gone."""
    edits: tuple[str, ...] = ()
    """Files in which edits of the person's own are kept."""
