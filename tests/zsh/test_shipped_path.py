"""PATH under the shipped configuration: what .zshenv adds, and what module 00 makes of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

CLEAN = 'source "$ZDOTDIR/pre-plugin/00-path-safety.zsh"; print -rl -- $path'


@pytest.mark.parametrize("path", ["/usr/bin:/bin", "", None, "/nowhere"])
def test_core_tools_are_found_in_a_subshell_whatever_path_was(shell: Shell, path: str | None) -> None:
    found = shell.run("(command -v awk && command -v date && command -v mkdir)", PATH=path)
    assert (found.returncode, found.stderr) == (0, "")
    assert [line.rpartition("/")[2] for line in found.stdout.split()] == ["awk", "date", "mkdir"]


def test_a_child_inherits_the_path_that_zshenv_completed(shell: Shell) -> None:
    assert shell.run("command env", PATH=None).stdout.count("\nPATH=/") == 1


def test_zshenv_only_appends_and_only_once(shell: Shell) -> None:
    given = "/nowhere:relative:/usr/bin:/usr/bin"
    once = shell.run("print -r -- $PATH", PATH=given).stdout.strip()
    twice = shell.run('source "$ZDOTDIR/.zshenv"; print -r -- $PATH', PATH=given).stdout.strip()
    added = once.removeprefix(given + ":").split(":")
    assert once.startswith(given + ":")
    assert len(set(added)) == len(added)
    assert not {"", "/usr/bin"} & set(added)
    assert twice == once


def test_zshenv_says_nothing_and_stamps_nothing_outside_an_interactive_shell(shell: Shell) -> None:
    log = shell.root / "log"
    done = shell.run(":", PERF_SEGMENT_LOG=str(log), ZF_MARK_FD="1")
    assert (done.stdout, done.stderr, log.exists()) == ("", "", False)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/usr/bin:/bin:/usr/bin", ["/usr/bin", "/bin"]),  # I1, I6
        ("/usr/bin:/nowhere:/bin", ["/usr/bin", "/bin"]),  # I2
        ("bin:./x:/usr/bin:/bin", ["/usr/bin", "/bin"]),  # I3
        ("/usr/bin::/bin:", ["/usr/bin", "/bin"]),  # I4
        ("/usr/bin/:/bin//:/", ["/usr/bin", "/bin", "/"]),  # I5
        ("/bin:/usr/bin:/bin/", ["/bin", "/usr/bin"]),  # I6
        ("/usr//bin:/bin", ["/usr/bin", "/bin"]),
        (".:/usr/bin:/bin", ["/usr/bin", "/bin"]),  # I8
    ],
)
def test_path_safety_keeps_its_invariants(shell: Shell, given: str, expected: list[str]) -> None:
    assert shell.run(f"PATH={given}; {CLEAN}").stdout.split() == expected


def test_path_safety_expands_a_tilde(shell: Shell) -> None:
    (shell.root / "home" / "bin").mkdir()
    assert shell.run(f"PATH='~/bin:~:/bin'; {CLEAN}").stdout.split() == [
        f"{shell.root}/home/bin",
        f"{shell.root}/home",
        "/bin",
    ]


def test_path_safety_keeps_an_absolute_folder_that_one_stands_in(shell: Shell) -> None:
    assert shell.run(f"cd /usr/bin; PATH=/usr/bin:/bin; {CLEAN}").stdout.split() == ["/usr/bin", "/bin"]


def test_path_safety_keeps_folders_with_spaces_and_patterns_in_their_names(shell: Shell) -> None:
    odd = shell.root / "a [b] *c"
    odd.mkdir()
    assert shell.run(f"PATH=/bin:{odd!s}".replace(" ", r"\ ") + f"; {CLEAN}").stdout.splitlines() == ["/bin", str(odd)]


def test_path_safety_spares_what_the_whitelist_names(shell: Shell) -> None:
    done = shell.run(f"PATH=/later:/nowhere:/bin; {CLEAN}", ZSH_PATH_WHITELIST="/x:/later")
    assert done.stdout.split() == ["/later", "/bin"]


def test_path_safety_leaves_a_path_of_nothing_but_ghosts_alone(shell: Shell) -> None:
    assert shell.run(f"PATH=/nowhere; {CLEAN}").stdout.split() == ["/nowhere"]
