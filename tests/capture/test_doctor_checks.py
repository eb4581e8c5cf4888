"""What the doctor thinks of what it was told."""

import pytest

from zshforge.capture import doctor_checks as checks


@pytest.mark.parametrize(
    ("busiest", "status"),
    [([], "ok"), ([(3.0, 7, "cron")], "ok"), ([(96.5, 8, "ffmpeg"), (21.0, 9, "cc1"), (0.0, 1, "init")], "warn")],
)
def test_busy_processes_are_named(busiest: list[tuple[float, int, str]], status: str) -> None:
    found = checks.busy(busiest)
    assert found.status == status
    assert ("ffmpeg (pid 8, 96 %), cc1 (pid 9, 21 %)" in found.what) is (status == "warn")


@pytest.mark.parametrize(
    ("wanted", "offered", "status"),
    [
        ("C.UTF-8", {"C", "C.utf8", "POSIX"}, "ok"),
        ("de_DE.UTF-8", {"C", "de_DE.utf8"}, "ok"),
        ("de_DE.UTF-8", {"C"}, "warn"),
        ("C.UTF-8", None, "unknown"),
    ],
)
def test_the_locale_is_looked_up_however_it_is_spelled(wanted: str, offered: set[str] | None, status: str) -> None:
    assert checks.locale(wanted, offered).status == status


@pytest.mark.parametrize(("found", "status"), [("/usr/bin/git", "ok"), (None, "warn")])
def test_a_tool_that_is_not_there_costs_a_feature(found: str | None, status: str) -> None:
    check = checks.tool("git", found, "REV:PATH and the git prompt cannot be measured")
    assert check.status == status
    assert ("cannot be measured" in check.what) is (status == "warn")


@pytest.mark.parametrize(("version", "status"), [((3, 11, 0), "ok"), ((3, 10, 9), "missing")])
def test_an_old_python_is_missing(version: tuple[int, int, int], status: str) -> None:
    assert checks.python(version).status == status


def test_leftovers_of_killed_captures_are_counted() -> None:
    assert checks.leftovers([], []).status == "ok"
    found = checks.leftovers(["/tmp/zf-1"], ["99 sleeping sleep 1000"])
    assert found.status == "warn"
    assert "1 folder (/tmp/zf-1)" in found.what
    assert "1 process (99 sleeping sleep 1000)" in found.what


def test_symbols_that_a_zsh_does_not_export_are_named() -> None:
    assert checks.symbols("/usr/bin/zsh", {"funcstack": 1, "scriptfilename": 2, "zleactive": 3}).status == "ok"
    found = checks.symbols("/usr/bin/zsh", {"funcstack": 1})
    assert found.status == "warn"
    assert "scriptfilename, zleactive" in found.what
