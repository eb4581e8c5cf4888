"""Suggestions behind the line that is typed: seen in grey on the screen of a real terminal, and taken with keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from at_the_keyboard import Keyboard
from live import KSH_ARRAYS

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

SUGGESTIONS = Path("/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh")
pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(not SUGGESTIONS.exists(), reason="the package zsh-autosuggestions is not installed"),
]
LINES = ["echo one", "echo older words", "print -r -- 'two words'", "echo newer words here", "ls -l /usr/share"]


def remember(shell: Shell, lines: list[str] = LINES) -> None:
    """A history that the shell finds when it starts, the latest line last."""
    text = "".join(f": {1600000000 + number}:0;{line}\n" for number, line in enumerate(lines))
    (shell.root / "home" / ".zsh_history").write_text(text)


def test_the_latest_line_that_begins_so_stands_in_grey(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        person.type("ec")
        person.until(lambda: person.grey() == "ho newer words here")
        person.type("ho o")
        person.until(lambda: person.grey() == "lder words")
        person.type("x")
        person.until(lambda: person.grey() == "")


def test_going_back_brings_the_latest_again(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        person.type("echo o")
        person.until(lambda: person.grey() == "lder words")
        person.type("\x7f")
        person.until(lambda: person.grey() == "newer words here")
        person.type("\x15")
        person.until(lambda: person.grey() == "")


@pytest.mark.parametrize("key", ["\x1b[C", "\x06", "\x05"])
def test_keys_that_go_right_take_it_all(shell: Shell, key: str) -> None:
    remember(shell)
    shell.write_local("post/keys", "bindkey '^[[C' forward-char")
    with Keyboard(shell) as person:
        person.type("echo o")
        person.type(key, apart=False)
        person.until(lambda: person.line().endswith("echo older words"))
        person.until(lambda: person.grey() == "")
        person.until(lambda: person.colour("echo") == "green")
        person.type("!\r")
        assert "\nolder words!\n" in person.text


def test_a_key_that_goes_a_word_takes_a_word(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        person.type("echo n")
        person.type("\x1bf", apart=False)
        person.until(lambda: person.grey().strip() == "words here")
        person.type("\x1bf", apart=False)
        person.until(lambda: person.grey().strip() == "here")
        person.type("\r")
        assert "\nnewer words\n" in person.text


def test_a_key_that_goes_right_in_the_middle_of_a_line_takes_nothing(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        person.type("echo o\x02\x02\x06")
        person.until(lambda: person.grey() == "lder words")


def test_what_is_not_taken_is_not_run_and_leaves_the_screen(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        person.type("echo n")
        person.until(lambda: person.grey() == "ewer words here")
        person.type("\r")
        assert "echo n\nn\n" in person.text


def test_vi_mode_takes_with_its_keys(shell: Shell) -> None:
    remember(shell)
    shell.write_local("post/vi", "bindkey -v")
    with Keyboard(shell) as person:
        person.type("echo o")
        person.until(lambda: person.grey() == "lder words")
        person.type("\x1b")
        person.type("l")
        person.until(lambda: person.line().endswith("echo older words"))
        person.until(lambda: person.grey() == "")


def test_what_was_just_run_is_suggested(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("echo brand new\r")
        person.type("echo b")
        person.until(lambda: person.grey() == "rand new")


def test_after_an_interrupt_suggestions_come_again(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        for _ in range(3):
            person.type("echo o")
            person.until(lambda: person.grey() == "lder words")
            person.type("\x03")


def test_pasted_text_gets_a_suggestion_too(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        person.paste("echo ol")
        person.until(lambda: person.grey() == "der words")


def test_a_line_of_several_lines_is_suggested_and_taken(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("for x in a b\rdo echo $x\rdone\r")
        person.type("for")
        assert "done" in person.text.splitlines()[-1]
        person.type("\x05\r")
        assert person.text.count("\na\nb\n") == 2


@pytest.mark.parametrize("name", ["a*b [c]", "(x|y)", "\\d ~ # ^", "'q' \"r\"", "é ü"])
def test_signs_that_mean_something_in_patterns_are_taken_as_they_are(shell: Shell, name: str) -> None:
    remember(shell, [f"true -- {name} the end", "true -- other"])
    with Keyboard(shell) as person:
        person.type(f"true -- {name[:-1]}")
        person.until(lambda: person.grey() == f"{name[-1]} the end")


def test_going_up_in_the_history_shows_lines_without_suggestions(shell: Shell) -> None:
    remember(shell, ["echo one and more", "echo one"])
    with Keyboard(shell) as person:
        person.type("\x10")
        person.until(lambda: person.line().endswith("echo one"))
        person.until(lambda: person.grey() == "")


def test_a_search_in_the_history_shows_no_suggestion(shell: Shell) -> None:
    remember(shell)
    shell.write_local("post/keys", "bindkey '^R' history-incremental-search-backward")
    with Keyboard(shell) as person:
        person.type("echo")
        person.until(lambda: person.grey().strip() == "newer words here")
        person.type("\x12old")
        person.until(lambda: person.grey() == "")
        person.type("\x07")


def test_completion_does_not_meet_a_suggestion(shell: Shell) -> None:
    remember(shell, ["ls alpha-and-more"])
    for name in ("alpha", "alpine"):
        (shell.root / "zf-here" / name).touch()
    with Keyboard(shell) as person:
        person.type("ls a")
        person.until(lambda: person.grey() == "lpha-and-more")
        person.type("\t")
        person.type("\t")
        person.until(lambda: person.line().split("# ")[1] in {"ls alp", "ls alpha", "ls alpha-and-more", "ls alpine"})
        person.type("\t")
        assert "lpha-and-morelp" not in person.text


def test_a_widget_of_the_users_own_in_the_place_of_a_taking_one_takes(shell: Shell) -> None:
    remember(shell)
    shell.write_local("post/mine", "forward-char() { zle .forward-char }; zle -N forward-char")
    with Keyboard(shell) as person:
        person.type("echo o\x06")
        person.until(lambda: person.line().endswith("echo older words"))


def test_a_widget_that_is_defined_again_later_takes_too(shell: Shell) -> None:
    remember(shell)
    with Keyboard(shell) as person:
        person.type("echo o\x06\r")
        person.type("forward-char() { zle .forward-char }; zle -N forward-char\r")
        person.type("print\x06")
        person.until(lambda: person.line().endswith("'two words'"))


def test_suggestions_can_be_switched_off_and_on(shell: Shell) -> None:
    remember(shell)
    shell.write_local("post/keys", "bindkey '^Xt' autosuggest-toggle")
    with Keyboard(shell) as person:
        person.type("\x18techo")
        person.until(lambda: person.grey() == "")
        person.type("\x18t")
        person.until(lambda: person.grey().strip() == "newer words here")


def test_the_settings_of_the_plugin_hold(shell: Shell) -> None:
    remember(shell)
    text = "ZSH_AUTOSUGGEST_HIGHLIGHT_STYLE=fg=magenta ZSH_AUTOSUGGEST_BUFFER_MAX_SIZE=6"
    shell.write_local("pre/mine", f"{text} ZSH_AUTOSUGGEST_HISTORY_IGNORE='*here'")
    with Keyboard(shell) as person:
        person.type("echo ")
        person.until(lambda: person.colour("older words") == "magenta")
        person.type("\x15")
        person.paste("print -r")
        assert "two words" not in person.text


def test_completion_stands_in_when_the_history_knows_nothing(shell: Shell) -> None:
    remember(shell)
    (shell.root / "zf-here" / "zebra").touch()
    shell.write_local("pre/mine", "ZSH_AUTOSUGGEST_STRATEGY=(history completion)")
    with Keyboard(shell) as person:
        person.type("ls -l z")
        person.until(lambda: person.grey() == "ebra")
        person.type("\x05")
        person.until(lambda: person.line().endswith("ls -l zebra"))
        person.type("\x15echo o")
        person.until(lambda: person.grey() == "lder words")


def test_a_long_history_is_known_after_a_moment(shell: Shell) -> None:
    shell.write_local("pre/history", "HISTSIZE=50000 SAVEHIST=50000")
    remember(shell, ["echo the very first", *(f"true number {number}" for number in range(30000))])
    with Keyboard(shell) as person:
        person.type("echo t")
        person.until(lambda: person.grey() == "he very first")
        person.type("\x15true number 7")
        person.until(lambda: person.grey().startswith("9"))
        person.type("\x15echo more\r")
        person.type("echo m")
        person.until(lambda: person.grey() == "ore")


@pytest.mark.parametrize("option", [KSH_ARRAYS, "sh_word_split", "glob_subst", "null_glob", "warn_create_global"])
def test_suggestions_stand_under_options_that_change_the_language(shell: Shell, option: str) -> None:
    remember(shell)
    shell.write_local("post/option", f"setopt {option}")
    with Keyboard(shell) as person:
        person.type("echo o")
        person.until(lambda: person.grey() == "lder words")
        person.type("\x05")
        person.until(lambda: person.line().endswith("echo older words"))
        assert person.text.count("\n") == 0
