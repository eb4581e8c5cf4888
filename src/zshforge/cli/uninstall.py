"""``zf uninstall``."""

from __future__ import annotations

from pathlib import Path

import click

from zshforge.cli.build import places_of
from zshforge.cli.common import here, json_option, print_record


@click.command("uninstall")
@click.option("--home", type=click.Path(path_type=Path), help="Uninstall from this HOME instead of your own.")
@click.option("--keep-edits", is_flag=True, help="Put what you changed in files of ours beside, instead of refusing.")
@json_option
def command(home: Path | None, keep_edits: bool, as_json: bool) -> None:
    """Give back exactly what was there before `zf install`, and remove what it made.

    It refuses when a file of ours holds edits; --keep-edits puts them beside under a name of their own.
    """
    from zshforge.lifecycle.uninstalling import uninstall  # noqa: PLC0415  only for this command
    from zshforge.report.lifecycle import uninstall_text  # noqa: PLC0415  the same

    done = uninstall(places_of(here(), home), keep_edits=keep_edits)
    if as_json:
        print_record(done)
    else:
        click.echo(uninstall_text(done))
