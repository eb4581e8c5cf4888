"""Trust anchors: read from a file that only its owner can write, on the first question, and never before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.zsh.conftest import Shell

LOAD = "source $ZDOTDIR/post-plugin/00-security-integrity.zsh; "


def anchors(shell: Shell, text: str, mode: int = 0o644) -> None:
    """Writes the file of anchors."""
    (shell.zdotdir / "trust-anchors").write_text(text)
    (shell.zdotdir / "trust-anchors").chmod(mode)


def test_anchors_are_listed_and_read(shell: Shell) -> None:
    anchors(shell, "# anchors\n\npolicy_version v1\n  key:b  two words \n#hidden x\nlonely\n")
    done = shell.run(
        LOAD + "zf::trust_anchor_keys; zf::trust_anchor_dump; zf::trust_anchor_get key:b; zf::trust_anchor_has lonely;"
        " print $?; zf::trust_anchor_has policy_version; print $?; zf::trust_anchor_get none; print $?",
        "-f",
    )
    assert done.stdout.splitlines() == [
        *("key:b", "policy_version", "key:b=two words", "policy_version=v1", "two words", "1", "0", "1")
    ]
    assert done.stderr == ""


@pytest.mark.parametrize("text", [None, "", "# nothing\n"])
def test_without_anchors_there_are_none(shell: Shell, text: str | None) -> None:
    if text is not None:
        anchors(shell, text)
    done = shell.run(
        LOAD + "zf::trust_anchor_keys; print $?; zf::trust_anchor_dump; print $?; zf::trust_anchor_has x; print $?",
        "-f",
    )
    assert (done.stdout, done.stderr) == ("0\n0\n1\n", "")


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_a_file_that_others_can_write_is_refused_with_a_message(shell: Shell, mode: int) -> None:
    anchors(shell, "a b\n", mode)
    done = shell.run(LOAD + "zf::trust_anchor_get a; print $?", "-f")
    assert done.stdout == "1\n"
    assert "chmod go-w" in done.stderr


def test_the_file_is_read_on_the_first_question_and_once(shell: Shell) -> None:
    anchors(shell, "a 1\n")
    done = shell.run(
        LOAD + "print $+_zf_trust_anchors; zf::trust_anchor_get a; print a 2 >$ZDOTDIR/trust-anchors;"
        " zf::trust_anchor_get a",
        "-f",
    )
    assert done.stdout == "0\n1\n1\n"


def test_anchors_are_read_only_for_the_session(shell: Shell) -> None:
    anchors(shell, "a 1\n")
    done = shell.run(
        LOAD + "_zf_trust_anchors=(a 3); zf::trust_anchor_get a; (_zf_trust_anchors[a]=2); (unset _zf_trust_anchors);"
        " (typeset -gA _zf_trust_anchors=(a 2)); zf::trust_anchor_get a",
        "-f",
    )
    assert done.stdout == "1\n1\n"
    assert done.stderr.count("read-only variable: _zf_trust_anchors") == 3


@pytest.mark.parametrize("call", ["has", "get", "has a b", "keys x", "dump x"])
def test_a_wrong_call_is_a_usage_error(shell: Shell, call: str) -> None:
    assert shell.run(LOAD + f"zf::trust_anchor_{call}; print $?", "-f").stdout == "2\n"


@pytest.mark.parametrize("options", ["ksh_arrays sh_word_split", "no_unset err_return", "glob_subst no_bare_glob_qual"])
def test_anchors_do_not_depend_on_options(shell: Shell, options: str) -> None:
    anchors(shell, "a *\nb $(id)\n")
    done = shell.run(LOAD + f"setopt {options}; zf::trust_anchor_dump", "-f")
    assert done.stdout == "a=*\nb=$(id)\n"


def test_slips_are_asked_about_and_scripts_are_not_looked_for(shell: Shell) -> None:
    done = shell.run(
        f"setopt rm_star_silent path_script; {LOAD} print $options[rmstarsilent] $options[pathscript]", "-f"
    )
    assert done.stdout == "off off\n"
