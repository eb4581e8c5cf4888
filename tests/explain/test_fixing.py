"""Mechanical changes: shown first, made on request, as a whole or not at all, and the old file is kept."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from zshforge.explain.fixing import change_copy, fixes, within
from zshforge.model.advice import Advice, Edit, Fix
from zshforge.model.errors import ZfError

if TYPE_CHECKING:
    from pathlib import Path

ZSH = "/bin/zsh"


def advice(code: str, *edits: Edit, compiles: tuple[str, ...] = ()) -> Advice:
    return Advice(code=code, message="m", how="h", reference="r", fix=Fix(edits=edits, compiles=compiles))


@pytest.fixture
def rc(tmp_path: Path) -> Path:
    file = tmp_path / ".zshrc"
    file.write_text("one\ntwo\nthree\n")
    file.chmod(0o640)
    return file


def edit(file: Path, line: int, remove: tuple[str, ...] = (), insert: tuple[str, ...] = ()) -> Edit:
    return Edit(file=str(file), line=line, remove=remove, insert=insert)


def test_a_change_is_shown_and_nothing_is_written(rc: Path) -> None:
    found = fixes("c", [advice("ZF101", edit(rc, 2, ("two",), ("2",)))], zsh=ZSH, write=False)
    assert "-two\n+2\n" in found.files[0].diff
    assert found.files[0].codes == ("ZF101",)
    assert not found.files[0].written
    assert rc.read_text() == "one\ntwo\nthree\n"
    assert [path.name for path in rc.parent.iterdir()] == [".zshrc"]


def test_changes_of_several_findings_count_lines_of_the_old_file(rc: Path) -> None:
    found = fixes(
        "c",
        [advice("ZF101", edit(rc, 3, ("three",))), advice("ZF142", edit(rc, 1, (), ("zero",)))],
        zsh=ZSH,
        write=True,
    )
    assert rc.read_text() == "zero\none\ntwo\n"
    assert found.files[0].codes == ("ZF101", "ZF142")


def test_the_old_file_is_kept_beside_it_and_earlier_ones_stay(rc: Path) -> None:
    (rc.parent / ".zshrc.before-zf").write_text("earlier")
    found = fixes("c", [advice("ZF101", edit(rc, 2, ("two",)))], zsh=ZSH, write=True)
    assert found.files[0].written
    assert found.files[0].kept == str(rc.parent / ".zshrc.before-zf-2")
    assert (rc.parent / ".zshrc.before-zf-2").read_text() == "one\ntwo\nthree\n"
    assert (rc.parent / ".zshrc.before-zf").read_text() == "earlier"
    assert rc.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_one_and_its_goal_is_changed(rc: Path, tmp_path: Path) -> None:
    link = tmp_path / "home"
    link.mkdir()
    (link / ".zshrc").symlink_to(rc)
    fixes("c", [advice("ZF101", edit(link / ".zshrc", 2, ("two",)))], zsh=ZSH, write=True)
    assert (link / ".zshrc").is_symlink()
    assert rc.read_text() == "one\nthree\n"


def test_a_file_that_changed_meanwhile_is_refused_and_nothing_is_written(rc: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.zsh"
    other.write_text("x\n")
    wanted = [advice("ZF101", edit(other, 1, ("x",), ("y",))), advice("ZF111", edit(rc, 2, ("else",)))]
    with pytest.raises(ZfError, match="changed"):
        fixes("c", wanted, zsh=ZSH, write=True)
    assert (other.read_text(), rc.read_text()) == ("x\n", "one\ntwo\nthree\n")


def test_a_change_that_zsh_cannot_read_is_refused(rc: Path) -> None:
    with pytest.raises(ZfError, match="cannot be read"):
        fixes("c", [advice("ZF101", edit(rc, 2, ("two",), ("if true; then",)))], zsh=ZSH, write=True)
    assert rc.read_text() == "one\ntwo\nthree\n"


def test_of_two_changes_of_one_line_the_first_is_made(rc: Path) -> None:
    wanted = [advice("ZF101", edit(rc, 2, ("two",))), advice("ZF111", edit(rc, 2, ("two",), ("2",)))]
    found = fixes("c", wanted, zsh=ZSH, write=False)
    assert found.files[0].codes == ("ZF101",)
    assert found.left == ("ZF111",)


def test_findings_without_a_change_are_left_to_a_person(rc: Path) -> None:
    plain = Advice(code="ZF112", message="m", how="h", reference="r")
    assert fixes("c", [plain], zsh=ZSH, write=True).left == ("ZF112",)
    assert rc.read_text() == "one\ntwo\nthree\n"


def test_a_file_is_compiled_on_request_alone(rc: Path) -> None:
    rc.write_text("value=1\n")
    assert fixes("c", [advice("ZF123", compiles=(str(rc),))], zsh=ZSH, write=False).files[0].diff == ""
    assert not (rc.parent / ".zshrc.zwc").exists()
    found = fixes("c", [advice("ZF123", compiles=(str(rc),))], zsh=ZSH, write=True)
    assert found.files[0].written
    done = subprocess.run([ZSH, "-fc", "zcompile -t $1", "zf", rc], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in rc.parent.iterdir()) == [".zshrc", ".zshrc.zwc"]


def test_a_change_of_a_copy_leaves_alone_what_is_linked_out_of_it(rc: Path, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    (scratch / "own").mkdir(parents=True)
    (scratch / "own" / ".zshrc").write_text("one\n")
    (scratch / "linked").symlink_to(rc.parent)
    places = {"/h/.zshrc": scratch / "own" / ".zshrc", "/h/linked/.zshrc": scratch / "linked" / ".zshrc"}
    wanted = [
        advice("ZF101", Edit(file="/h/.zshrc", line=1, remove=("one",), insert=("1",))),
        advice("ZF142", Edit(file="/h/linked/.zshrc", line=1, remove=("one",), insert=("1",))),
        advice("ZF123", compiles=("/h/linked/.zshrc",)),
    ]
    changed = change_copy(wanted, within(scratch, places.get), ZSH)
    assert changed == ("/h/.zshrc:1",)
    assert (scratch / "own" / ".zshrc").read_text() == "1\n"
    assert rc.read_text() == "one\ntwo\nthree\n"
    assert not (rc.parent / ".zshrc.zwc").exists()


def test_a_file_that_is_changed_and_compiled_is_compiled_as_it_is_then(rc: Path) -> None:
    rc.write_text("a=1\n")
    fixes(
        "c",
        [advice("ZF101", edit(rc, 1, ("a=1",), ("a=2",))), advice("ZF123", compiles=(str(rc),))],
        zsh=ZSH,
        write=True,
    )
    done = subprocess.run([ZSH, "-fc", ". $1; print $a", "zf", rc], capture_output=True, text=True, check=False)
    assert done.stdout == "2\n"
    assert (rc.parent / ".zshrc.zwc").stat().st_mtime >= rc.stat().st_mtime
