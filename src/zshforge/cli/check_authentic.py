"""``zf check-authentic``."""

from __future__ import annotations

from pathlib import Path

import click

from zshforge.cli.common import json_option, print_record
from zshforge.model.errors import ExitCode


@click.command("check-authentic")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def command(files: tuple[Path, ...], as_json: bool) -> ExitCode:
    """Judge recorded data: real measurements, made-up numbers, or nothing that can be told.

    Reads what zf records, and the formats of the scripts before it; a file is recognised by its content. Ends with 0
    only when every file is authentic.
    """
    # Kept out of the start-up of every other command.
    from zshforge.judge.authenticity import judge_files  # noqa: PLC0415
    from zshforge.report.authenticity import authenticity_lines  # noqa: PLC0415

    report = judge_files(files)
    if as_json:
        print_record(report)
    else:
        for line in authenticity_lines(report):
            click.echo(line)
    return ExitCode.PASS if report.authentic else ExitCode.FINDING
