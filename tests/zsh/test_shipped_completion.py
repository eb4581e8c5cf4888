"""Completion of the shipped configuration: one compinit, on a dump that tells the truth."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.zsh.conftest import Shell

pytestmark = pytest.mark.pty
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")

COUNT = """
typeset -ga compinit_calls
compinit() {
  unfunction compinit; autoload -Uz compinit
  compinit_calls+=("$*")
  compinit "$@"
}
"""
CALLS = 'print -r -- "calls $#compinit_calls: $compinit_calls"'


@pytest.fixture
def counted(shell: Shell) -> Shell:
    """A home in which the calls of compinit are counted, and a folder of its own in fpath."""
    (shell.root / "site").mkdir()
    shell.write_local("pre/count", COUNT + f"fpath=({shell.root}/site $fpath)\n")
    return shell


def dump_folder(shell: Shell) -> Path:
    """Where the dump lies."""
    return shell.root / "home" / ".cache" / "zshforge"


def test_compinit_runs_once_in_a_new_home_and_once_on_its_dump(counted: Shell) -> None:
    for wanted in ("calls 1: -i -d", "calls 1: -C -d"):
        assert wanted in counted.session(CALLS).screen


def test_the_folder_of_the_dump_is_made_for_the_user_alone_and_nothing_else_stays_in_it(counted: Shell) -> None:
    counted.session()
    folder = dump_folder(counted)
    names = sorted(file.name for file in folder.glob("compdump*"))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [name.removeprefix(names[0]) for name in names] == ["", ".fpath", ".zwc"]


def test_a_new_completion_is_known_in_the_next_shell(counted: Shell) -> None:
    counted.session()
    (counted.root / "site" / "_zf_new").write_text("#compdef zf-new\n")
    session = counted.session(CALLS, "print -r -- found $_comps[zf-new]")
    assert "calls 1: -i -d" in session.screen
    assert "found _zf_new" in session.screen


def test_a_renamed_completion_is_forgotten_although_the_count_is_the_same(counted: Shell) -> None:
    old = counted.root / "site" / "_zf_old"
    old.write_text("#compdef zf-old\n")
    counted.session()
    old.rename(old.with_name("_zf_new"))
    (counted.root / "site" / "_zf_new").write_text("#compdef zf-new\n")
    assert "found . _zf_new" in counted.session("print -r -- found $_comps[zf-old]. $_comps[zf-new]").screen


def test_an_older_folder_that_joins_fpath_is_noticed(counted: Shell) -> None:
    counted.session()
    more = counted.root / "more"
    more.mkdir()
    (more / "_zf_more").write_text("#compdef zf-more\n")
    os.utime(more, (1, 1))
    counted.write_local("pre/more", f"fpath+=({more})")
    assert "found _zf_more" in counted.session("print -r -- found $_comps[zf-more]").screen


@pytest.mark.parametrize("damage", ["", "\x00\x01garbage (((\n"])
def test_a_damaged_key_means_a_new_dump(counted: Shell, damage: str) -> None:
    counted.session()
    (key,) = dump_folder(counted).glob("*.fpath")
    key.write_text(damage)
    session = counted.session(CALLS)
    assert "calls 1: -i -d" in session.screen
    assert key.read_text() != damage


@as_root
def test_an_insecure_folder_is_left_out_without_a_question_and_stays_out(counted: Shell) -> None:
    site = counted.root / "site"
    (site / "_zf_bad").write_text("#compdef zf-bad\n")
    site.chmod(0o777)
    (site / "_zf_bad").chmod(0o666)
    os.chown(site, 12345, 12345)
    for wanted in ("calls 1: -i -d", "calls 1: -C -d"):
        session = counted.session(CALLS, f"print -r -- found $_comps[zf-bad]. in ${{fpath[(I){site}]}}")
        assert "found . in 0" in session.screen
        assert wanted in session.screen


@as_root
def test_a_dump_that_belongs_to_somebody_else_is_not_read(counted: Shell) -> None:
    counted.session()
    (dump,) = [file for file in dump_folder(counted).glob("compdump*") if not file.suffix[1:].isalpha()]
    dump.write_text("print -r -- taken over\n")
    os.chown(dump, 12345, 12345)
    session = counted.session(CALLS)
    assert "taken over" not in session.screen
    assert "calls 1: -i -d" in session.screen


def test_completion_that_somebody_else_started_is_not_started_again(counted: Shell) -> None:
    counted.write_local("pre/done", "_COMPINIT_DONE=1")
    assert "calls 0" in counted.session(CALLS).screen


def test_a_read_only_cache_costs_time_but_no_completion(counted: Shell) -> None:
    session = counted.session(CALLS, "print -r -- ${+functions[compdef]} $_comps[cd]", XDG_CACHE_HOME="/proc/1/task")
    assert "calls 1: -i -D" in session.screen
    assert "1 _cd" in session.screen


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="child page faults are read from /proc")  # noqa: PTH110
def test_nothing_is_forked_before_the_prompt_but_what_compinit_forks_itself(shell: Shell) -> None:
    shell.session()
    shell.write_local("pre/done", "_COMPINIT_DONE=1")
    assert shell.session(options=("-d",)).children_faults == 0
