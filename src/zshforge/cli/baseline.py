"""``zf baseline``: save, list, show."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from pathlib import Path

import click

from zshforge.cli.common import here, json_option, print_record, print_screen
from zshforge.model.errors import ExitCode


@click.group("baseline")
def command() -> None:
    """Keep runs that later ones are held against, each with its machine and its raw values.

    `default` is the one that comparisons use; `legacy` is the one of before everything else.
    """


@command.command("save")
@click.argument("name", default="default")
@click.option("--from", "source", metavar="FILE", type=click.Path(path_type=Path), help="A recorded run; the last one.")
def save_command(name: str, source: Path | None) -> int:
    """Save the last run (or the one of FILE) as baseline NAME, and its pre-plugin phase beside it.

    Refused: a run that is empty, short, all zero, all the same, not authentic, or of another machine. An earlier
    baseline of that name is kept as NAME.previous.json.
    """
    from zshforge.capture.fingerprint import this_machine  # noqa: PLC0415  heavy
    from zshforge.judge.baselines import save_baseline  # noqa: PLC0415  the same

    place = here()
    metrics = place.workspace.metrics
    done = save_baseline(
        source or metrics / "perf-multi-current.json",
        name,
        metrics=metrics,
        machine=this_machine(platform.node()),
        now=datetime.now(UTC).isoformat(timespec="seconds"),
        settings=place.settings,
    )
    for line in (*(f"saved {file}" for file in done.files), *done.notes):
        click.echo(f"zf: {line}", err=True)
    return ExitCode.PASS


@command.command("list")
@json_option
def list_command(as_json: bool) -> int:
    """List every baseline here: usable, of another machine (what differs is named), or unusable and why."""
    from zshforge.capture.fingerprint import this_machine  # noqa: PLC0415  heavy
    from zshforge.judge.baselines import list_baselines  # noqa: PLC0415  the same
    from zshforge.report.baselines import render_baselines  # noqa: PLC0415  the same

    found = list_baselines(here().workspace.metrics, this_machine(platform.node()))
    if as_json:
        print_record(found)
    else:
        print_screen(lambda width: render_baselines(found, width=width))
    return ExitCode.PASS


@command.command("show")
@click.argument("name", default="default")
@json_option
def show_command(name: str, as_json: bool) -> int:
    """Show baseline NAME: what was measured, where and when, and what it came to."""
    from zshforge.judge.baselines import find_baseline  # noqa: PLC0415  heavy
    from zshforge.report.baselines import render_baseline  # noqa: PLC0415  the same

    made = find_baseline(name, here().workspace.metrics)
    if as_json:
        print_record(made)
    else:
        print_screen(lambda width: render_baseline(made, width=width))
    return ExitCode.PASS
