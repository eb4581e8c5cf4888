"""``zf settings``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zshforge.cli.common import here, json_option, print_record
from zshforge.model.settings import settings_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.setting import Value
    from zshforge.model.settings import SettingsReport


@click.command("settings")
@json_option
def command(as_json: bool) -> None:
    """Show every setting: its value, its unit, who set it, and what it means.

    A flag beats the environment, which beats the workspace's zf.toml, which beats the user's own.
    """
    place = here()
    report = settings_report(place.settings, place.environ)
    if as_json:
        print_record(report)
        return
    for line in _lines(report):
        click.echo(line)
    for refused in report.refused_in_environment:
        click.echo(f"zf: {refused.name} is set and has no effect: {refused.reason}", err=True)


def _lines(report: SettingsReport) -> Iterator[str]:
    for row in report.settings:
        yield f"{row.name} = {_shown(row.value)}{row.unit and f' {row.unit}'}  ({row.origin})"
        yield f"    {row.meaning}"
    for name, globs in report.boundaries.items():
        yield f"boundaries.{name} = [{', '.join(_shown(glob) for glob in globs)}]"
        yield "    Files that a session sources and that belong to the plugins."


def _shown(value: Value) -> str:
    """A value as zf.toml writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, int) else f"{value:g}"
