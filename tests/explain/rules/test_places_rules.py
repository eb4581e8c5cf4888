"""Rules on PATH and fpath."""

from __future__ import annotations

from advising import RC, evidence, file, findings, session

from zshforge.explain.evidence import Told

GIVEN = ("/usr/bin", "/bin")
ONE = session((9, (file(RC, 1),)))


def test_a_missing_folder_that_the_configuration_added_is_found_where_it_is_added() -> None:
    told = Told(path=("/h/gone", *GIVEN), given_path=GIVEN, missing=frozenset({"/h/gone"}))
    (found,) = findings("ZF141", evidence(ONE, told=told, texts={RC: ":\nexport PATH=~/gone:$PATH\n"}))
    assert "/h/gone" in found.message
    assert found.spot == (RC, 2)
    assert found.saving is None
    assert found.reason


def test_missing_folders_that_were_there_before_are_not_the_configurations() -> None:
    told = Told(path=GIVEN, given_path=GIVEN, fpath=("/f",), given_fpath=("/f",), missing=frozenset({"/bin", "/f"}))
    assert findings("ZF141", evidence(ONE, told=told)) == []


def test_a_folder_that_stands_twice_is_found_and_kept_once() -> None:
    told = Told(path=("/h/bin", "/h/bin", *GIVEN), given_path=GIVEN)
    (found,) = findings("ZF142", evidence(ONE, told=told, texts={RC: "path=(~/bin ~/bin $path)\n"}))
    assert found.fix is not None
    assert found.fix.edits[0].insert == ("typeset -U path",)
    assert found.fix.edits[0].line == 1


def test_both_lists_are_kept_without_repetitions() -> None:
    told = Told(path=("/a", "/a"), given_path=(), fpath=("/f", "/f"), given_fpath=("/f",))
    (found,) = findings("ZF142", evidence(ONE, told=told, texts={RC: ":\n"}))
    assert found.fix is not None
    assert found.fix.edits[0].insert == ("typeset -U path fpath",)


def test_folders_that_were_given_twice_are_not_the_configurations() -> None:
    told = Told(path=("/a", "/a"), given_path=("/a", "/a"), fpath=("/f",), given_fpath=("/f",))
    assert findings("ZF142", evidence(ONE, told=told)) == []


def test_nothing_is_said_when_the_shell_did_not_tell() -> None:
    assert findings("ZF141", evidence(ONE)) == findings("ZF142", evidence(ONE)) == []
