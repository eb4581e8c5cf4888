"""``zf variance``: count a run, show, take comparisons as evidence, accept a level."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.common import Here, here, json_option, print_record, print_screen
from zshforge.cli.sessions import now
from zshforge.model.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.run import Run
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
    from zshforge.model.run import Run  # noqa: PLC0415  the same
    from zshforge.store.artifacts import read_artifact  # noqa: PLC0415  the same

    place = here()
    with _writing(place):
        run = read_artifact(source or last_run(place.workspace.metrics), Run)
        state = _counted(place, run, restart=restart)
    _show(state, as_json=as_json)
    return state.exit_code


@command.command("show")
@json_option
def show_command(as_json: bool) -> int:
    """Show what the runs so far allow, the mode and every step to it; count nothing."""
    _show(_read(here()), as_json=as_json)
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
    from zshforge.judge.standing import standing_rules, take_trial  # noqa: PLC0415  heavy
    from zshforge.judge.trials import trial_of  # noqa: PLC0415  the same
    from zshforge.model.comparison import Comparison  # noqa: PLC0415  the same
    from zshforge.store.artifacts import read_artifact, write_artifact  # noqa: PLC0415  the same

    place = here()
    rules = standing_rules(place.settings)
    with _writing(place):
        state = _read(place)
        for file in files:
            found = read_artifact(file, Comparison)
            trial = trial_of(found, str(file), state.fingerprint, rules.ladder, injected_ms)
            if any(trial.identity == known.identity for known in state.ladder.trials):
                click.echo(f"zf: {file} was already taken, and a comparison counts once", err=True)
            state = take_trial(state, trial, now(), rules)
        write_artifact(_file(place), state)
    _show(state, as_json=as_json)
    return ExitCode.PASS


@command.command("accept")
@click.argument("reason")
def accept_command(reason: str) -> int:
    """Accept the level of the latest run, with the REASON: later runs are held against it."""
    from zshforge.judge.standing import accept_level  # noqa: PLC0415  heavy
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  the same

    place = here()
    with _writing(place):
        write_artifact(_file(place), accept_level(_read(place), reason, now()))
    return ExitCode.PASS


@contextmanager
def _writing(place: Here) -> Iterator[None]:
    from zshforge.store.turns import sole_writer  # noqa: PLC0415  heavy

    with sole_writer(place.workspace.metrics, place.settings.number("integrity.lock_timeout_ms") / 1000):
        yield


def _file(place: Here) -> Path:
    return place.workspace.metrics / "variance-state.json"


def _read(place: Here) -> VarianceState:
    from zshforge.model.errors import NothingRecorded  # noqa: PLC0415  heavy
    from zshforge.model.variance import VarianceState  # noqa: PLC0415  the same
    from zshforge.store.artifacts import read_artifact  # noqa: PLC0415  the same

    file = _file(place)
    if not file.exists():
        raise NothingRecorded("no run was counted yet", where=str(file), hint="zf variance, after zf capture")
    return read_artifact(file, VarianceState)


def _show(state: VarianceState, *, as_json: bool) -> None:
    from zshforge.report.variance import render_variance  # noqa: PLC0415  heavy

    if as_json:
        print_record(state)
    else:
        print_screen(lambda width: render_variance(state, width=width))


def _counted(place: Here, run: Run, *, restart: bool) -> VarianceState:
    """Count a run and write the log and the state, in this order: rows that stand there already are not repeated."""
    from zshforge.judge.around import around_of  # noqa: PLC0415  heavy
    from zshforge.judge.held import held_of  # noqa: PLC0415  the same
    from zshforge.judge.standing import begun_anew, stand, standing_rules  # noqa: PLC0415  the same
    from zshforge.judge.variance import begin, count_run  # noqa: PLC0415  the same
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  the same

    rules = standing_rules(place.settings)
    known = _read(place) if _file(place).exists() else None
    before = known or begin(run, rules.variance)
    if known is not None and restart:
        before = begun_anew(known, run, now(), rules)
    made = count_run(before, run, rules.variance)
    if made.note:
        click.echo(f"zf: {made.note}", err=True)
    if not made.counted:
        return before
    metrics = place.workspace.metrics
    state = stand(before, made, held_of(run, run.run_id), around_of(metrics, place.settings), rules)
    _write_log(metrics / "variance-log.md", state)
    write_artifact(_file(place), state)
    if state.ladder.mode == "adaptive" and state.previous_mode == "adaptive" and state.verdict == "pass":
        _refresh_baseline(place, run)
    return state


def _write_log(log: Path, state: VarianceState) -> None:
    from zshforge.judge.variance_log import with_rows  # noqa: PLC0415  heavy
    from zshforge.store.atomic import atomic_write  # noqa: PLC0415  the same

    text = log.read_text(errors="surrogateescape") if log.exists() else ""
    atomic_write(log, with_rows(text, state).encode(errors="surrogateescape"))


def _refresh_baseline(place: Here, run: Run) -> None:
    """The guide's last mode: the baseline follows runs that pass; the creep guard stays where it is."""
    from zshforge.judge.baseline_record import DEFAULT, record_baseline  # noqa: PLC0415  heavy
    from zshforge.model.errors import BaselineRefused  # noqa: PLC0415  the same

    try:
        done = record_baseline(run, DEFAULT, metrics=place.workspace.metrics, now=now(), settings=place.settings)
    except BaselineRefused as refused:
        click.echo(f"zf: the baseline stays as it is: {refused}", err=True)
    else:
        click.echo(f"zf: adaptive: {run.run_id} is the baseline now ({done.files[0].name})", err=True)
