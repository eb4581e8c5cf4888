"""``zf build``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import here, json_option, print_record
from zshforge.model.errors import UsageError

if TYPE_CHECKING:
    from zshforge.cli.common import Here
    from zshforge.lifecycle.building import Tools
    from zshforge.lifecycle.places import Places


@click.command("build")
@click.argument("config", required=False)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Copy the configuration to this folder and build it there."
)
@json_option
def command(config: str | None, out: Path | None, as_json: bool) -> None:
    """Find the plugins of a configuration, and compile all that a start reads into one file.

    CONFIG is a folder of the shipped kind, or `builtin`, which needs --out. Without CONFIG it is the installed one.
    A file that changes afterwards is read as it is, and the shell compiles anew by itself once its prompt stands.
    """
    from zshforge.lifecycle.building import build  # noqa: PLC0415  loads tomllib
    from zshforge.report.lifecycle import build_text  # noqa: PLC0415  only for this command

    place = here()
    places = places_of(place, None)
    built = build(_folder(place, places, config, out), places, tools_of(place))
    if as_json:
        print_record(built)
    else:
        click.echo(build_text(built))


def places_of(place: Here, home: Path | None) -> Places:
    """The folders of an installation for a HOME; the user's own when none is named."""
    from zshforge.lifecycle.places import find_places  # noqa: PLC0415  only for commands of this kind

    named = home or Path(place.environ.get("HOME", ""))
    whole = place.cwd / named
    if not str(named) or str(named) == "." or not whole.is_dir():
        raise UsageError("HOME is not a folder", where=str(whole), hint="--home DIR")
    return find_places(whole, place.environ)


def tools_of(place: Here) -> Tools:
    """The zsh and the search path of the user."""
    from zshforge.lifecycle.building import Tools  # noqa: PLC0415  as above
    from zshforge.shell.zsh import find_zsh  # noqa: PLC0415  starts a zsh

    search = place.environ.get("PATH", "")
    return Tools(zsh=find_zsh(search, None).path, search=search)


def _folder(place: Here, places: Places, config: str | None, out: Path | None) -> Path:
    from zshforge.lifecycle.installing import copy_configuration  # noqa: PLC0415  as above
    from zshforge.shell.config import BUILTIN  # noqa: PLC0415  as above

    if config is None:
        source = places.zdotdir if places.zdotdir.is_dir() else BUILTIN
    else:
        source = BUILTIN if config == "builtin" else place.cwd / config
    if out is None and source == BUILTIN:
        hint = "zf install, or zf build builtin --out DIR"
        raise UsageError("the shipped configuration is built where it is installed", hint=hint)
    return source if out is None else copy_configuration(source, place.cwd / out)
