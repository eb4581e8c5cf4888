"""Where an installation lies: the folders of the XDG rules, below one HOME."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping


class Places(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The folders of one installation; none need exist."""

    home: Path
    """Whose shell it is."""
    data: Path
    """Configurations and plugins."""
    state: Path
    """What an installation did, and what it replaced; not a cache."""
    config: Path
    """The user's own lines and ``plugins.toml``; never written to."""
    cache: Path
    """What the shell can make anew."""

    @property
    def zdotdir(self) -> Path:
        """The link that ZDOTDIR names: its goal is changed as a whole."""
        return self.data / "zsh"

    @property
    def configurations(self) -> Path:
        """The folders that the link may lead to, each named by its digest."""
        return self.data / "configurations"

    @property
    def plugins(self) -> Path:
        """Plugins from git, one folder for each commit."""
        return self.data / "plugins"

    @property
    def record(self) -> Path:
        """What the installation did."""
        return self.state / "install" / "installation.json"

    @property
    def made(self) -> Path:
        """Which folders were made for an installation, one a line; written before anything else."""
        return self.state / "install" / "made"

    @property
    def kept(self) -> Path:
        """The start files of before, by their names."""
        return self.state / "install" / "kept"


def find_places(home: Path, environ: Mapping[str, str]) -> Places:
    """The folders of a user.

    Args:
        home: HOME, absolute.
        environ: The ``XDG_*`` variables count when its HOME is this one; they say nothing about another's.
    """
    own = environ if environ.get("HOME") and Path(environ["HOME"]) == home else {}

    def place(variable: str, below: str) -> Path:
        named = Path(own.get(variable, ""))
        return (named if named.is_absolute() else home / below) / "zshforge"

    return Places(
        home=home,
        data=place("XDG_DATA_HOME", ".local/share"),
        state=place("XDG_STATE_HOME", ".local/state"),
        config=place("XDG_CONFIG_HOME", ".config"),
        cache=place("XDG_CACHE_HOME", ".cache"),
    )
