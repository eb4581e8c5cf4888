"""The files of the shipped configuration, read as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PRE = [
    "00-path-safety",
    "01-segment-lib",
    "02-guidelines-checksum",
    "05-fzf-init",
    "10-lazy-framework",
    "15-node-runtime-env",
    "20-macos-defaults-deferred",
    "25-lazy-integrations",
    "30-ssh-agent",
    "40-pre-plugin-boundary",
]
POST = [
    "00-security-integrity",
    "05-interactive-options",
    "10-core-functions",
    "20-essential-plugins",
    "30-development-env",
    "40-aliases-keybindings",
    "50-completion-history",
    "60-ui-prompt",
    "65-vcs-gitstatus-instrument",
    "70-performance-monitoring",
    "80-security-validation",
    "85-post-plugin-boundary",
    "90-splash",
    "95-prompt-ready",
]
HELPERS = {
    "01-segment-lib",
    "02-guidelines-checksum",
    "65-vcs-gitstatus-instrument",
    "85-post-plugin-boundary",
    "95-prompt-ready",
}
FOLDERS = {"pre-plugin": PRE, "post-plugin": POST}
MODULES = [(folder, name) for folder, names in FOLDERS.items() for name in names]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_phase_holds_the_modules_of_the_design_and_no_others(shipped: Path, folder: str) -> None:
    assert sorted(file.stem for file in (shipped / folder).iterdir() if file.suffix != ".zwc") == FOLDERS[folder]


def test_there_are_eight_modules_before_the_plugins_and_eleven_after_helpers_not_counted() -> None:
    assert len(set(PRE) - HELPERS) == 8
    assert len(set(POST) - HELPERS) == 11


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_two_modules_of_a_phase_share_a_prefix(shipped: Path, folder: str) -> None:
    prefixes = [file.name[:2] for file in (shipped / folder).glob("*.zsh")]
    assert len(set(prefixes)) == len(prefixes)


@pytest.mark.parametrize(("folder", "name"), MODULES)
def test_a_module_begins_with_its_purpose_and_a_guard_on_its_own_sentinel(
    shipped: Path, folder: str, name: str
) -> None:
    purpose, guard, sets, *_ = (shipped / folder / f"{name}.zsh").read_text().splitlines()
    sentinel = "_LOADED_" + f"{folder}_{name[3:]}".upper().replace("-", "_")
    assert re.fullmatch(r"# [A-Z].{15,}\.", purpose)
    assert guard == f"(( ! ${{+{sentinel}}} )) || return 0"
    assert sets == f"typeset -g {sentinel}=1"


def test_no_file_is_wider_than_the_screen_of_its_reader(shipped: Path) -> None:
    files = [file for file in shipped.rglob("*") if file.is_file() and file.suffix != ".zwc"]
    assert [str(file) for file in files if any(len(line) > 110 for line in file.read_text().splitlines())] == []


def test_a_public_function_lives_in_a_file_of_its_name_and_says_what_it_does(shipped: Path) -> None:
    for file in (shipped / "functions").iterdir():
        assert file.read_text().startswith(f"# {file.name} ")


def test_no_function_bears_a_name_that_the_driver_of_a_session_defines(shipped: Path) -> None:
    probe = shipped.parent / "capture" / "probe"
    driver = "\n".join((probe / name).read_text() for name in ("driver.zsh", "around.zsh"))
    names = set(re.findall(r"^(-zf-[\w-]+)\(\)", driver, re.MULTILINE))
    ours = {file.name for file in (shipped / "functions").iterdir()}
    ours |= set(re.findall(r"^(-zf-[\w-]+)\(\)", (shipped / "first-paint.zsh").read_text(), re.MULTILINE))
    assert len(names) > len(("say", "control", "prompt"))
    assert names & ours == set()
