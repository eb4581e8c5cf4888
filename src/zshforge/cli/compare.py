"""``zf compare``."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from zshforge.cli.common import Here, here, json_option, print_record
from zshforge.cli.sessions import Progress, make_request, measuring_alone, read_variables
from zshforge.model.comparison import Mode
from zshforge.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from zshforge.capture.campaign import Request
    from zshforge.model.comparison import Comparison, Rules

_MODES = get_args(Mode)


@click.command("compare")
@click.argument("configs", metavar="A B", nargs=-1)
@click.option(
    "--effect",
    "effects",
    metavar="5%|3ms",
    multiple=True,
    help="What matters: a share, a time at the start, or both (two options).",
)
@click.option("--pairs", metavar="16,30", help="After how many pairs to look; the last number ends the run.")
@click.option(
    "--budget", metavar="SECONDS", type=float, help="How long to measure at most, unless an alarm is confirmed."
)
@click.option("--all-metrics", is_flag=True, help="Measure exit and input latency, too; sessions take longer.")
@click.option("--mode", type=click.Choice(_MODES), help="What the verdict does to the exit code.")
@click.option("--confirm/--no-confirm", default=None, help="Whether a fresh run must agree before anything fails.")
@click.option("--exit-zero", is_flag=True, help="End with 0 whatever the verdict; nothing else changes.")
@click.option("--from", "source", metavar="FILE", type=click.Path(path_type=Path), help="Judge a recorded run again.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of orders and bounds; drawn and recorded if not given.")
@click.option("--warmups", type=click.IntRange(min=0), help="Sessions of each to discard first.")
@click.option("--login/--no-login", default=None, help="Start login shells.")
@click.option("--env", "variables", metavar="NAME=VALUE", multiple=True, help="Add to the sessions' environment.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
def command(  # noqa: PLR0917  click passes each of them by its name
    configs: tuple[str, ...],
    effects: tuple[str, ...],
    pairs: str | None,
    budget: float | None,
    all_metrics: bool,
    mode: str | None,
    confirm: bool | None,
    exit_zero: bool,
    source: Path | None,
    seed: int | None,
    warmups: int | None,
    login: bool | None,
    variables: tuple[str, ...],
    quiet: bool,
    as_json: bool,
) -> int:
    """Tell whether B is slower than A, by interleaved pairs of sessions on this machine, in this run.

    A and B are CONFIGs as for `zf capture`; `zf compare main:. HEAD:.` judges a branch of a dotfiles repository. It
    stops at the first declared look that can tell. What fails must be significant, large enough as a share and in
    milliseconds, and confirmed by a fresh run; what works in A and not in B fails too. What cannot be told is
    inconclusive, with the smallest change that would have been seen.

    FILE is what `--json` gave, here or in `zf capture A B`; a recorded comparison gives the same verdict again.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like an interrupt
    from zshforge.judge.rules import effect_settings  # noqa: PLC0415  heavy

    named = {"compare.looks": pairs, "compare.mode": mode, "compare.confirm": confirm, **effect_settings(effects)}
    named["compare.budget_s"] = budget
    measured = {"capture.warmups": warmups, "capture.login": login, "compare.measure": "all" if all_metrics else None}
    place = here({**named, **measured})
    if source is not None:
        made = _recorded(
            place, source, configs, changed=any(named[n] is not None for n in named if n != "compare.mode")
        )
    else:
        if len(configs) != len("AB"):
            raise click.UsageError("compare needs two configurations, A and B (or --from FILE)")
        request = make_request(place, configs, ("warm",), seed, read_variables(variables))
        made = _measured(place, request, quiet=quiet)
    if as_json:
        print_record(made)
    else:
        _show(made)
    return ExitCode.PASS if exit_zero else made.exit_code


def _measured(place: Here, request: Request, *, quiet: bool) -> Comparison:
    from zshforge.judge.comparing import compare  # noqa: PLC0415  heavy
    from zshforge.judge.modes import mode_of  # noqa: PLC0415  heavy
    from zshforge.judge.pacing import longest_s  # noqa: PLC0415  heavy
    from zshforge.judge.rules import rules_of  # noqa: PLC0415  heavy
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  heavy

    rules, mode = rules_of(place.settings), mode_of(place.settings.text("compare.mode"))
    limits_s = longest_s(rules)
    with (
        measuring_alone(place, "zf compare"),
        Progress(quiet=quiet, trace=place.settings.flag("capture.trace"), limits_s=limits_s) as progress,
    ):
        if not quiet:
            click.echo(_told_before(rules, limits_s), err=True)
        made = compare(request, rules, mode, progress)
    write_artifact(place.workspace.metrics / "comparison.json", made)
    return made


def _told_before(rules: Rules, limits_s: tuple[float, float]) -> str:
    """How long it will take."""
    looks = ", ".join(map(str, rules.looks))
    longer = f", {limits_s[1]:g} s when an alarm must be confirmed" if limits_s[1] > limits_s[0] else ""
    return f"looks after {looks} pairs and ends when it can tell: {limits_s[0]:g} s at most{longer}"


def _recorded(place: Here, source: Path, configs: tuple[str, ...], *, changed: bool) -> Comparison:
    from zshforge.judge.comparing import recorded  # noqa: PLC0415  heavy
    from zshforge.judge.modes import mode_of  # noqa: PLC0415  heavy
    from zshforge.judge.rules import rules_of  # noqa: PLC0415  heavy

    if configs:
        raise UsageError("a recorded run already has its configurations", where="--from", hint="leave A and B out")
    rules, mode = rules_of(place.settings), mode_of(place.settings.text("compare.mode"))
    asked = place.settings.origin("compare.mode") == "flag"
    return recorded(source, rules if changed else None, mode if asked else None, (rules, mode))


def _show(made: Comparison) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy

    from zshforge.report.comparison import render_comparison  # noqa: PLC0415  heavy

    console = Console(highlight=False)
    console.print(render_comparison(made, width=console.width, next_command=_next(made)))


def _next(made: Comparison) -> str:
    if made.verdict != "inconclusive":
        return f"zf capture {made.after}"
    longer = f"zf compare {made.before} {made.after} --budget {4 * made.rules.budget_s:g}"
    if made.stages[0].rounds < made.rules.looks[-1]:
        return longer
    return f"{longer} --pairs {','.join(map(str, (*made.rules.looks, 4 * made.rules.looks[-1])))}"
