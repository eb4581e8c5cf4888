"""``zf variance``: count a run, show, take comparisons as evidence, try the gate, accept a level."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import here, json_option, print_record, print_screen
from zshforge.cli.sessions import Progress, make_request, measuring_alone, now
from zshforge.model.errors import ExitCode

if TYPE_CHECKING:
    from zshforge.judge.variance_store import Outcome
    from zshforge.model.variance import VarianceState


@click.group("variance", invoke_without_command=True)
@click.option("--from", "source", metavar="FILE", type=click.Path(path_type=Path), help="A recorded run; the last one.")
@click.option("--restart", is_flag=True, help="Begin anew in observe, as for another configuration; steps stay.")
@json_option
@click.pass_context
def command(context: click.Context, source: Path | None, restart: bool, as_json: bool) -> int:
    """Take the last run as evidence of how steady its totals are and where they stand, and say what is earned by that.

    Decisions are the guide's: pending, hold, observe, candidate, enable_warn, enable_fail. A run counts once, whatever
    its name; one of fewer than five samples speaks for nothing; one that is not authentic ends the streak. It is held
    against the runs before it (10, then 7, then 5 %) and against the best level that was ever sustained; what fails
    ends with 1 from the mode gate on. Writes variance-state.json, and appends to variance-log.md.
    """
    if context.invoked_subcommand is not None:
        return ExitCode.PASS
    from zshforge.judge.held import last_run  # noqa: PLC0415  heavy
    from zshforge.judge.variance_store import count_in  # noqa: PLC0415  the same
    from zshforge.model.run import Run  # noqa: PLC0415  the same
    from zshforge.store.artifacts import read_artifact  # noqa: PLC0415  the same

    place = here()
    metrics = place.workspace.metrics
    run = read_artifact(source or last_run(metrics), Run)
    made = count_in(metrics, run, place.settings, now(), restart=restart)
    _tell(made, as_json=as_json)
    return made.state.exit_code


@command.command("show")
@json_option
def show_command(as_json: bool) -> int:
    """Show what the runs so far allow, the mode and every step to it; count nothing."""
    from zshforge.judge.variance_store import read_state  # noqa: PLC0415  heavy

    _show(read_state(here().workspace.metrics), as_json=as_json)
    return ExitCode.PASS


@command.command("take")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--injected", "injected_ms", metavar="MS", type=float, help="B is A with a slowdown of this size.")
@json_option
def take_command(files: tuple[Path, ...], injected_ms: float | None, as_json: bool) -> int:
    """Take recorded comparisons as evidence for or against the gate.

    Of a configuration with itself: an alarm is a false one. With --injected: no confirmed alarm is a miss. Of any
    change: an alarm that the fresh run cleared. Each of the three takes a rung. What passes counts towards the next.
    """
    from zshforge.judge.variance_store import Known, take_in  # noqa: PLC0415  heavy

    place = here()
    known = [Known(file, injected_ms) for file in files]
    _tell(take_in(place.workspace.metrics, known, place.settings, now()), as_json=as_json)
    return ExitCode.PASS


@command.command("try")
@click.argument("config", required=False)
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the orders; drawn and recorded when not given.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
def try_command(config: str | None, seed: int | None, quiet: bool, as_json: bool) -> int:
    """Try the gate on purpose: copies of CONFIG (what was counted) against themselves, then one that is slower.

    Takes as many as a gate still lacks, as evidence, and keeps them in trials/. It takes a minute or two.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like an interrupt
    from zshforge.judge.standing import lacking_trials, standing_rules  # noqa: PLC0415  heavy
    from zshforge.judge.variance_store import read_state, take_in, tried_in  # noqa: PLC0415  the same

    place = here()
    metrics = place.workspace.metrics
    state = read_state(metrics)
    request = make_request(place, (config or state.config,), ("warm",), seed, {})
    with (
        measuring_alone(place, "zf variance try"),
        Progress(quiet=quiet, trace=place.settings.flag("capture.trace")) as progress,
    ):
        known = tried_in(metrics, request, lacking_trials(state, standing_rules(place.settings)), progress)
    _tell(take_in(metrics, known, place.settings, now()), as_json=as_json)
    return ExitCode.PASS


@command.command("accept")
@click.argument("reason")
def accept_command(reason: str) -> int:
    """Accept the level of the latest run, with the REASON: later runs are held against it."""
    from zshforge.judge.variance_store import accept_in  # noqa: PLC0415  heavy

    place = here()
    accept_in(place.workspace.metrics, reason, place.settings, now())
    return ExitCode.PASS


def _tell(made: Outcome, *, as_json: bool) -> None:
    for note in made.notes:
        click.echo(f"zf: {note}", err=True)
    _show(made.state, as_json=as_json)


def _show(state: VarianceState, *, as_json: bool) -> None:
    from zshforge.report.variance import render_variance  # noqa: PLC0415  heavy

    if as_json:
        print_record(state)
    else:
        print_screen(lambda width: render_variance(state, width=width))
