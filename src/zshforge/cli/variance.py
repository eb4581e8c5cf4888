"""``zf variance``: count a run, show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import Here, here, json_option, print_record, print_screen
from zshforge.model.errors import ExitCode

if TYPE_CHECKING:
    from zshforge.model.variance import VarianceState


@click.group("variance", invoke_without_command=True)
@click.option("--from", "source", metavar="FILE", type=click.Path(path_type=Path), help="A recorded run; the last one.")
@click.option("--restart", is_flag=True, help="Forget the runs so far, as for another configuration.")
@json_option
@click.pass_context
def command(context: click.Context, source: Path | None, restart: bool, as_json: bool) -> int:
    """Take the last run as evidence of how steady its totals are, and say what the runs so far allow.

    Decisions are the guide's: pending, hold, observe, candidate, enable_warn, enable_fail. A run counts once, whatever
    its name; one of fewer than five samples speaks for nothing; one that is not authentic ends the streak. Writes
    variance-state.json, and appends to variance-log.md.
    """
    if context.invoked_subcommand is not None:
        return ExitCode.PASS
    from zshforge.judge.held import last_run  # noqa: PLC0415  heavy
    from zshforge.store.turns import sole_writer  # noqa: PLC0415  the same

    place = here()
    metrics = place.workspace.metrics
    with sole_writer(metrics, place.settings.number("integrity.lock_timeout_ms") / 1000):
        state = _counted(place, source or last_run(metrics), restart=restart)
    _show(state, as_json=as_json)
    return ExitCode.PASS


@command.command("show")
@json_option
def show_command(as_json: bool) -> int:
    """Show what the runs so far allow; count nothing."""
    from zshforge.model.variance import VarianceState  # noqa: PLC0415  heavy
    from zshforge.store.artifacts import read_artifact  # noqa: PLC0415  the same

    _show(read_artifact(_file(here()), VarianceState), as_json=as_json)
    return ExitCode.PASS


def _file(place: Here) -> Path:
    return place.workspace.metrics / "variance-state.json"


def _show(state: VarianceState, *, as_json: bool) -> None:
    from zshforge.report.variance import render_variance  # noqa: PLC0415  heavy

    if as_json:
        print_record(state)
    else:
        print_screen(lambda width: render_variance(state, width=width))


def _counted(place: Here, source: Path, *, restart: bool) -> VarianceState:
    """Count a run and write the log and the state, in this order: rows that stand there already are not repeated."""
    from zshforge.judge.spread import variance_rules  # noqa: PLC0415  heavy
    from zshforge.judge.variance import begin, count_run  # noqa: PLC0415  the same
    from zshforge.judge.variance_log import with_rows  # noqa: PLC0415  the same
    from zshforge.model.run import Run  # noqa: PLC0415  the same
    from zshforge.model.variance import VarianceState  # noqa: PLC0415  the same
    from zshforge.store.artifacts import read_artifact, write_artifact  # noqa: PLC0415  the same
    from zshforge.store.atomic import atomic_write  # noqa: PLC0415  the same

    file, log = _file(place), place.workspace.metrics / "variance-log.md"
    run, rules = read_artifact(source, Run), variance_rules(place.settings)
    before = read_artifact(file, VarianceState) if file.exists() and not restart else begin(run, rules)
    made = count_run(before, run, rules)
    if made.note:
        click.echo(f"zf: {made.note}", err=True)
    if made.counted:
        text = log.read_text(errors="surrogateescape") if log.exists() else ""
        atomic_write(log, with_rows(text, made.state).encode(errors="surrogateescape"))
        write_artifact(file, made.state)
    return made.state
