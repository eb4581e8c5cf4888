"""The settings of macOS: set on macOS alone, after the prompt, from the user's list, with a log of each."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

MODULE = 'source "$ZDOTDIR/pre-plugin/20-macos-defaults-deferred.zsh"; '
MAC = "OSTYPE=darwin23; -zf-after-prompt() { print -r -- queued $@; }; "
DEFAULTS = """#!/bin/sh
echo "$@" >> "$HOME/asked"
case $1:$3 in
  read:KeyRepeat) echo 6 ;;
  read:Same) echo 1 ;;
  read:*) exit 1 ;;
  write:Locked) exit 1 ;;
esac
"""
LIST = """# mine
NSGlobalDomain KeyRepeat -int 2
com.apple.finder "AppleShowAllFiles" -bool true
com.apple.x Same -bool true
com.apple.x Locked -string 'a b'
no such line
"""


@pytest.fixture
def mac(shell: Shell) -> Shell:
    """A home with a `defaults` command, and a list."""
    tool = shell.root / "bin" / "defaults"
    tool.parent.mkdir()
    tool.write_text(DEFAULTS)
    tool.chmod(0o755)
    shell.env["PATH"] = f"{tool.parent}:{os.defpath}"
    listed = place(shell)
    listed.parent.mkdir(parents=True)
    listed.write_text(LIST)
    return shell


def place(shell: Shell) -> Path:
    """Where the user's list lies."""
    return shell.root / "home" / ".config" / "zshforge" / "macos-defaults"


def log(shell: Shell) -> list[str]:
    """What was done, without the stamps."""
    file = shell.root / "home" / ".local" / "state" / "zshforge" / "macos-defaults.log"
    return [line.split(" ", 1)[1] for line in file.read_text().splitlines()] if file.exists() else []


def asked(shell: Shell) -> list[str]:
    """What `defaults` was asked."""
    file = shell.root / "home" / "asked"
    return file.read_text().splitlines() if file.exists() else []


def test_on_another_system_nothing_is_defined_or_queued(mac: Shell) -> None:
    done = mac.run(
        f":; -zf-after-prompt() {{ print queued; }}; {MODULE}print -r -- $+functions[zf::macos_defaults]", "-f"
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_on_macos_one_job_waits_for_the_prompt_and_nothing_is_run(mac: Shell) -> None:
    done = mac.run(f"{MAC}{MODULE}{MODULE}", "-f")
    assert (done.stdout, done.stderr) == ("queued macos-defaults -zf-macos-deferred\n", "")
    assert asked(mac) == []


@pytest.mark.parametrize("options", ["", "setopt ksh_arrays sh_word_split no_unset sh_glob no_glob; "])
def test_what_is_listed_is_set_and_logged_with_the_value_before(mac: Shell, options: str) -> None:
    done = mac.run(f"{options}{MAC}{MODULE}zf::macos_defaults; print -r -- $?", "-f")
    noted = [
        "NSGlobalDomain KeyRepeat: 6 -> 2, set",
        "com.apple.finder AppleShowAllFiles: unset -> true, set",
        "com.apple.x Same: 1 -> true, as it is",
        "com.apple.x Locked: unset -> a b, refused",
        "wrong line: no such line",
    ]
    assert done.stdout.splitlines()[1:] == [*noted, "1"]
    assert log(mac) == noted
    assert [line for line in asked(mac) if line.startswith("write")] == [
        "write NSGlobalDomain KeyRepeat -int 2",
        "write com.apple.finder AppleShowAllFiles -bool 1",
        "write com.apple.x Locked -string a b",
    ]


def test_a_dry_run_tells_and_sets_and_logs_nothing(mac: Shell) -> None:
    done = mac.run(f"{MAC}{MODULE}zf::macos_defaults --dry-run", "-f")
    assert "NSGlobalDomain KeyRepeat: 6 -> 2, would be set" in done.stdout
    assert [line for line in asked(mac) if line.startswith("write")] == []
    assert log(mac) == []


def test_after_the_prompt_a_list_is_worked_off_once_and_again_when_it_changes(mac: Shell) -> None:
    def settle(count: int) -> None:
        end = time.monotonic() + 10
        while len(log(mac)) < count:
            assert time.monotonic() < end
            time.sleep(0.02)

    mac.run(f"{MAC}{MODULE}-zf-macos-deferred", "-f")
    settle(5)
    mac.run(f"{MAC}{MODULE}-zf-macos-deferred; wait", "-f")
    assert len(log(mac)) == 5
    later = time.time() + 60
    os.utime(place(mac), (later, later))
    mac.run(f"{MAC}{MODULE}-zf-macos-deferred", "-f")
    settle(10)


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        ("zf::macos_defaults --no", 2, "wrong call. Try: zf::macos_defaults [--dry-run]"),
        ("PATH=/nowhere; zf::macos_defaults", 4, "there is no defaults command here"),
        ("XDG_CONFIG_HOME=/nowhere; zf::macos_defaults", 0, "nothing to do: "),
    ],
)
def test_what_cannot_be_done_is_said(mac: Shell, call: str, status: int, words: str) -> None:
    done = mac.run(f"{MAC}{MODULE}{call}", "-f")
    assert done.returncode == status
    assert words in done.stdout + done.stderr


def test_it_can_be_switched_off(mac: Shell) -> None:
    assert mac.run(f"{MAC}{MODULE}", "-f", ZSH_MACOS_DEFAULTS="0").stdout == ""
