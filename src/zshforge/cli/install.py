"""``zf install``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge import __version__
from zshforge.cli.build import places_of, tools_of
from zshforge.cli.common import here, json_option, print_record

if TYPE_CHECKING:
    from zshforge.cli.common import Here
    from zshforge.lifecycle.installing import Wish


@click.command("install")
@click.option("--home", type=click.Path(path_type=Path), help="Install for this HOME instead of your own.")
@click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
@json_option
def command(home: Path | None, dry_run: bool, as_json: bool) -> None:
    """Put the shipped configuration in place; called again, bring it up to date.

    One file is replaced, `.zshenv`; it is kept, with every other start file, and `zf uninstall` gives it back to the
    byte. Your own lines belong into ~/.config/zshforge/local/pre and post, which nothing of ours ever touches.
    """
    from zshforge.lifecycle.installing import install, plan_text  # noqa: PLC0415  starts nothing until it is asked to
    from zshforge.report.lifecycle import install_text  # noqa: PLC0415  only for this command

    wish = _wish(here(), home)
    if dry_run:
        click.echo(plan_text(wish))
        return
    done = install(wish)
    if as_json:
        print_record(done)
    else:
        click.echo(install_text(done))


def _wish(place: Here, home: Path | None) -> Wish:
    from zshforge.lifecycle.entries import entry_folders  # noqa: PLC0415  starts a zsh
    from zshforge.lifecycle.installing import Wish  # noqa: PLC0415  as above
    from zshforge.shell.config import BUILTIN  # noqa: PLC0415  as above

    places, tools = places_of(place, home), tools_of(place)
    return Wish(
        source=BUILTIN,
        version=__version__,
        places=places,
        folders=entry_folders(places, place.environ, zsh=tools.zsh),
        tools=tools,
    )
