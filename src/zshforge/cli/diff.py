"""``zf diff``."""

from __future__ import annotations

import click

from zshforge.cli.common import here, json_option, print_record, print_screen


@click.command("diff")
@click.argument("baseline", default="default")
@click.argument("current", required=False)
@click.option("--abs", "abs_ms", metavar="MS", type=float, help="A regression rises by this many milliseconds …")
@click.option("--pct", metavar="PERCENT", type=float, help="… and by this share of the baseline.")
@click.option("--new", "new_ms", metavar="MS", type=float, help="What a new segment may cost less than.")
@click.option("--fail/--observe", "gated", default=None, help="Whether a regression ends with 1.")
@json_option
def command(  # noqa: PLR0917  click passes each of them by its name
    baseline: str,
    current: str | None,
    abs_ms: float | None,
    pct: float | None,
    new_ms: float | None,
    gated: bool | None,
    as_json: bool,
) -> int:
    """Hold the segments of CURRENT (the last run) against BASELINE: a baseline's name, or the file of a run.

    A segment regresses when it rises beyond both floors. Smaller rises are told as drift. Runs that are not authentic,
    or of different machines or conditions, give `unknown`. Writes perf-diff.json.
    """
    from zshforge.judge.difference import diff, floors_of  # noqa: PLC0415  heavy
    from zshforge.judge.held import held_named, last_run, read_held  # noqa: PLC0415  the same
    from zshforge.report.difference import render_diff  # noqa: PLC0415  the same
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  the same

    place = here({"diff.abs_ms": abs_ms, "diff.pct": pct, "diff.new_ms": new_ms, "diff.fail": gated})
    metrics = place.workspace.metrics
    made = diff(
        held_named(baseline, metrics, place.cwd),
        held_named(current, metrics, place.cwd) if current else read_held(last_run(metrics), "current"),
        floors_of(place.settings),
        "gate" if place.settings.flag("diff.fail") else "observe",
    )
    write_artifact(metrics / "perf-diff.json", made)
    if as_json:
        print_record(made)
    else:
        print_screen(lambda width: render_diff(made, width=width))
    return made.exit_code
