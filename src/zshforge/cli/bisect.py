"""``zf bisect``."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import Here, here, json_option, print_record
from zshforge.cli.sessions import Progress, make_request, measuring_alone, read_variables
from zshforge.model.errors import ExitCode

if TYPE_CHECKING:
    from zshforge.model.bisection import Bisection
    from zshforge.shell.config import Config


@click.command("bisect")
@click.argument("good")
@click.argument("bad")
@click.option("--path", default=".", show_default=True, help="The configuration in the repository, as in REV:PATH.")
@click.option("--effect", "effects", metavar="5%|3ms", multiple=True, help="What matters, as for zf compare.")
@click.option("--pairs", metavar="16,30", help="After how many pairs each step is looked at.")
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever was found; nothing else changes.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of all orders; drawn and recorded when not given.")
@click.option("--env", "variables", metavar="NAME=VALUE", multiple=True, help="Add to the sessions' environment.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
def command(  # noqa: PLR0917  click passes each of them by its name
    good: str,
    bad: str,
    path: str,
    effects: tuple[str, ...],
    pairs: str | None,
    exit_zero: bool,
    seed: int | None,
    variables: tuple[str, ...],
    quiet: bool,
    as_json: bool,
) -> int:
    """Find the commit, and in it the lines, that made a configuration slower between GOOD and BAD.

    Every step is a comparison as of `zf compare`: a state counts as slow only when a fresh run has confirmed it.
    Commits are read from git and measured in throw-away copies; your work tree is not touched. Ends with 1 when the
    commit was found, with 0 when BAD is not slower than GOOD, with 3 when it cannot be told.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like an interrupt
    from zshforge.judge.rules import effect_settings  # noqa: PLC0415  heavy

    place = here({"compare.looks": pairs, **effect_settings(effects)})
    made = _searched(place, (f"{good}:{path}", f"{bad}:{path}"), path, seed, read_variables(variables), quiet=quiet)
    if as_json:
        print_record(made)
    else:
        _show(made)
    return ExitCode.PASS if exit_zero else _exit_code(made)


def _searched(
    place: Here, ends: tuple[str, str], path: str, seed: int | None, extra: dict[str, str], *, quiet: bool
) -> Bisection:
    from zshforge.judge.bisecting import Bisecting  # noqa: PLC0415  heavy
    from zshforge.judge.rules import rules_of  # noqa: PLC0415  heavy
    from zshforge.shell.config import resolve  # noqa: PLC0415  heavy

    home = Path(place.environ.get("HOME") or Path.home())
    search = place.environ.get("PATH", os.defpath)

    def of_commit(oid: str) -> Config:
        return resolve(f"{oid}:{path}", cwd=place.cwd, home=home, search=search)

    request = make_request(place, ends, ("warm",), seed, extra)
    with (
        measuring_alone(place, "zf bisect"),
        Progress(quiet=quiet, trace=place.settings.flag("capture.trace")) as progress,
    ):
        return Bisecting(request, rules_of(place.settings), of_commit, progress).run()


def _exit_code(made: Bisection) -> ExitCode:
    from zshforge.judge.modes import EXIT_CODES  # noqa: PLC0415  heavy

    return EXIT_CODES["gate"][made.verdict]


def _show(made: Bisection) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy

    from zshforge.report.bisection import render_bisection  # noqa: PLC0415  heavy

    console = Console(highlight=False)
    console.print(render_bisection(made, width=console.width))
