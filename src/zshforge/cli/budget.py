"""``zf budget``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zshforge.cli.common import Here, here, json_option, print_record, print_screen

if TYPE_CHECKING:
    from zshforge.judge.held import Held
    from zshforge.model.budget import Ratchet


@click.command("budget")
@click.argument("run", required=False)
@click.option("--phase", metavar="interim|final", help="Which column of the budgets holds.")
@click.option("--enforce/--dry-run", default=None, help="Whether an exceeded budget ends with 1.")
@click.option("--allow-missing", "spared", metavar="NAME", multiple=True, help="A segment that may be absent.")
@json_option
def command(run: str | None, phase: str | None, enforce: bool | None, spared: tuple[str, ...], as_json: bool) -> int:
    """Hold RUN (the last one, a file, or a baseline's name) against the budgets of its segments and totals.

    What nobody saw is missing, and no pass, unless it is spared by name. Beside them stands the pre-plugin phase's
    ratchet against its own baseline, which tightens after green, stable runs. Writes perf-budget.json.
    """
    from zshforge.judge.budget import budget, limits_of, phase_of  # noqa: PLC0415  heavy
    from zshforge.judge.held import held_named, last_run, read_held  # noqa: PLC0415  the same
    from zshforge.report.budget import render_budget  # noqa: PLC0415  the same
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  the same

    place = here({"budget.phase": phase, "budget.enforce": enforce})
    metrics = place.workspace.metrics
    column = phase_of(place.settings.text("budget.phase"))
    limits = limits_of(place.settings, column, spared)
    held = held_named(run, metrics, place.cwd) if run else read_held(last_run(metrics), "current")
    made = budget(held, column, limits, _ratchet(place, held), enforce=place.settings.flag("budget.enforce"))
    write_artifact(metrics / "perf-budget.json", made)
    if as_json:
        print_record(made)
    else:
        print_screen(lambda width: render_budget(made, width=width))
    return made.exit_code


def _ratchet(place: Here, held: Held) -> Ratchet | None:
    from zshforge.judge.ratchet import ratchet, ratchet_rules  # noqa: PLC0415  heavy
    from zshforge.model.baseline import PrepluginBaseline  # noqa: PLC0415  the same
    from zshforge.model.budget import Budget  # noqa: PLC0415  the same
    from zshforge.store.artifacts import read_artifact  # noqa: PLC0415  the same

    metrics = place.workspace.metrics
    file = metrics / "preplugin-baseline.json"
    if not file.exists():
        return None
    last = metrics / "perf-budget.json"
    previous = read_artifact(last, Budget).ratchet if last.exists() else None
    return ratchet(previous, read_artifact(file, PrepluginBaseline), held, ratchet_rules(place.settings))
