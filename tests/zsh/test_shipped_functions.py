"""The zf:: functions, called the way a user's file would call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

#: Every public function; one more is a decision, not an accident.
MANIFEST = [
    "zf::aliases",
    "zf::async",
    "zf::debug",
    "zf::ensure_cmd",
    "zf::functions",
    "zf::has",
    "zf::keys",
    "zf::log",
    "zf::macos_defaults",
    "zf::options",
    "zf::path_add",
    "zf::perf",
    "zf::require",
    "zf::source",
    "zf::trust_anchor_dump",
    "zf::trust_anchor_get",
    "zf::trust_anchor_has",
    "zf::trust_anchor_keys",
    "zf::warn",
    "zf::with_timing",
]
#: Those that module 10 makes available; the others come with their modules.
CORE = [name for name in MANIFEST if not name.startswith(("zf::async", "zf::macos", "zf::trust"))]
LOAD = 'source "$ZDOTDIR/post-plugin/10-core-functions.zsh"; '


@pytest.mark.parametrize(
    ("call", "status", "error"),
    [
        ("zf::has sh", 0, ""),
        ("zf::has print", 0, ""),
        ("zf::has no-such-thing", 1, ""),
        ("zf::has", 2, ""),
        ("zf::ensure_cmd sh env", 0, ""),
        ("zf::ensure_cmd sh no-such-thing", 1, ""),
        ("zf::ensure_cmd print-is-no-command", 1, ""),
        ("zf::ensure_cmd", 2, ""),
        ("zf::require sh", 0, ""),
        ("zf::require no-such-thing", 1, "zf: warning: no-such-thing not found\n"),
        (
            "zf::require no-such-thing 'apt install it'",
            1,
            "zf: warning: no-such-thing not found. Try: apt install it\n",
        ),
        ("zf::log -n '%d' two", 0, "zf: -n %d two\n"),
        ("zf::warn careful", 0, "zf: warning: careful\n"),
        ("ZF_LOG_PREFIX=me; zf::log x", 0, "me: x\n"),
    ],
)
def test_a_core_function_answers_by_status_and_speaks_on_stderr_alone(
    shell: Shell, call: str, status: int, error: str
) -> None:
    done = shell.run(LOAD + call)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", error)


def test_core_functions_do_not_mind_the_options_of_their_caller(shell: Shell) -> None:
    hostile = "setopt ksh_arrays sh_word_split no_unset null_glob glob_subst; "
    done = shell.run(f"{LOAD}{hostile}zf::require sh && zf::log 'a  *'")
    assert (done.returncode, done.stderr) == (0, "zf: a  *\n")


def test_core_functions_are_not_read_before_they_are_called(shell: Shell) -> None:
    done = shell.run(LOAD + "print -r -- ${(ok)functions[(I)zf::*]}; functions zf::has")
    names, body = done.stdout.split("\n", 1)
    assert names.split() == CORE
    assert "undefined" in body


def test_the_manifest_names_every_public_function_and_each_has_its_file(shipped: Path) -> None:
    assert sorted(file.name for file in (shipped / "functions").glob("zf::*") if file.suffix != ".zwc") == MANIFEST


def test_no_function_of_ours_has_the_name_of_a_command_or_of_one_of_zshs_functions(shell: Shell) -> None:
    names = "${(k)functions[(I)*zf*]}"
    done = shell.run(
        "a=(${(k)functions}); "
        f'source "$ZDOTDIR/.zshrc"; for n in {names}; do (( $+commands[$n] + $+builtins[$n] + $a[(Ie)$n] )) && '
        "print -r -- $n; for d in $fpath; do [[ -e $d/$n ]] && print -r -- $n; done; done",
        "-fi",
    )
    assert done.stdout.split() == []


def test_the_functions_are_listed_with_what_they_are_for(shell: Shell) -> None:
    lines = shell.run(LOAD + "zf::functions").stdout.splitlines()
    assert [re.split(r"[ :](?!:)", line.replace("::", "\0"))[0].replace("\0", "::") for line in lines] == CORE


def test_a_debug_line_is_written_only_when_asked_for(shell: Shell) -> None:
    assert shell.run(LOAD + "zf::debug a; ZF_DEBUG=1 zf::debug b").stderr == "zf: debug: b\n"


def test_the_options_are_told_as_the_caller_has_them(shell: Shell) -> None:
    lines = shell.run(LOAD + "setopt ksh_arrays; zf::options").stdout.splitlines()
    assert {"ksharrays=on", "autocd=off"} <= set(lines)
    assert lines == sorted(lines)
    assert len(lines) > 150


@pytest.mark.parametrize(
    ("call", "status", "path"),
    [
        ("zf::path_add ~/bin", 0, "/usr/bin ~/bin"),
        ("zf::path_add '~/bin/' /usr/bin", 0, "/usr/bin ~/bin"),
        ("zf::path_add --first ~/bin", 0, "~/bin /usr/bin"),
        ("zf::path_add /nowhere relative ~/bin", 1, "/usr/bin ~/bin"),
        ("zf::path_add", 2, "/usr/bin"),
    ],
)
def test_a_folder_is_put_on_path_once_and_only_when_it_is_there(
    shell: Shell, call: str, status: int, path: str
) -> None:
    (shell.root / "home" / "bin").mkdir()
    done = shell.run(f"path=(/usr/bin); {LOAD}{call}; print -r -- $? $path")
    assert done.stdout.split() == [str(status), *path.replace("~", f"{shell.root}/home").split()]


def test_a_file_is_read_in_the_scope_of_the_caller_and_a_broken_one_is_told(shell: Shell) -> None:
    (shell.root / "good").write_text("typeset -g mine=good; setopt ksh_arrays\n")
    (shell.root / "bad").write_text("return 3\n")
    good, bad = shell.root / "good", shell.root / "bad"
    done = shell.run(
        f"{LOAD}zf::source {bad} /nowhere {good}; print -r -- $? $mine ${{options[ksharrays]}}; zf::source"
    )
    assert done.stdout == "1 good on\n"
    assert done.stderr == f"zf: warning: {bad} ended with status 3\n"
    assert done.returncode == 2


def test_a_timed_command_keeps_its_output_and_status(shell: Shell) -> None:
    done = shell.run(f'source "$ZDOTDIR/pre-plugin/01-segment-lib.zsh"; {LOAD}f() {{ print out; return 7; }}; '
                     "zf::with_timing name f; print -r -- $?; zf::with_timing name; print -r -- $?")  # fmt: skip
    assert done.stdout == "out\n7\n2\n"
    assert re.fullmatch(r"zf: name took \d+\.\d{3} ms\n", done.stderr)
