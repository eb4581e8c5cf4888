"""``zf explain``."""

from __future__ import annotations

import json
import os
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from zshforge.cli.capture import default_config
from zshforge.cli.common import Here, here, json_option, print_record
from zshforge.cli.sessions import Progress, make_request, measuring_alone, read_variables
from zshforge.model.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from zshforge.capture.campaign import Request
    from zshforge.model.explanation import Explanation

_VIEWS = ("time", "blame", "chain", "tree", "later", "advice", "plot")
_FORMATS = ("folded", "speedscope", "chrome")


@click.command("explain")
@click.argument("config", metavar="[CONFIG]", required=False)
@click.argument("view", metavar="[VIEW]", required=False, type=click.Choice(_VIEWS))
@click.option("--level", type=click.Choice(["files", "lines"]), default="lines", show_default=True, help="How deep.")
@click.option(
    "--by",
    "kinds",
    type=click.Choice(["file", "plugin", "function", "line", "command"]),
    multiple=True,
    help="What blame shows; files, functions and commands when not given.",
)
@click.option("-n", "--most", type=click.IntRange(min=1), default=10, show_default=True, help="Rows of the usual view.")
@click.option("--format", "output", type=click.Choice(_FORMATS), help="Print for another tool.")
@click.option(
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where plot writes: a page (.html, the default) or a picture (.svg).",
)
@click.option("--against", metavar="CONFIG", help="Name what is dearer than in this CONFIG.")
@click.option(
    "--prove",
    metavar="NAME",
    help="Measure without a file, FILE:LINE or plugin, or with the changes of a rule (ZF101): what it really costs.",
)
@click.option("--fix", is_flag=True, help="Show the mechanical changes of the advice as a difference.")
@click.option("--write", is_flag=True, help="With --fix: make them; each old file stays beside the new one.")
@click.option("--env", "variables", metavar="NAME=VALUE", multiple=True, help="Add to the sessions' environment.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
@json_option
def command(  # noqa: PLR0917  click passes each of them by its name
    config: str | None,
    view: str | None,
    level: Literal["files", "lines"],
    kinds: tuple[str, ...],
    most: int,
    output: str | None,
    target: Path | None,
    against: str | None,
    prove: str | None,
    fix: bool,
    write: bool,
    variables: tuple[str, ...],
    quiet: bool,
    as_json: bool,
) -> int:
    """Explain where the time to the prompt goes, for any CONFIG, unmodified.

    VIEW is `time` (one line whose parts add up to the prompt), `blame` (what costs most), `chain` (what the prompt
    waited for), `tree` (who sourced and called whom), `later` (work after the prompt), `advice` (what to do about it)
    or `plot` (a flame graph that opens without a network). Without it: the time, the ten largest, and the advice.

    The shell is looked at from outside, in throw-away copies, and nothing of it is changed; the time itself comes from
    sessions that nobody looked into.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like an interrupt
    if config in _VIEWS and view is None and not os.path.lexists(config):
        config, view = None, config
    _check((against, prove, output, view == "plot", fix), write=write, fix=fix, level=level)
    place = here()
    names = [config or default_config(), *([against] if against else [])]
    request = make_request(place, names, ("warm",), None, read_variables(variables))
    if prove is not None:
        return _proven(place, request, prove, quiet=quiet, as_json=as_json)
    wanted = fix or view == "advice" or (against is None and output is None and (as_json or not (view or kinds)))
    found = _explained(place, request, level, quiet=quiet, advised=wanted)
    if fix:
        return _fixed(request, found[0], write=write, as_json=as_json)
    if against is not None:
        return _compared(found, as_json=as_json)
    if as_json:
        print_record(found[0])
    elif output is not None:
        click.echo(_formatted(found[0], output), nl=False)
    elif view == "plot":
        click.echo(_plotted(found[0], target or Path("explain.html")))
    else:
        _show(found[0], view, kinds, most, place.settings.integer("advice.most"))
    return ExitCode.PASS


def _check(excluding: tuple[object, ...], *, write: bool, fix: bool, level: str) -> None:
    if sum(map(bool, excluding)) > 1:
        raise UsageError("--against, --prove, --format, --fix and plot exclude each other")
    if write and not fix:
        raise UsageError("--write makes the changes of --fix", hint="--fix --write")
    if fix and level != "lines":
        raise UsageError("advice needs the level lines", hint="leave --level out")


def _explained(
    place: Here, request: Request, level: Literal["files", "lines"], *, quiet: bool, advised: bool
) -> list[Explanation]:
    from msgspec.structs import replace  # noqa: PLC0415  heavy

    from zshforge.explain.advise import advise  # noqa: PLC0415  heavy
    from zshforge.explain.explain import explain  # noqa: PLC0415  heavy

    with measuring_alone(place, "zf explain"), Progress(quiet=quiet, trace=False) as progress:
        return [
            explain(
                replace(request, configs=(config,)),
                level=level,
                advisers=(advise,) if advised else (),
                step=partial(progress.step, f"explain {config.label}"),
            )
            for config in request.configs
        ]


def _show(found: Explanation, view: str | None, kinds: tuple[str, ...], most: int, advice: int) -> None:
    from rich.console import Console  # noqa: PLC0415  heavy

    from zshforge.report.explain_screen import blame_view, render_explanation  # noqa: PLC0415  the same

    console = Console(highlight=False)
    if view == "blame" or (view is None and kinds):
        console.print(blame_view(found, width=console.width, kinds=kinds, most=most if view is None else None))
    else:
        console.print(render_explanation(found, width=console.width, view=view, most=most, advice=advice))


def _fixed(request: Request, found: Explanation, *, write: bool, as_json: bool) -> int:
    from zshforge.explain.fixing import fixes  # noqa: PLC0415  only when asked for
    from zshforge.report.explain_advice import render_fixes  # noqa: PLC0415  the same

    record = fixes(found.config, found.advice, zsh=str(request.zsh.path), write=write)
    if as_json:
        print_record(record)
    else:
        click.echo(render_fixes(record), nl=False)
    return ExitCode.PASS


def _formatted(found: Explanation, output: str) -> str:
    from zshforge.report.folded import folded  # noqa: PLC0415  only when asked for
    from zshforge.report.trace_formats import chrome_trace, speedscope  # noqa: PLC0415  the same

    if output == "folded":
        return folded(found)
    return json.dumps(speedscope(found) if output == "speedscope" else chrome_trace(found)) + "\n"


def _plotted(found: Explanation, target: Path) -> str:
    from zshforge.report.flame_page import flame_page  # noqa: PLC0415  only when asked for
    from zshforge.report.flame_svg import flame_svg  # noqa: PLC0415  the same
    from zshforge.store.atomic import atomic_write  # noqa: PLC0415  the same

    if target.suffix not in {".html", ".svg"}:
        raise UsageError(f"{target} is neither .html nor .svg", hint="--output explain.svg")
    text = flame_svg(found) if target.suffix == ".svg" else flame_page(found)
    atomic_write(target, text.encode())
    return str(target)


def _compared(found: list[Explanation], *, as_json: bool) -> int:
    from zshforge.explain.against import against as difference  # noqa: PLC0415  only when asked for
    from zshforge.report.explain_against import render_difference  # noqa: PLC0415  the same

    record = difference(found[0], found[1])
    if as_json:
        print_record(record)
        return ExitCode.PASS
    from rich.console import Console  # noqa: PLC0415  heavy

    console = Console(highlight=False)
    console.print(render_difference(record, width=console.width))
    return ExitCode.PASS


def _proven(place: Here, request: Request, name: str, *, quiet: bool, as_json: bool) -> int:
    from zshforge.explain.prove import prove as run  # noqa: PLC0415  only when asked for
    from zshforge.report.explain_proof import render_proof  # noqa: PLC0415  the same

    with (
        measuring_alone(place, "zf explain --prove"),
        Progress(quiet=quiet, trace=False) as progress,
    ):
        proof = run(request, name, step=partial(progress.step, f"prove {name}"))
    if as_json:
        print_record(proof)
    else:
        from rich.console import Console  # noqa: PLC0415  heavy

        console = Console(highlight=False)
        console.print(render_proof(proof, width=console.width))
    return ExitCode.PASS if proof.conclusive else ExitCode.INCONCLUSIVE
