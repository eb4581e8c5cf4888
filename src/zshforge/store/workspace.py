"""Where settings are read from and where artifacts lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from zshforge.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "zf.toml"


class Workspace(NamedTuple):
    """The folder that artifacts belong to, and its ``zf.toml`` when it has one."""

    root: Path
    file: Path | None = None

    @property
    def artifacts(self) -> Path:
        """The folder above all artifacts; its files come and go as a whole."""
        return self.root / "artifacts"

    @property
    def metrics(self) -> Path:
        """Runs, baselines, segments."""
        return self.artifacts / "metrics"

    @property
    def recordings(self) -> Path:
        """What terminals showed."""
        return self.artifacts / "recordings"

    @property
    def cache(self) -> Path:
        """Runs that may be used again."""
        return self.artifacts / "cache"

    @property
    def badges(self) -> Path:
        """Badges, as JSON and as pictures."""
        return self.artifacts / "badges"

    @property
    def reports(self) -> Path:
        """Reports for people."""
        return self.artifacts / "reports"


def find_workspace(cwd: Path, environ: Mapping[str, str]) -> Workspace:
    """The nearest folder with a ``zf.toml``, else the state folder of the XDG rules; makes nothing.

    Args:
        cwd: Where to start looking, absolute; its parents follow.
        environ: ``XDG_STATE_HOME`` and ``HOME`` are looked at.

    Raises:
        UsageError: There is neither such a folder nor a home.
    """
    for folder in (cwd, *cwd.parents):
        if (folder / FILE_NAME).is_file():
            return Workspace(folder, folder / FILE_NAME)
    state = _xdg_folder(environ, "XDG_STATE_HOME", ".local/state")
    if state is None:
        raise UsageError(
            "HOME is not set, so there is no place for artifacts", hint=f"set it, or make a {FILE_NAME} here"
        )
    return Workspace(state)


def user_settings_file(environ: Mapping[str, str]) -> Path | None:
    """The user's own ``zf.toml``, whether it exists or not; ``None`` without a home."""
    folder = _xdg_folder(environ, "XDG_CONFIG_HOME", ".config")
    return None if folder is None else folder / FILE_NAME


def _xdg_folder(environ: Mapping[str, str], variable: str, below_home: str) -> Path | None:
    named = Path(environ.get(variable, ""))
    if named.is_absolute():
        return named / "zshforge"
    home = environ.get("HOME")
    return Path(home) / below_home / "zshforge" if home else None
