"""What a folder lies on, as the kernel's table of mounts tells it, and where throw-away files go by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from zshforge.shell.mounts import Mount, mount_of, read_mounts, temporary_folder

TABLE = """/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
nas:/x /home/my\\040home nfs4 rw 0 0
broken
/dev/sda2 /tmpfoo xfs rw 0 0
over /tmpfoo overlay rw 0 0
"""


def table(tmp_path: Path, text: str = TABLE) -> Path:
    """The table, in a file."""
    file = tmp_path / "mounts"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/usr", "ext4"),
        ("/tmp", "tmpfs"),
        ("/tmp/a", "tmpfs"),
        ("/home/my home/b", "nfs4"),
        ("/tmpfoo/x", "overlay"),
    ],
)
def test_the_innermost_mount_counts_and_of_two_in_one_place_the_later(tmp_path: Path, folder: str, kind: str) -> None:
    found = mount_of(read_mounts(table(tmp_path)), Path(folder))
    assert found is not None
    assert found.kind == kind


def test_a_system_that_does_not_tell_has_no_mounts(tmp_path: Path) -> None:
    assert read_mounts(tmp_path / "none") == ()
    assert mount_of((), Path("/")) is None


def test_signs_in_a_folders_name_are_those_of_fstab(tmp_path: Path) -> None:
    told = read_mounts(table(tmp_path, "d /a\\040b\\011c\\134040 ext4 rw 0 0\n"))
    assert told == (Mount("d", "/a b\tc\\040", "ext4"),)


@pytest.mark.parametrize("kind", ["tmpfs", "ramfs"])
def test_throw_away_files_do_not_go_into_memory_where_a_disk_is_at_hand(tmp_path: Path, kind: str) -> None:
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    memory.mkdir()
    told = table(tmp_path, f"/dev/sda1 / ext4 rw 0 0\nnone {memory} {kind} rw 0 0\n")
    assert temporary_folder(told, (memory, disk)) == memory, "there is no other folder"
    disk.mkdir()
    assert temporary_folder(told, (memory, disk)) == disk
    assert temporary_folder(tmp_path / "none", (memory, disk)) == memory, "nobody tells"
    assert temporary_folder(table(tmp_path, "/dev/sda1 / ext4 rw 0 0\n"), (memory, disk)) == memory
