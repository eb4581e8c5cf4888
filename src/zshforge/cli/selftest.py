"""``zf selftest``."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zshforge.cli.capture import default_config
from zshforge.cli.common import Here, here, json_option, print_record, print_screen
from zshforge.cli.sessions import Progress, make_request, measuring_alone
from zshforge.model.errors import UsageError

if TYPE_CHECKING:
    from zshforge.model.module_fire import ModuleFire


@click.command("selftest")
@click.argument("config", metavar="[CONFIG]", required=False)
@click.option("-n", "--samples", type=click.IntRange(min=1), help="Sessions in which everything must fire.")
@click.option("--require", "labels", metavar="LABEL", multiple=True, help="A label that must fire, too.")
@click.option("--strict/--soft", default=None, help="Whether what did not fire ends with 1 (CI).")
@click.option("--settle-ms", type=click.FloatRange(min=0), help="Quiet time after which a session is over.")
@click.option("--grace-ms", type=click.FloatRange(min=0), help="How long a late prompt mark is waited for.")
@click.option("--timeout-s", type=click.FloatRange(min=1), help="How long a prompt may take.")
@click.option(
    "--from",
    "recorded",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Judge a recorded module-fire.json instead of sessions.",
)
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
def command(  # noqa: PLR0917  click passes each of them by its name
    config: str | None,
    samples: int | None,
    labels: tuple[str, ...],
    strict: bool | None,
    settle_ms: float | None,
    grace_ms: float | None,
    timeout_s: float | None,
    recorded: Path | None,
    quiet: bool,
    as_json: bool,
) -> int:
    """Tell whether markers and segments of CONFIG fire, which do not, and what to do about it.

    Native is what the configuration wrote itself; what zf saw from outside is told, and is not native. The shipped
    configuration must fire each of its modules, others what capture.required_labels and --require name. Writes
    module-fire.json.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like an interrupt
    place = here(
        {
            "selftest.samples": samples,
            "selftest.strict": strict,
            "capture.settle_ms": settle_ms,
            "capture.prompt_grace_ms": grace_ms,
            "capture.prompt_deadline_s": timeout_s,
        }
    )
    if recorded is not None and config is not None:
        raise UsageError("a recorded document is judged without a CONFIG", hint="leave one of both out")
    made = _recorded(place, recorded, labels) if recorded else _tried(place, config, labels, quiet=quiet)
    if as_json:
        print_record(made)
    else:
        from zshforge.report.module_fire import render_module_fire  # noqa: PLC0415  heavy

        print_screen(lambda width: render_module_fire(made, width=width))
    return made.exit_code


def _recorded(place: Here, file: Path, labels: tuple[str, ...]) -> ModuleFire:
    from zshforge.judge.module_fire_file import module_fire_of  # noqa: PLC0415  heavy
    from zshforge.judge.required_labels import required_labels  # noqa: PLC0415  the same

    wanted = required_labels("unknown", place.settings, labels)
    return module_fire_of(file, wanted, strict=place.settings.flag("selftest.strict"))


def _tried(place: Here, config: str | None, labels: tuple[str, ...], *, quiet: bool) -> ModuleFire:
    from zshforge.judge.selftesting import selftest  # noqa: PLC0415  heavy
    from zshforge.store.artifacts import write_artifact  # noqa: PLC0415  the same

    request = make_request(place, (config or default_config(),), ("warm",), None, {})
    with measuring_alone(place, "zf selftest"), Progress(quiet=quiet, trace=False) as progress:
        made = selftest(request, labels, progress)
    write_artifact(place.workspace.metrics / "module-fire.json", made)
    return made
