from __future__ import annotations

import os
from pathlib import Path

import pytest

from zshforge.shell.cloning import clone, weigh


@pytest.mark.parametrize("content", [b"", b"x", b"\0\xff" * 500_000])
def test_the_copy_is_the_original_to_the_byte(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert clone(tmp_path / "a", tmp_path / "b") == len(content)
    assert (tmp_path / "b").read_bytes() == content


def test_mode_and_time_are_kept_to_the_nanosecond(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0o440)
    os.utime(tmp_path / "a", ns=(5, 1_500_000_000_000_000_007))
    clone(tmp_path / "a", tmp_path / "b")
    facts = (tmp_path / "b").stat()
    assert (facts.st_mode & 0o777, facts.st_mtime_ns) == (0o440, 1_500_000_000_000_000_007)


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        clone(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"mine"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_a_file_whose_size_is_told_as_nothing_is_copied_whole(tmp_path: Path) -> None:
    clone(Path("/proc/self/status"), tmp_path / "b")
    assert b"Pid:" in (tmp_path / "b").read_bytes()


def test_a_folder_is_weighed_with_everything_below_it(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "one").write_bytes(b"12345")
    (tmp_path / "a" / "b" / "two").write_bytes(b"123")
    assert weigh(tmp_path, 1e6, 100) == (8, 2)


def test_weighing_stops_at_the_bound(tmp_path: Path) -> None:
    for depth in range(1, 6):
        folder = tmp_path.joinpath(*"abcde"[:depth])
        folder.mkdir()
        (folder / "file").write_bytes(b"1234")
    assert weigh(tmp_path, 5, 100) == (8, 2)
    assert weigh(tmp_path, 1e6, 2) == (12, 3)
