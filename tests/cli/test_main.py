"""The command line's edge: errors become one line and a documented exit code."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec

import click
import pytest

from zshforge import __version__
from zshforge.cli import COMMANDS, main, run
from zshforge.model.errors import CaptureBusy, ExitCode, NothingRecorded, SessionFailed, UsageError


def group_of(body: Callable[[], int | None]) -> click.Group:
    group = click.Group()
    group.add_command(click.Command("work", callback=body))
    return group


def raising(error: BaseException) -> click.Group:
    def body() -> None:
        raise error

    return group_of(body)


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (1, 1), (ExitCode.INCONCLUSIVE, 3)])
def test_what_a_command_returns_is_the_exit_code(returned: int | None, code: int) -> None:
    assert run(group_of(lambda: returned), ["work"]) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("no such CONFIG", where="hoem", hint="home"), 2),
        (NothingRecorded("there is no such artifact"), 3),
        (CaptureBusy("another capture is measuring"), 4),
    ],
)
def test_a_problem_is_one_line_on_standard_error_and_its_exit_code(
    error: UsageError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(raising(error), ["work"]) == code
    shown = capsys.readouterr()
    assert shown.err == f"zf: {error}\n"
    assert shown.out == ""


def test_a_failed_session_shows_the_phase_the_last_screen_and_who_was_alive(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = SessionFailed(
        "no prompt within 5.0 s", phase="prompt", screen=("command not found: brew",), processes=("4711 sleep",)
    )
    assert run(raising(error), ["work"]) == 4
    shown = capsys.readouterr().err
    assert shown.startswith("zf: no prompt within 5.0 s")
    for told in ("prompt", "command not found: brew", "4711 sleep"):
        assert told in shown


def test_an_interrupt_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(raising(KeyboardInterrupt()), ["work"]) == 130
    assert capsys.readouterr().err == "zf: interrupted\n"


def test_a_question_that_was_aborted_is_130() -> None:
    assert run(raising(click.Abort()), ["work"]) == 130


def test_a_defect_of_ours_is_shown_and_never_looks_like_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(raising(ZeroDivisionError("oops")), ["work"]) == 4
    shown = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in shown
    assert shown.endswith("zf: this is a defect of zf, not of your shell; please report the lines above\n")


def test_a_full_disk_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(raising(OSError(errno.ENOSPC, "No space left on device")), ["work"]) == 4
    assert capsys.readouterr().err == "zf: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("args", [["work", "--nonsense"], ["nonsense"], []])
def test_a_usage_error_is_2(args: list[str]) -> None:
    assert run(group_of(lambda: None), args) == 2


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"zshforge {__version__}\n"


def test_help_names_every_command_with_what_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for name, lazy in COMMANDS.items():
        assert f" {name} {lazy.help}" in shown


def test_a_misspelt_command_names_the_one_that_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["captrue"]) == 2
    assert "Did you mean capture?" in capsys.readouterr().err


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_of_the_table_exists_under_its_name(name: str) -> None:
    lazy = COMMANDS[name]
    assert find_spec(lazy.module) is not None, f"{lazy.module} is missing"
    assert lazy.load().name == name
    assert lazy.load().help


def test_a_reader_who_went_away_is_no_reason_for_noise_and_no_pass() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "zshforge", "settings"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert done.stderr == b""
    assert done.returncode == ExitCode.CANNOT_MEASURE


def test_the_module_and_its_exit_code_are_those_of_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "zshforge", "nonsense"], capture_output=True, check=False)
    assert done.returncode == ExitCode.USAGE
