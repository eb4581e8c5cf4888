"""The command line: parse, call one library function, hand the record on; errors become exit codes here alone."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from zshforge import __version__
from zshforge.cli.lazy import Lazy, LazyGroup
from zshforge.model.errors import ExitCode, SessionFailed, ZfError

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Every command, in the order in which ``zf --help`` shows them.
COMMANDS = {
    "capture": Lazy("zshforge.cli.capture:command", "measure what a person feels in a real terminal"),
    "compare": Lazy("zshforge.cli.compare:command", "tell whether one configuration is slower than another"),
    "explain": Lazy("zshforge.cli.explain:command", "tell where the time to the prompt goes"),
    "rule": Lazy("zshforge.cli.rule:command", "list the rules of the advice, or explain one"),
    "bench": Lazy("zshforge.cli.bench:command", "time functions of a configuration, call by call"),
    "bisect": Lazy("zshforge.cli.bisect:command", "find the commit and the lines that made it slower"),
    "baseline": Lazy("zshforge.cli.baseline:command", "keep runs that later ones are held against"),
    "diff": Lazy("zshforge.cli.diff:command", "hold the last run's segments against a baseline"),
    "budget": Lazy("zshforge.cli.budget:command", "hold the last run against ceilings in milliseconds"),
    "ledger": Lazy("zshforge.cli.ledger:command", "write what each module costs, and how that goes"),
    "variance": Lazy("zshforge.cli.variance:command", "tell how steady recorded runs are, and what that allows"),
    "selftest": Lazy("zshforge.cli.selftest:command", "tell whether markers and segments fire"),
    "replay": Lazy("zshforge.cli.replay:command", "show what the screen showed while it was measured"),
    "check-authentic": Lazy("zshforge.cli.check_authentic:command", "tell recorded numbers from invented ones"),
    "integrity": Lazy("zshforge.cli.integrity:command", "lock what shells really read, and tell what changed"),
    "build": Lazy("zshforge.cli.build:command", "find a configuration's plugins and compile it into one file"),
    "install": Lazy("zshforge.cli.install:command", "put the shipped configuration in place for a user"),
    "uninstall": Lazy("zshforge.cli.uninstall:command", "give back exactly what was there before"),
    "doctor": Lazy("zshforge.cli.doctor:command", "tell what is missing and what makes timing noisy here"),
    "settings": Lazy("zshforge.cli.settings:command", "show every setting, its value and who set it"),
    "schema": Lazy("zshforge.cli.schema:command", "list the schemas, or print one as JSON Schema"),
}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    name="zf",
    help="Makes an interactive zsh fast, keeps it fast, and proves it.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
# the version is given, because to look it up loads importlib.metadata
@click.version_option(__version__, prog_name="zshforge", message="%(prog)s %(version)s")
def root() -> None:
    """The command above all others."""


def main(args: Sequence[str] | None = None) -> int:
    """Runs the command line.

    Args:
        args: The arguments after the program's name; those of the process when ``None``.

    Returns:
        The exit code (``zshforge.model.errors.EXIT_MEANING``).
    """
    return run(root, sys.argv[1:] if args is None else args)


def run(group: click.Group, args: Sequence[str]) -> int:
    """Runs one command of a group and maps whatever happens to an exit code.

    A command returns its exit code, or ``None`` for a pass.
    """
    try:
        code = _invoke(group, list(args))
        if sys.stdout is not None:
            sys.stdout.flush()  # here, where a reader who went away can still be handled
    except ZfError as error:
        _tell(error)
        return int(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("zf: interrupted", err=True)
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        _silence_stdout()
        return int(ExitCode.CANNOT_MEASURE)  # the result was not delivered, and must not read as a pass
    except OSError as error:
        click.echo(f"zf: {error}", err=True)
        return int(ExitCode.CANNOT_MEASURE)
    except Exception:  # noqa: BLE001  Python's own exit code for a crash is 1, which says "a gated finding"
        _show_defect()
        return int(ExitCode.CANNOT_MEASURE)
    return code


def _invoke(group: click.Group, args: list[str]) -> int:
    # not group.main(), which turns a broken pipe into exit code 1
    try:
        with group.make_context("zf", args) as context:
            return int(group.invoke(context) or ExitCode.PASS)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)


def _tell(error: ZfError) -> None:
    if not isinstance(error, SessionFailed):
        click.echo(f"zf: {error}", err=True)
        return
    from rich.console import Console  # noqa: PLC0415  heavy, and seldom needed

    from zshforge.report.failure import render_failure  # noqa: PLC0415  the same

    console = Console(stderr=True)
    click.echo("zf: ", nl=False, err=True)
    console.print(render_failure(error, width=console.width - len("zf: ")))


def _show_defect() -> None:
    import traceback  # noqa: PLC0415  only when we are at fault

    click.echo(traceback.format_exc(), nl=False, err=True)
    click.echo("zf: this is a defect of zf, not of your shell; please report the lines above", err=True)


def _silence_stdout() -> None:
    # what is still buffered would be written, and fail again, when the interpreter ends
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
