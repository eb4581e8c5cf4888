"""``zf bench``."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from zshforge.cli.capture import default_config
from zshforge.cli.common import Here, here, json_option, print_record, scratch_folder
from zshforge.cli.sessions import Progress, make_request, measuring_alone, now
from zshforge.model.comparison import Mode
from zshforge.model.errors import NothingRecorded

if TYPE_CHECKING:
    from zshforge.bench.shell import Place
    from zshforge.capture.campaign import Request
    from zshforge.model.bench import BenchBaseline, BenchRun

_MODES = get_args(Mode)
_BASELINE, _CURRENT = "bench-core-baseline.json", "bench-core.json"


@click.command("bench")
@click.argument("calls", metavar="[NAME]...", nargs=-1)
@click.option("--config", metavar="CONFIG", help="Whose functions; as for `zf capture`.")
@click.option("--rounds", type=click.IntRange(min=5), help="Rounds of each function.")
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the order; drawn and recorded when not given.")
@click.option("--save-baseline", is_flag=True, help="Keep the costs; those of unchanged bodies stay as they are.")
@click.option("--mode", type=click.Choice(_MODES), help="What the verdict does to the exit code.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
def command(  # noqa: PLR0917  click passes each of them by its name
    calls: tuple[str, ...],
    config: str | None,
    rounds: int | None,
    seed: int | None,
    save_baseline: bool,
    mode: str | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Time functions inside one real shell of a configuration, call by call.

    NAME is a function, or one with its arguments in one word (`zf bench 'zf::log hello'`), or a pattern; without one,
    every `zf::` function is timed. Rounds of all functions are mixed in random order, and each stands beside an empty
    loop of its own length, which is subtracted. Output of the calls goes to /dev/null, and they run in a throw-away
    home, but they do run: name nothing that must not.

    With a baseline in the workspace, a function of unchanged body warns at twice its cost and fails at three times
    (bench.warn_factor, bench.fail_factor). Functions that only stand in for something are timed, never judged.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like an interrupt
    place = here({"bench.rounds": rounds, "bench.mode": mode})
    request = make_request(place, (config or default_config(),), ("warm",), seed, {})
    from zshforge.judge.modes import EXIT_CODES, mode_of  # noqa: PLC0415  heavy

    chosen = mode_of(place.settings.text("bench.mode"))
    made = _judged(place, _measured(place, request, calls, quiet=quiet), save=save_baseline)
    if as_json:
        print_record(made)
    else:
        _show(made)
    return EXIT_CODES[chosen][made.judgement.verdict if made.judgement else "unknown"]


def _measured(place: Here, request: Request, calls: tuple[str, ...], *, quiet: bool) -> BenchRun:
    from zshforge.bench.run import Asked, run_bench  # noqa: PLC0415  heavy
    from zshforge.bench.shell import BenchShell  # noqa: PLC0415  heavy
    from zshforge.capture.fingerprint import fingerprint  # noqa: PLC0415  heavy
    from zshforge.shell.leftovers import Scratch  # noqa: PLC0415  heavy

    config, settings = request.configs[0], place.settings
    asked = Asked(words=calls, config=config.label, seed=request.seed, generated_at=now(), settings=settings)
    with (
        measuring_alone(place, "zf bench"),
        Progress(quiet=quiet, trace=False) as progress,
        Scratch(scratch_folder(place)) as folder,
        BenchShell(_shell_place(place, request, folder)) as shell,
    ):
        shell.deadline_s = settings.number("bench.call_deadline_s")
        conditions = fingerprint(settings, request.zsh, host=request.host, state="warm", digest=shell.digest)
        return run_bench(shell, asked, conditions, lambda done, total: progress.step(config.label, done, total))


def _shell_place(place: Here, request: Request, folder: Path) -> Place:
    from zshforge.bench.shell import Place  # noqa: PLC0415  heavy
    from zshforge.shell.copying import CopyLimits  # noqa: PLC0415  heavy

    settings = place.settings
    return Place(
        config=request.configs[0],
        zsh=Path(request.zsh.path),
        scratch=folder,
        search_path=settings.text("capture.path"),
        locale=settings.text("capture.locale"),
        limits=CopyLimits(
            copy_entry_mb=settings.integer("capture.copy_entry_mb"),
            copy_total_mb=settings.integer("capture.copy_total_mb"),
        ),
    )


def _judged(place: Here, run: BenchRun, *, save: bool) -> BenchRun:
    """The run beside the workspace's baseline; both are written down."""
    import msgspec  # noqa: PLC0415  only here

    from zshforge.judge.bench_judgement import bench_rules, judge_bench, renewed_baseline  # noqa: PLC0415  heavy
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  heavy

    rules, before = bench_rules(place.settings), _baseline(place)
    judged = msgspec.structs.replace(run, judgement=judge_bench(run, before, rules))
    write_artifact(place.workspace.metrics / _CURRENT, judged)
    if save:
        write_artifact(place.workspace.metrics / _BASELINE, renewed_baseline(run, before, rules))
        click.echo(f"zf: saved {place.workspace.metrics / _BASELINE}", err=True)
    return judged


def _baseline(place: Here) -> BenchBaseline | None:
    from zshforge.model.bench import BenchBaseline  # noqa: PLC0415  heavy
    from zshforge.store.artifacts import read_artifact  # noqa: PLC0415  heavy

    try:
        return read_artifact(place.workspace.metrics / _BASELINE, BenchBaseline)
    except NothingRecorded:
        return None


def _show(run: BenchRun) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy

    from zshforge.report.bench import render_bench  # noqa: PLC0415  heavy

    Console(highlight=False).print(render_bench(run))
