"""zsh 5.8: what came with 5.9 is not used, or only behind a question; the way without it works, too.

The whole suite was run with a zsh 5.8 (docs/benchmarks.md); these tests keep it so where there is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from at_the_keyboard import Keyboard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

#: What zsh 5.9 brought (its NEWS and README), as it would stand in a line.
NEWER = {
    "a name for a colour": r"memo=",
    "a widget that leaves LASTWIDGET alone": r"\bzle [^;|&]+ -f nolast",
    "the flag for extended patterns": r"\$\{\(\w*\*\w*\)",
    "the flag for negative numbers": r"\$\{\(\w*(?<!q)-\w*\)",
    "a traced function": r"\bfunction(s)? -T\b",
    "an option": r"\b(setopt|unsetopt|-o)\b.*\b(clobber_?empty|typeset_?to_?unset|case_?paths|short_?repeat)\b",
    "strftime without a newline": r"\bstrftime -n",
    "the interval of flock": r"\bzsystem flock .*-i\b",
    "a reference (5.10)": r"\btypeset -n\b|\bnameref\b",
    "a substitution in this shell (5.10)": r"\$\{[ |]",
}
GUARD = "_zf_line_memo"


def test_what_came_with_zsh_5_9_stands_behind_a_question_alone(shipped: Path) -> None:
    found = []
    for file in sorted(path for path in shipped.rglob("*") if path.is_file() and path.suffix != ".toml"):
        asked = GUARD in file.read_text()
        for line in file.read_text().splitlines():
            code = line.partition(" # ")[0]
            if code.startswith("#"):
                continue
            found += [(file.name, name, line) for name, form in NEWER.items() if re.search(form, code) and not asked]
    assert [entry for entry in found if entry[0] != "-zf-line-late"] == []


@pytest.fixture
def old(shell: Shell) -> Shell:
    """A configuration that takes every zsh for one before 5.9."""
    module = shell.zdotdir / "post-plugin" / "20-essential-plugins.zsh"
    lines = [line for line in module.read_text().splitlines() if "_zf_line_memo=1" not in line]
    assert len(lines) < len(module.read_text().splitlines())
    module.write_text("\n".join(lines) + "\n")
    return shell


@pytest.mark.pty
def test_colours_and_suggestions_stand_without_names_for_colours(old: Shell) -> None:
    with Keyboard(old) as person:
        person.press("echo one two\n")
        person.settle()
        person.type("echo on")
        assert person.colour("echo") == "green"
        assert person.grey() == "e two"
        person.type("\x03")
        person.type("no-such-command")
        assert person.colour("no-such-command") == "red"
        assert "memo" not in person.text


@pytest.mark.pty
def test_arrows_kills_and_menus_go_on_where_a_colour_came_in_between(old: Shell) -> None:
    (old.root / "zf-here" / "aa1").touch()
    (old.root / "zf-here" / "aa2").touch()
    with Keyboard(old) as person:
        person.press("echo first\necho second\n")
        person.settle()
        person.type("echo\x1b[A")
        person.until("echo second", 20)
        person.type("\x1b[A")
        assert person.line().endswith("echo first")
        person.type("\x03")
        person.type("echo one two")
        person.type("\x17")
        person.type("\x17")
        person.type("\x19")
        assert person.line().endswith("echo one two")
        person.type("\x03")
        person.type("print -- aa")
        person.press("\t")
        person.until("-- file --")
        for wanted in ("aa1", "aa2"):
            person.press("\t")
            person.until(lambda wanted=wanted: person.line().endswith(wanted))  # type: ignore[misc]  # of this turn
