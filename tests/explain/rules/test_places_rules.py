"""Rules on PATH and fpath."""

from __future__ import annotations

import pytest
from advising import RC, evidence, file, findings, session

from zshforge.explain.sources import Told
from zshforge.shell.mounts import Mount

GIVEN = ("/usr/bin", "/bin")
ONE = session((9, (file(RC, 1),)))


def test_a_missing_folder_that_the_configuration_added_is_found_where_it_is_added() -> None:
    told = Told(path=("/h/gone", *GIVEN), given_path=GIVEN, missing=frozenset({"/h/gone"}))
    (found,) = findings("ZF141", evidence(ONE, told=told, texts={RC: ":\nexport PATH=~/gone:$PATH\n"}))
    assert "/h/gone" in found.message
    assert found.spot == (RC, 2)
    assert found.saving is None
    assert found.reason


def test_a_line_is_found_in_a_file_that_only_the_kernel_saw() -> None:
    told = Told(path=("/h/gone",), missing=frozenset({"/h/gone"}), read=(("sourced", RC),))
    (found,) = findings("ZF141", evidence(session((3, ())), told=told, texts={RC: "path+=(~/gone)\n"}))
    assert found.spot == (RC, 1)


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ("/h/.local/bin", "export PATH=$HOME/.local/bin:$PATH"),
        ("/h/.asdf/shims", 'export PATH="${ASDF_DATA_DIR:-$HOME/.asdf}/shims:$PATH"'),
        ("./bin", 'export PATH="./bin:/usr/local/bin:$ZSH/bin:$PATH"'),
        ("/opt/homebrew/bin", "path+=(/opt/homebrew/bin)"),
        ("/h/.dotfiles/bin", "PATH=$ZSH/bin:$PATH"),
    ],
)
def test_a_line_that_adds_a_folder_is_told_from_others_that_end_alike(entry: str, line: str) -> None:
    told = Told(path=(entry,), missing=frozenset({entry}))
    text = f"PATH=/usr/local/bin:/usr/bin:/bin\n{line}\n"
    (found,) = findings("ZF141", evidence(ONE, told=told, texts={RC: text}))
    assert found.spot == (RC, 2)


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


NFS = (Mount("/dev/vda", "/", "ext4"), Mount("host:/home", "/net/home", "nfs4"))


def test_folders_from_another_machine_are_found() -> None:
    told = Told(path=("/net/home/bin", *GIVEN), given_path=GIVEN)
    (found,) = findings("ZF143", evidence(ONE, told=told, mounts=NFS, texts={RC: "path=(/net/home/bin $path)\n"}))
    assert "/net/home/bin" in found.message
    assert "nfs4" in " ".join(found.evidence)
    assert found.spot == (RC, 1)


def test_files_from_another_machine_are_found_with_their_time() -> None:
    seen = evidence(session((9, (file("/net/home/x.zsh", 1),))), told=Told(), mounts=NFS)
    (found,) = findings("ZF143", seen)
    assert found.cost is not None
    assert found.cost.ms == 9
    assert found.saving is None


def test_folders_of_this_machine_are_right() -> None:
    told = Told(path=("/net/homes/bin", "/usr/bin"), given_path=())
    assert findings("ZF143", evidence(ONE, told=told, mounts=NFS)) == []


def test_where_the_system_tells_no_mounts_nothing_is_said() -> None:
    assert findings("ZF143", evidence(ONE, told=Told(path=("/net/home/bin",)))) == []
