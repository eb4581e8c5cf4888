"""A file is replaced as a whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from zshforge.model.errors import ZfError
from zshforge.store.atomic import atomic_write


def test_a_new_file_holds_the_data_and_its_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "metrics" / "deep" / "perf.json"
    atomic_write(path, b"new\n")
    assert path.read_bytes() == b"new\n"


def test_an_old_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "perf.json"
    path.write_bytes(b"old, and longer than the new one\n")
    atomic_write(path, b"new\n")
    assert path.read_bytes() == b"new\n"
    assert os.listdir(tmp_path) == ["perf.json"]  # noqa: PTH208  the names are all that matters


def test_a_reader_who_holds_the_old_file_still_sees_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "perf.json"
    path.write_bytes(b"old\n")
    with path.open("rb") as reader:
        atomic_write(path, b"new\n")
        assert reader.read() == b"old\n"


def test_a_failed_replacement_leaves_the_old_state_and_no_temporary_file(tmp_path: Path) -> None:
    target = tmp_path / "perf.json"
    target.mkdir()  # a folder cannot be replaced by a file
    with pytest.raises(ZfError, match=r"perf\.json"):
        atomic_write(target, b"new\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["perf.json"]


def test_a_file_in_the_place_of_a_folder_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "metrics").write_bytes(b"")
    with pytest.raises(ZfError, match="metrics"):
        atomic_write(tmp_path / "metrics" / "perf.json", b"new\n")


def test_an_interrupted_write_leaves_the_old_file_and_no_temporary_file(tmp_path: Path) -> None:
    path = tmp_path / "perf.json"
    path.write_bytes(b"old\n")

    def interrupted(_fd: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomic_write(path, b"new\n", sync=interrupted)
    assert path.read_bytes() == b"old\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["perf.json"]


def test_the_file_and_then_its_folder_are_flushed_to_the_disk(tmp_path: Path) -> None:
    flushed: list[str] = []

    def record(fd: int) -> None:
        flushed.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")

    atomic_write(tmp_path / "perf.json", b"new\n", sync=record)
    assert flushed == ["file", "folder"]


def test_a_new_file_has_the_rights_that_the_umask_leaves(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    atomic_write(tmp_path / "perf.json", b"new\n")
    assert (tmp_path / "perf.json").stat().st_mode == (tmp_path / "plain").stat().st_mode
