"""Colours in the line that is typed: seen on the screen of a real terminal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from at_the_keyboard import Keyboard
from live import IS_5_8, KSH_ARRAYS

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

HIGHLIGHTER = Path("/usr/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh")
pytestmark = [
    pytest.mark.pty,
    pytest.mark.skipif(not HIGHLIGHTER.exists(), reason="the package zsh-syntax-highlighting is not installed"),
]


def test_commands_unknown_commands_and_strings_have_their_colours(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type('echo "a b" $(no-such-thing)')
        person.until(lambda: person.colour("echo") == "green")
        person.until(lambda: person.colour('"a b"') == "brown")
        person.until(lambda: person.colour("no-such-thing") == "red")


def test_a_colour_follows_when_a_word_becomes_a_command(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("ech")
        person.until(lambda: person.colour("ech") == "red")
        person.type("o")
        person.until(lambda: person.colour("echo") == "green")
        person.type("\x7f")
        person.until(lambda: person.colour("ech") == "red")


def test_the_next_line_has_colours_again(shell: Shell) -> None:
    with Keyboard(shell) as person:
        for ending in ("\r", "\x03", "\r"):
            person.type("true")
            person.until(lambda: person.colour("true") == "green")
            person.type(ending)


def test_the_same_line_again_after_an_interrupt_has_colours(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("echo same")
        person.type("\x03")
        person.type("echo same")
        person.until(lambda: person.colour("echo") == "green")


def test_a_pasted_text_has_colours(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.paste("echo 'x y' | no-such-thing")
        person.until(lambda: person.colour("'x y'") in {"brown", "default"})
        person.type(" ")
        person.until(lambda: person.colour("'x y'") == "brown")
        person.until(lambda: person.colour("no-such-thing") == "red")


def test_keys_that_come_all_at_once_have_colours_in_the_end(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type('echo "all at once" no', apart=False)
        person.until(lambda: person.colour('"all at once"') == "brown")


def test_every_line_of_a_command_has_colours(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type('echo "first"\x16\necho "second"')
        person.until(lambda: person.colour('"first"') == "brown")
        person.until(lambda: person.colour('"second"') == "brown")


def test_a_continued_line_has_colours(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("if true\r")
        person.type("then")
        person.until(lambda: person.line().startswith("if>"))
        person.type("\r")
        person.type("nosuchword")
        person.until(lambda: person.colour("nosuchword") == "red")


def test_vi_mode_has_colours(shell: Shell) -> None:
    shell.write_local("post/vi", "bindkey -v")
    with Keyboard(shell) as person:
        person.type("ech")
        person.type("\x1bao")
        person.until(lambda: person.colour("echo") == "green")
        person.type("\x1bx")
        person.until(lambda: person.colour("ech") == "red")


def test_a_line_from_the_history_has_colours(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type('echo "from history"\r')
        person.type("\x10")
        person.until(lambda: person.colour('"from history"') == "brown")


def test_a_search_in_the_history_shows_colours(shell: Shell) -> None:
    shell.write_local("post/keys", "bindkey '^R' history-incremental-search-backward")
    with Keyboard(shell) as person:
        person.type('echo "searched"\r')
        person.type("\x12sear")
        person.until(lambda: person.colour("echo") == "green")
        person.type("\x07")


@pytest.mark.skipif(IS_5_8, reason="colours have no names in zsh 5.8: the highlighter takes all for its own")
def test_colours_that_others_have_set_stay(shell: Shell) -> None:
    shell.write_local(
        "post/mine",
        "mark-it() { region_highlight+=('5 8 fg=magenta memo=mine') }; zle -N mark-it; bindkey '^Xm' mark-it",
    )
    with Keyboard(shell) as person:
        person.type("echo abc")
        person.type("\x18m")
        person.until(lambda: person.colour("abc") == "magenta")
        person.type(" x")
        person.until(lambda: person.colour("abc") == "magenta")
        person.until(lambda: person.colour("echo") == "green")


@pytest.mark.parametrize(
    "install",
    [
        "zle -N zle-line-pre-redraw mine",
        "autoload -Uz add-zle-hook-widget; zle -N mine; add-zle-hook-widget zle-line-pre-redraw mine",
    ],
)
@pytest.mark.parametrize("when", ["start", "later"])
def test_a_hook_of_the_users_own_lives_beside_ours(shell: Shell, install: str, when: str) -> None:
    text = f"mine() {{ typeset -gi seen; (( ++seen )) }}; install-mine() {{ {install} }}"
    shell.write_local("post/mine", text + ("; install-mine" if when == "start" else ""))
    with Keyboard(shell) as person:
        person.type("true\r" if when == "start" else "install-mine\r")
        person.type("echo")
        person.until(lambda: person.colour("echo") == "green")
        person.type(" $((seen > 3))\r")
        assert "\n1\n" in person.text


def test_a_widget_that_the_user_defines_later_changes_the_line_with_colours(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("put-it() { BUFFER='echo put'; CURSOR=8 }; zle -N put-it; bindkey '^Xp' put-it\r")
        person.type("\x18p")
        person.until(lambda: person.colour("echo") == "green")


def test_two_kills_are_still_one_yank(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("echo one two\x17")
        person.type("\x17")
        person.type("\x19")
        person.until(lambda: person.line().endswith("echo one two"))


def test_yank_pop_still_follows_a_yank(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("echo one\x15")
        person.type("echo two\x15")
        person.type("\x19")
        person.until(lambda: person.line().endswith("echo two"))
        person.type("\x1by")
        person.until(lambda: person.line().endswith("echo one"))


def test_a_menu_of_completions_can_still_be_walked(shell: Shell) -> None:
    for name in ("alpha", "alpine"):
        (shell.root / "zf-here" / name).touch()
    with Keyboard(shell) as person:
        person.type("echo al\t")
        person.type("\t")
        first = person.line()
        person.type("\t")
        person.until(lambda: person.line() != first)
        person.type(" ")
        person.until(lambda: person.colour("echo") == "green")


def test_a_region_is_shown_while_it_is_active(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("echo abc\x00\x02\x02\x02")
        person.until(lambda: person.reverse("abc"))
        person.type("\x07\x05")


def test_other_highlighters_that_the_user_names_work(shell: Shell) -> None:
    shell.write_local("pre/brackets", "ZSH_HIGHLIGHT_HIGHLIGHTERS=(main brackets)")
    with Keyboard(shell) as person:
        person.type("echo $((1+(2)))")
        person.type("\x02\x02\x02")
        person.until(lambda: person.colour("echo") == "green")
        person.until(lambda: person.colour("((1+") != "default")


def test_a_style_that_the_user_has_set_before_is_kept(shell: Shell) -> None:
    shell.write_local("pre/style", "typeset -gA ZSH_HIGHLIGHT_STYLES; ZSH_HIGHLIGHT_STYLES[builtin]=fg=cyan")
    with Keyboard(shell) as person:
        person.type("echo no-such")
        person.until(lambda: person.colour("echo") == "cyan")
        person.type("\x01\x0bnosuch")
        person.until(lambda: person.colour("nosuch") == "red")


def test_comments_are_coloured_as_the_users_options_say(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("echo # nosuch")
        with_comments = person.colour("# nosuch")
        person.type("\x03setopt no_interactive_comments\r")
        person.type("echo # nosuch")
        person.until(lambda: person.colour("# nosuch") != with_comments)


def test_reading_the_configuration_again_changes_nothing(shell: Shell) -> None:
    with Keyboard(shell) as person:
        person.type("source $ZDOTDIR/.zshrc; source $ZDOTDIR/post-plugin/20-essential-plugins.zsh\r")
        person.type("clear\r")
        person.type("echo no-such")
        person.until(lambda: person.colour("echo") == "green")
        assert "command not found" not in person.text


@pytest.mark.parametrize("option", [KSH_ARRAYS, "sh_word_split", "glob_subst", "no_unset", "warn_create_global"])
def test_colours_stand_under_options_that_change_the_language(shell: Shell, option: str) -> None:
    shell.write_local("post/option", f"setopt {option}")
    with Keyboard(shell) as person:
        person.type('echo "a b"')
        person.until(lambda: person.colour("echo") == "green")
        person.until(lambda: person.colour('"a b"') == "brown")
        assert person.text.count("\n") == 0


def test_no_process_is_started_before_a_key_is_typed(shell: Shell) -> None:
    shell.write_local("pre/no-completion", "_COMPINIT_DONE=1")  # compinit asks for a binding in a process
    with Keyboard(shell):
        pass  # the first start of all takes pictures
    with Keyboard(shell, options=("-d",)) as person:
        assert person.children() == 0


def test_an_interrupt_in_the_middle_of_the_work_leaves_colours_for_the_next_line(shell: Shell) -> None:
    with Keyboard(shell) as person:
        for _ in range(5):
            person.type("echo one two $HOME | no-such; true && false\x03", apart=False)
        person.type("echo")
        person.until(lambda: person.colour("echo") == "green")


@pytest.mark.parametrize("slow", ["_zsh_highlight", "-zf-suggest"])
def test_an_interrupt_in_the_middle_of_the_work_ends_the_line_and_needs_no_other_key(shell: Shell, slow: str) -> None:
    at_work = shell.root / "at-work"
    once = f"{slow}() {{ (( ! at_work++ )) || return 0; : >| {at_work}; while [[ -e {at_work} ]]; do :; done }}"
    shell.write_local("post/slow", f"integer at_work; {once}")
    with Keyboard(shell) as person:
        person.press("print")
        person.until(at_work.exists)
        person.press("\x03")
        person.until(lambda: person.text.count("zf-here") > 1)
        at_work.unlink()
        person.press("print -r -- li''ved\n")
        person.until("\nlived")


@pytest.mark.parametrize("call", ['zle .theirs -- "$@"', "-zf-line-redraw"])
def test_who_wraps_our_hook_as_themes_do_is_called_and_calls_us(shell: Shell, call: str) -> None:
    shell.write_local(
        "post/theme",
        f"""theirs() {{ {call}; (( ++theirs )) }}
        at_end() {{ zle .at-end -- "$@" }}
        wrap() {{
          zle -A zle-line-pre-redraw .theirs; zle -N zle-line-pre-redraw theirs
          zle -A zle-line-finish .at-end; zle -N zle-line-finish at_end
          precmd_functions[(r)wrap]=()
        }}
        precmd_functions+=(wrap)""",
    )
    with Keyboard(shell) as person:
        for _ in range(3):
            person.press(":\n")
            person.settle()
        person.type("echo")
        assert person.colour("echo") == "green"
        person.type(" $theirs .\n")
        assert "nested" not in person.text
        assert re.search(r"^[1-9]\d* \.$", person.text, re.MULTILINE)
