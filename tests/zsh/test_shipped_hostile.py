"""The shipped configuration where options, files and folders are against it: always a prompt, every marker."""

from __future__ import annotations

import os
import re
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from live import Live

if TYPE_CHECKING:
    from tests.zsh.conftest import Session, Shell

pytestmark = pytest.mark.pty

MARKERS = ["rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end", "prompt_ready"]
SEGMENTS = 28
#: Options that ask for output, or that leave no interactive shell with start-up files to speak of.
BESIDE_THE_POINT = {
    "interactive",
    "zle",
    "shinstdin",
    "singlecommand",
    "rcs",
    "globalrcs",
    "exec",
    "restricted",
    "login",
    "privileged",
    "monitor",
    "xtrace",
    "verbose",
    "sourcetrace",
}
HOSTILE = [
    "ksh_arrays",
    "ksh_zero_subscript",
    "sh_word_split",
    "no_unset",
    "null_glob",
    "glob_subst",
    "no_clobber",
    "no_glob",
    "csh_null_glob",
    "sh_glob",
    "ksh_glob",
    "err_return",
    "all_export",
    "ignore_braces",
    "posix_builtins",
    "posix_identifiers",
    "ksh_typeset",
    "no_bare_glob_qual",
    "warn_create_global",
    "warn_nested_var",
    "force_float",
    "no_prompt_percent",
    "rc_expand_param",
    "csh_junkie_quotes",
    "rc_quotes",
    "octal_zeroes",
    "no_case_glob",
    "mark_dirs",
    "local_options",
]


def complaint(session: Session) -> str:
    """What is wrong with a start-up, in words; empty when nothing is."""
    if plain := session.before_prompt():
        return f"output before the prompt: {plain[:200]}"
    if session.names() != MARKERS:
        return f"markers: {session.names()}"
    return "" if len(session.segments()) == SEGMENTS else f"segments: {sorted(session.segments())}"


def test_flipping_any_one_option_of_zsh_changes_neither_prompt_nor_markers(shell: Shell) -> None:
    known = subprocess.run(
        ["zsh", "-fc", "print -rl -- ${(kv)options}"], capture_output=True, text=True, check=True
    ).stdout.split()
    states = dict(zip(known[::2], known[1::2], strict=True))
    wrong = {}
    for name in sorted(states.keys() - BESIDE_THE_POINT):
        flip = "+o" if states[name] == "on" else "-o"
        if found := complaint(shell.session(options=("-d", flip, name))):
            wrong[f"{flip} {name}"] = found
    assert len(states) > 150
    assert wrong == {}


def test_many_hostile_options_at_once_change_neither_prompt_nor_markers(shell: Shell) -> None:
    options = tuple(word for name in HOSTILE for word in ("-o", name))
    assert complaint(shell.session(options=("-d", *options))) == ""


def test_no_option_disturbs_the_paint_before_the_start_files(shell: Shell) -> None:
    cache = shell.root / "home" / ".cache" / "zshforge"
    (shell.zdotdir / ".zprofile").write_text("print -r -- output\n")
    # The shell's glob counts seconds by a clock that may be a tick behind the one of its prompt.
    time.sleep(2.1)
    for _ in range(2):  # what was changed in the second of the first look is looked at again
        with Live(shell, options=("-l",)) as live:
            live.until(lambda: (cache / "early-paint").exists() and any(cache.glob("paint-*")))
            live.rest(1.1)
    known = subprocess.run(["zsh", "-fc", "print -rl -- ${(k)options}"], capture_output=True, text=True, check=True)
    flips = [("-o", name) for name in (*sorted(set(known.stdout.split()) - BESIDE_THE_POINT), "no_brace_expand")]
    wrong = {}
    for flip in [(), *flips, tuple(word for name in HOSTILE for word in ("-o", name))]:
        with Live(shell, options=("-l", *flip), typed=b"exit\n") as live:
            while live.child.poll() is None:
                live.take(0.1)
            live.take()
        first, _, rest = live.raw.partition(b"\x1b7")
        start = rest.partition(b"\x1b[?2004h")[0]
        if b"output" in first or b"output" not in rest or re.search(rb"\x1b7|rror|bad |not found", start):
            wrong[flip] = live.raw
    assert wrong == {}


def test_a_shell_that_stops_at_the_first_error_gets_to_its_prompt(shell: Shell) -> None:
    assert complaint(shell.session(options=("-d", "-e"))) == ""


def test_options_set_by_the_users_own_file_hold_for_it_and_hurt_nobody(shell: Shell) -> None:
    shell.write_local("pre/options", f"setopt {' '.join(HOSTILE)}")
    session = shell.session("[[ -o ksharrays && -o allexport && -o localoptions ]] && print -r -- kept")
    assert session.names() == MARKERS
    assert "kept\r\n" in session.screen


def test_aliases_of_the_user_do_not_reach_the_modules(shell: Shell) -> None:
    words = "source eval print setopt typeset emulate unset local autoload true return zmodload compinit"
    shell.write_local("pre/aliases", "\n".join(f"alias {word}='print -r -- aliased;'" for word in words.split()))
    session = shell.session("alias source")
    assert session.names() == MARKERS
    assert "print -r -- aliased" in session.screen
    assert "\naliased" not in session.screen.split("zf-here")[0]


def test_a_users_file_with_an_error_does_not_keep_the_prompt_away(shell: Shell) -> None:
    shell.write_local("pre/a", "return 7")
    shell.write_local("pre/b", "no-such-command-here")
    shell.write_local("post/c", "if then fi )")
    assert shell.session().names() == MARKERS


def test_a_home_in_which_nothing_can_be_written_still_gives_a_prompt(shell: Shell) -> None:
    session = shell.session("print -r -- ${+functions[compdef]}", HOME="/proc/1/task")
    assert session.names() == MARKERS
    assert "\n1\r\n" in session.screen


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes wherever it likes")
def test_a_home_without_permission_to_write_still_gives_a_prompt(shell: Shell) -> None:
    home = shell.root / "home"
    home.chmod(0o555)
    try:
        assert complaint(shell.session()) == ""
    finally:
        home.chmod(0o755)


def test_no_home_at_all_still_gives_a_prompt(shell: Shell) -> None:
    session = shell.session(HOME=None, XDG_CACHE_HOME=str(shell.root / "cache"), HISTFILE="/dev/null")
    assert session.names() == MARKERS


@pytest.mark.parametrize("locale", ["C", "POSIX", "de_DE.UTF-8", "no_SUCH.locale"])
def test_stamps_do_not_depend_on_the_locale(shell: Shell, locale: str) -> None:
    session = shell.session(LC_ALL=locale)
    assert session.names() == MARKERS
    assert session.stamps() == sorted(session.stamps())


@pytest.mark.parametrize("option", ["ignore_braces", "ignore_close_braces", "csh_junkie_quotes", "sh_glob"])
def test_functions_that_are_read_later_are_read_as_they_were_written(shell: Shell, option: str) -> None:
    shell.write_local("post/option", f"setopt {option}")
    with Live(shell) as live:
        live.run("print -r -- alive")
        live.until("alive")
        live.run("zf::has zsh; print -r -- has $?; cd /tmp; print -r -- here")
        live.until("here")
        live.rest()
        assert "has 0" in live.lines()
        assert not [line for line in live.lines() if re.search("parse error|not found|bad pattern", line)]
