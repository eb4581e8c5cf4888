"""What commands share: where they are, what is set, and how a record leaves."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from zshforge.model.schema import encode
from zshforge.model.settings import Settings, load_settings
from zshforge.shell.mounts import temporary_folder
from zshforge.store.workspace import Workspace, find_workspace, user_settings_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from msgspec import Struct
    from rich.console import RenderableType

#: ``--json`` for a command, as the argument ``as_json``.
json_option = click.option("--json", "as_json", is_flag=True, help="Print the record as JSON.")


class Here(NamedTuple):
    """Where a command runs; the one place that reads the process's environment and current folder.

    Attributes:
        cwd: The current folder.
        environ: The environment, as it was at the start of the command.
        workspace: Where artifacts lie.
        settings: Every setting, resolved.
    """

    cwd: Path
    environ: Mapping[str, str]
    workspace: Workspace
    settings: Settings


def here(overrides: Mapping[str, object] | None = None) -> Here:
    """Looks at the environment, the current folder and the settings files.

    Args:
        overrides: Values of flags by setting name; ``None`` for a flag that was not given.

    Raises:
        UsageError: A setting is not usable, or there is no place for artifacts.
    """
    cwd, environ = Path.cwd(), dict(os.environ)
    workspace = find_workspace(cwd, environ)
    settings = load_settings(
        environ=environ,
        workspace_file=workspace.file,
        user_file=user_settings_file(environ),
        overrides=overrides,
    )
    return Here(cwd, environ, workspace, settings)


def print_record(record: Struct) -> None:
    """Prints a registered record as JSON on standard output."""
    click.echo(encode(record), nl=False)


def print_screen(render: Callable[[int], RenderableType]) -> None:
    """Prints what is made for the width of the terminal on standard output."""
    from rich.console import Console  # noqa: PLC0415  heavy

    console = Console(highlight=False)
    console.print(render(console.width), soft_wrap=True)


def lock_path(scratch: Path) -> Path:
    """One lock for all captures of a user on a machine, whatever their workspaces."""
    return scratch / f"zshforge-{os.getuid()}.lock"


def scratch_folder(place: Here) -> Path:
    """Where throw-away folders are made."""
    given = place.environ.get("TMPDIR")
    return Path(given) if given else temporary_folder()
