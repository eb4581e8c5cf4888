"""``zf ledger``: the ledger of a run, history, compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zshforge.cli.common import Here, here, json_option, print_record, print_screen
from zshforge.model.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.judge.held import Held
    from zshforge.model.ledger import Ledger


@click.group("ledger", invoke_without_command=True)
@click.option("--from", "source", metavar="RUN", help="A recorded run: a file, or a baseline's name; the last one.")
@click.option("--baseline", default="default", show_default=True, help="What the largest rise is held against.")
@click.option("--budget", "budgets", metavar="NAME:MS", multiple=True, help="A budget on top of those of the settings.")
@click.option("--fail-on-over/--observe", "gated", default=None, help="Whether an exceeded budget ends with 1.")
@json_option
@click.pass_context
def command(  # noqa: PLR0917  click passes each of them by its name
    context: click.Context,
    source: str | None,
    baseline: str,
    budgets: tuple[str, ...],
    gated: bool | None,
    as_json: bool,
) -> int:
    """Write what each module of the last run's start costs: own cost, share, class, budget.

    Own costs and the unattributed rest come to the whole start; the guide's totals overlap and stand apart. Beside
    them: how many budgets are exceeded and how that goes over the snapshots, and the largest rise against a baseline
    (or the snapshot before). Writes perf-ledger.json, and a dated snapshot into ledger-history/; a run is kept once.
    """
    if context.invoked_subcommand is not None:
        return ExitCode.PASS
    from zshforge.judge.ledger_history import keep_snapshot  # noqa: PLC0415  heavy
    from zshforge.report.ledger import render_ledger  # noqa: PLC0415  the same
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  the same

    place = here({"ledger.fail_on_over": gated})
    made = _made(place, source, baseline, budgets)
    keep_snapshot(made, _folder(place))
    write_artifact(place.workspace.metrics / "perf-ledger.json", made)
    if as_json:
        print_record(made)
    else:
        print_screen(lambda width: render_ledger(made, width=width))
    return made.exit_code


@command.command("history")
@json_option
def history_command(as_json: bool) -> int:
    """List the snapshots of the ledger, oldest first."""
    from zshforge.judge.ledger_history import history, read_snapshots  # noqa: PLC0415  heavy
    from zshforge.model.errors import NothingRecorded  # noqa: PLC0415  the same
    from zshforge.report.ledger import render_ledger_history  # noqa: PLC0415  the same

    folder = _folder(here())
    found = history(*read_snapshots(folder))
    if not found.snapshots and not found.notes:
        raise NothingRecorded("there is no snapshot yet", where=str(folder), hint="zf ledger, after zf capture")
    if as_json:
        print_record(found)
    else:
        print_screen(lambda width: render_ledger_history(found, width=width))
    return ExitCode.PASS


@command.command("compare")
@click.argument("before", default="previous")
@click.argument("after", default="latest")
@json_option
def compare_command(before: str, after: str, as_json: bool) -> int:
    """Hold snapshot AFTER against BEFORE; each is a run's id, a day (20260131), `previous` or `latest`."""
    from zshforge.judge.difference import floors_of  # noqa: PLC0415  heavy
    from zshforge.judge.ledger_compare import compare_ledgers  # noqa: PLC0415  the same
    from zshforge.judge.ledger_history import read_snapshots, snapshot_named  # noqa: PLC0415  the same
    from zshforge.report.ledger import render_ledger_diff  # noqa: PLC0415  the same

    place = here()
    every, notes = read_snapshots(_folder(place))
    for note in notes:
        click.echo(f"zf: {note}", err=True)
    made = compare_ledgers(snapshot_named(before, every), snapshot_named(after, every), floors_of(place.settings))
    if as_json:
        print_record(made)
    else:
        print_screen(lambda width: render_ledger_diff(made, width=width))
    return ExitCode.PASS


def _folder(place: Here) -> Path:
    return place.workspace.metrics / "ledger-history"


def _made(place: Here, source: str | None, baseline: str, budgets: tuple[str, ...]) -> Ledger:
    from msgspec.structs import replace  # noqa: PLC0415  heavy

    from zshforge.judge.budget import limits_of, phase_of  # noqa: PLC0415  heavy
    from zshforge.judge.held import held_named, last_run, read_held  # noqa: PLC0415  the same
    from zshforge.judge.ledger import added_limits, ledger, ledger_rules  # noqa: PLC0415  the same
    from zshforge.judge.ledger_history import read_snapshots  # noqa: PLC0415  the same

    metrics = place.workspace.metrics
    usual = limits_of(place.settings, phase_of(place.settings.text("budget.phase")), ())
    limits = {name: limit.ms for name, limit in usual.items()} | added_limits(budgets)
    held = held_named(source, metrics, place.cwd) if source else read_held(last_run(metrics), "current")
    earlier, notes = read_snapshots(_folder(place))
    made = ledger(held, limits, ledger_rules(place.settings), earlier, _baseline(place, baseline))
    return replace(made, notes=notes)


def _baseline(place: Here, name: str) -> Held | None:
    """The baseline; only the usual one may be missing."""
    from zshforge.judge.baselines import baseline_file  # noqa: PLC0415  heavy
    from zshforge.judge.held import held_named  # noqa: PLC0415  the same

    metrics = place.workspace.metrics
    if name == "default" and not baseline_file(name, metrics).exists():
        return None
    return held_named(name, metrics, place.cwd)
