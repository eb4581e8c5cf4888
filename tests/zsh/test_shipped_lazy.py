"""The lazy framework: what a command costs, says and returns before, while and after it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess

    from tests.zsh.conftest import Shell

LOAD = 'source "$ZDOTDIR/pre-plugin/10-lazy-framework.zsh"; '
GOOD = 'typeset -gi loads=0; load() { (( ++loads )); thing() { print -r -- thing $#: "$@"; return 7; } }; '
HOSTILE = (
    "setopt ksh_arrays sh_word_split no_unset null_glob glob_subst no_clobber no_glob sh_glob rc_expand_param "
    "ksh_typeset posix_builtins; "
)


def run(shell: Shell, text: str) -> subprocess.CompletedProcess[str]:
    """The framework and some lines, in a zsh that reads no other file."""
    return shell.run(LOAD + text, "-f")


@pytest.mark.parametrize("options", ["", HOSTILE])
def test_the_first_call_loads_and_passes_everything_on(shell: Shell, options: str) -> None:
    done = run(shell, f"{options}{GOOD}lazy_register thing load; thing a 'b  *' ''; print -r -- $? $loads")
    assert (done.stdout, done.stderr) == ("thing 3: a b  * \n7 1\n", "")


def test_after_the_first_call_the_command_is_the_real_one_and_nothing_else(shell: Shell) -> None:
    done = run(shell, f"{GOOD}lazy_register thing load; thing; thing; print -r -- $loads; functions thing; lazy_status")
    assert done.stdout.splitlines()[2] == "1"
    assert "lazy" not in done.stdout.partition("1\n")[2].partition("thing  loaded")[0]


def test_input_and_output_belong_to_the_command_from_the_first_call_on(shell: Shell) -> None:
    done = run(shell, "load() { thing() { cat; } }; lazy_register thing load; print hello | thing; thing <<< there")
    assert (done.stdout, done.stderr) == ("hello\nthere\n", "")


def test_the_loader_runs_under_the_options_of_its_caller_and_may_set_them(shell: Shell) -> None:
    load = "load() { [[ -o ksh_arrays ]] && setopt extended_glob; thing() { :; } }; "
    done = run(shell, f"setopt ksh_arrays; {load}lazy_register thing load; thing; [[ -o extended_glob ]] && print yes")
    assert done.stdout == "yes\n"


def test_a_loader_is_told_which_command_it_is_for(shell: Shell) -> None:
    done = run(shell, 'load() { eval "$1() { print -r -- I am $1; }"; }; lazy_register b load; b')
    assert done.stdout == "I am b\n"


def test_a_loader_that_only_completes_path_hands_over_to_the_program(shell: Shell) -> None:
    tool = shell.root / "bin" / "tool"
    tool.parent.mkdir()
    tool.write_text("#!/bin/sh\necho program $1\n")
    tool.chmod(0o755)
    load = f"load() {{ path+=({tool.parent}); }}; lazy_register tool load; "
    done = run(shell, f"{load}tool one; tool two; print -r -- $+functions[tool]")
    assert (done.stdout, done.stderr) == ("program one\nprogram two\n0\n", "")


def test_commands_with_one_loader_are_loaded_together(shell: Shell) -> None:
    load = "loads=0; load() { (( ++loads )); a() { print A; }; b() { print B; }; }; "
    done = run(shell, f"{load}lazy_register a load; lazy_register b load; a; b; print $loads; lazy_status")
    assert done.stdout.splitlines() == ["A", "B", "1", "a  loaded  load", "b  loaded  load"]


def test_a_program_that_is_there_is_left_alone_unless_forced(shell: Shell) -> None:
    load = "load() { true() { print mine; }; } ; "
    done = run(shell, f"{load}lazy_register env load; print $? $+functions[env]; lazy_register true load; true")
    assert done.stdout == "0 0\n"
    for flag in ("--force", "-f"):
        done = run(shell, f"load() {{ env() {{ print mine; }}; }}; lazy_register {flag} env load; env")
        assert done.stdout == "mine\n"


@pytest.mark.parametrize("words", ["", "a", "a b c", "--force", "--force a", "--fast a b", "'' load", "a/b load"])
def test_a_wrong_call_says_how_it_is_meant(shell: Shell, words: str) -> None:
    done = run(shell, f"load() {{ :; }}; lazy_register {words}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "zf: lazy_register: wrong call. Try: lazy_register [--force] COMMAND LOADER\n"


def test_a_command_is_registered_once(shell: Shell) -> None:
    done = run(shell, "load() { :; }; lazy_register thing load; lazy_register thing other")
    assert (done.returncode, done.stderr) == (
        2,
        "zf: lazy_register: thing is registered already, with the loader load. Try: lazy_status\n",
    )


def test_a_loader_must_be_a_function(shell: Shell) -> None:
    done = run(shell, "lazy_register thing load")
    assert (done.returncode, done.stderr) == (
        3,
        "zf: lazy_register: there is no function load to load thing. Try: define it first\n",
    )


def test_a_loader_that_went_away_is_named(shell: Shell) -> None:
    done = run(shell, "load() { :; }; lazy_register thing load; unfunction load; thing")
    assert (done.returncode, done.stderr) == (3, "zf: thing: its loader load is gone. Try: define it again\n")


@pytest.mark.parametrize("options", ["", HOSTILE])
def test_a_loader_that_fails_is_told_and_tried_again(shell: Shell, options: str) -> None:
    load = "n=0; load() { (( ++n > 1 )) || return 9; thing() { print works; }; }; lazy_register thing load; "
    done = run(shell, f"{options}{load}thing; print $?; lazy_status; thing; print $?; lazy_status")
    assert done.stdout.splitlines() == [
        "4",
        "thing  failed  load  the loader ended with status 9",
        "works",
        "0",
        "thing  loaded  load",
    ]
    assert done.stderr == "zf: thing: the loader load ended with status 9. Try: thing again, or lazy_status\n"


def test_a_loader_that_defines_nothing_is_told_and_ends(shell: Shell) -> None:
    done = run(shell, "load() { :; }; lazy_register thing load; thing; print $?; thing; print $?; lazy_status")
    assert done.stdout.splitlines() == ["6", "6", "thing  failed  load  the loader defined no command thing"]
    assert done.stderr.splitlines() == ["zf: thing: the loader load defined no command thing. Try: lazy_status"] * 2


def test_a_loader_that_calls_its_own_command_is_stopped(shell: Shell) -> None:
    load = "load() { thing early; print -r -- inner $?; thing() { print late; }; }; lazy_register thing load; "
    done = run(shell, f"{load}thing; thing")
    assert done.stdout.splitlines() == ["inner 5", "late", "late"]
    assert done.stderr == "zf: thing: called by its own loader load, which is still at work\n"


def test_a_loader_that_calls_its_own_command_for_ever_is_stopped(shell: Shell) -> None:
    done = run(shell, "load() { thing; }; lazy_register thing load; thing; print $?; lazy_status")
    assert done.stdout.splitlines() == ["4", "thing  failed  load  the loader ended with status 5"]


def test_a_loader_with_an_error_leaves_a_command_that_can_be_tried_again(shell: Shell) -> None:
    load = "n=0; load() { (( ++n > 1 )) || : ${none:?broken}; thing() { print works; }; }; lazy_register thing load; "
    (shell.root / "lines").write_text(f"{LOAD}{load}\nthing\n")
    done = shell.run(f"source {shell.root}/lines; lazy_status; thing", "-f", "-i")
    assert done.stdout == "thing  failed  load  the loader was broken off\nworks\n"


def test_nothing_is_read_before_somebody_registers(shell: Shell) -> None:
    done = run(shell, "functions lazy_register; print -r -- $+_LAZY_STATE; lazy_status; print $?")
    assert "undefined" in done.stdout
    assert done.stdout.endswith("\n0\n0\n")


def test_the_framework_may_be_sourced_twice(shell: Shell) -> None:
    done = run(shell, f"{GOOD}lazy_register thing load; {LOAD}thing; lazy_status")
    assert done.stdout.splitlines()[1:] == ["thing  loaded  load"]
