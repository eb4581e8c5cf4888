"""``zf doctor``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import Here, here, json_option, lock_path, print_record, scratch_folder
from zshforge.model.errors import ExitCode

if TYPE_CHECKING:
    from zshforge.capture.doctor import Surroundings


@click.command("doctor")
@json_option
def command(as_json: bool) -> int:
    """Tell what is missing for measuring, what makes timing noisy here, and what the kernel lets be counted.

    Every check that is not ok says what to do. The exit code is 4 when something is missing that a capture needs.
    """
    from zshforge.capture.doctor import examine  # noqa: PLC0415  starts nothing until it is asked to

    found = examine(_surroundings(here()))
    if as_json:
        print_record(found)
    else:
        from rich.console import Console  # noqa: PLC0415  heavy

        from zshforge.report.doctor import render_doctor  # noqa: PLC0415  the same

        console = Console(highlight=False)
        console.print(render_doctor(found, width=console.width))
    return ExitCode.PASS if found.can_measure else ExitCode.CANNOT_MEASURE


def _surroundings(place: Here) -> Surroundings:
    from zshforge.capture.doctor import Surroundings  # noqa: PLC0415  as above
    from zshforge.shell.leftovers import find_leftovers  # noqa: PLC0415  the same

    left = find_leftovers(scratch_folder(place))
    return Surroundings(
        search_path=place.environ.get("PATH", ""),
        locale=place.settings.text("capture.locale"),
        load_limit=place.settings.number("stability.load_per_cpu_max"),
        scratch=scratch_folder(place),
        lock=lock_path(scratch_folder(place)),
        now=datetime.now(UTC).isoformat(timespec="seconds"),
        leftover_folders=left.folders,
        leftover_processes=left.processes,
    )
