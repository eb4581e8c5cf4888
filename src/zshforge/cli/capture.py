"""``zf capture``."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

import zshforge
from zshforge.cli.common import Here, here, json_option, print_record
from zshforge.cli.sessions import Progress, make_request, measuring_alone, now, read_variables
from zshforge.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.capture.campaign import Request
    from zshforge.model.run import Run, RunSet

_BUDGETS = ("first_prompt_ms", "first_command_ms", "command_ms", "input_ms")
_STATES = {"warm": ("warm",), "cold": ("cold",), "both": ("cold", "warm")}


@click.command("capture")
@click.argument("configs", metavar="[CONFIG]...", nargs=-1)
@click.option("-n", "--samples", type=click.IntRange(min=1), help="Sessions to measure of each CONFIG.")
@click.option("--warmups", type=click.IntRange(min=0), help="Sessions to discard (and report) first.")
@click.option(
    "--state",
    type=click.Choice(list(_STATES)),
    default="warm",
    show_default=True,
    help="State of the caches; cold makes every session the first one after a checkout.",
)
@click.option("--cold", "state", flag_value="cold", help="Short for --state cold.")
@click.option("--require", "labels", metavar="SEGMENT", multiple=True, help="A segment that every session must show.")
@click.option("--reuse/--no-reuse", default=None, help="Do not measure again when nothing that matters changed (CI).")
@click.option("--login/--no-login", default=None, help="Start login shells, as terminal emulators on macOS do.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the order; drawn and recorded when not given.")
@click.option("--env", "variables", metavar="NAME=VALUE", multiple=True, help="Add to the sessions' environment.")
@click.option("--save-baseline", "baseline", metavar="NAME", help="Keep the run as a baseline (default, legacy, …).")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
def command(  # noqa: PLR0917  click passes each of them by its name
    configs: tuple[str, ...],
    samples: int | None,
    warmups: int | None,
    state: str,
    labels: tuple[str, ...],
    reuse: bool | None,
    login: bool | None,
    seed: int | None,
    variables: tuple[str, ...],
    baseline: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Measure what a person feels: start zsh in a real terminal, type, and stamp what the screen shows.

    CONFIG is `builtin` (the shipped configuration), `home` (your own), a folder (a ZDOTDIR or a HOME), one start file,
    or REV:PATH in the git repository here. Several are interleaved. Nothing of yours is changed: sessions live in
    throw-away copies.

    A session without a required segment counts as no authentic sample, with the flag `missing:SEGMENT`.
    With fewer authentic samples than requested the exit code is 3 and the document is marked partial. A baseline is
    saved from whole, authentic runs alone; an earlier one of that name is kept as NAME.previous.json.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like an interrupt
    overrides = {"capture.samples": samples, "capture.warmups": warmups, "capture.reuse": reuse, "capture.login": login}
    place = here(overrides | {"capture.required_labels": ",".join(labels) or None})
    request = make_request(place, configs or (default_config(),), _STATES[state], seed, read_variables(variables))
    if baseline is not None:
        _check_baseline(baseline, request)
    with measuring_alone(place, "zf capture"):
        runs = _measured(place, request, quiet=quiet)
    if not _documented(place, runs.runs):
        return ExitCode.INCONCLUSIVE
    if as_json:
        print_record(runs.runs[0] if len(runs.runs) == 1 else runs)
    else:
        _show(place, runs)
    _tell_shortfall(runs.runs)
    if baseline is not None:
        _save_baseline(place, runs.runs[0], baseline)
    return _exit_code(place, runs.runs)


def default_config() -> str:
    """``builtin`` in a checkout of this project, ``home`` once installed."""
    checkout = Path(zshforge.__file__).resolve().parents[2]
    return "builtin" if (checkout / "pyproject.toml").is_file() else "home"


def _measured(place: Here, request: Request, *, quiet: bool) -> RunSet:
    """Measure, or take the earlier run that still holds; then write everything down."""
    from zshforge.capture.artifacts import write_artifacts  # noqa: PLC0415  heavy
    from zshforge.capture.cached import capture_or_reuse  # noqa: PLC0415  heavy

    with ExitStack() as stack:
        progress = stack.enter_context(Progress(quiet=quiet, trace=place.settings.flag("capture.trace")))
        runs = capture_or_reuse(request, progress, place.workspace.cache)
    if _is_whole(runs.runs) or place.settings.flag("capture.allow_partial"):
        write_artifacts(place.workspace, runs.runs)
    return runs


def _show(place: Here, runs: RunSet) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy

    from zshforge.report.capture_screen import render, render_set  # noqa: PLC0415  heavy

    console = Console(highlight=False)
    budgets = {name: place.settings.number(f"perception.{name}") for name in _BUDGETS}
    following = f"zf replay {runs.runs[0].run_id}"
    if len(runs.runs) == 1:
        console.print(render(runs.runs[0], budgets=budgets, width=console.width, next_command=following))
    else:
        console.print(render_set(runs, budgets=budgets, width=console.width, next_command=following))


def _is_whole(runs: Sequence[Run]) -> bool:
    return not any(run.auth_shortfall for run in runs)


def _documented(place: Here, runs: Sequence[Run]) -> bool:
    """Whether there is a document; without one, why is told."""
    if _is_whole(runs) or place.settings.flag("capture.allow_partial"):
        return True
    _tell_shortfall(runs)
    click.echo("zf: a partial run gives no document here (capture.allow_partial is false)", err=True)
    return False


def _tell_shortfall(runs: Sequence[Run]) -> None:
    from zshforge.report.shortfall import shortfall_lines  # noqa: PLC0415  only when something was measured

    for line in (line for run in runs for line in shortfall_lines(run)):
        click.echo(f"zf: {line}", err=True)


def _exit_code(place: Here, runs: Sequence[Run]) -> int:
    """Too little data is no pass, unless the settings say that it may be."""
    enforced = place.settings.flag("capture.enforce_authentic")
    return ExitCode.INCONCLUSIVE if enforced and not _is_whole(runs) else ExitCode.PASS


def _check_baseline(name: str, request: Request) -> None:
    from zshforge.judge.baseline_record import check_name  # noqa: PLC0415  heavy

    check_name(name)
    if len(request.configs) * len(request.states) != 1:
        raise UsageError("a baseline is one run: one CONFIG in one state", hint="leave the others out")


def _save_baseline(place: Here, run: Run, name: str) -> None:
    from zshforge.judge.baseline_record import record_baseline  # noqa: PLC0415  heavy

    done = record_baseline(run, name, metrics=place.workspace.metrics, now=now(), settings=place.settings)
    for line in (*(f"saved {file}" for file in done.files), *done.notes):
        click.echo(f"zf: {line}", err=True)
