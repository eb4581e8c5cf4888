from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from zshforge.shell.copying import Copied, CopyLimits, copy_tree

ROOMY = CopyLimits(copy_entry_mb=64, copy_total_mb=256)
TIGHT = CopyLimits(copy_entry_mb=1, copy_total_mb=2, copy_entry_files=10, copy_total_files=30)
BIG = b"x" * 1_200_000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def put(root: Path, name: str, content: bytes | str = "x\n") -> Path:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return place


def copied(source: Path, limits: CopyLimits = ROOMY, *, shared: bool = False) -> tuple[Path, Copied]:
    target = source.parent / "target"
    return target, copy_tree(source, target, limits, link_visible=shared)


def test_content_mode_and_time_are_kept(source: Path) -> None:
    file = put(source, ".oh-my-zsh/lib/a.zsh", "a=1\n")
    file.chmod(0o640)
    os.utime(file, ns=(1_000_000_001, 1_500_000_000_000_000_007))
    target, _ = copied(source)
    twin = target / ".oh-my-zsh/lib/a.zsh"
    assert twin.read_text() == "a=1\n"
    assert twin.stat().st_mode & 0o777 == 0o640
    assert twin.stat().st_mtime_ns == 1_500_000_000_000_000_007


def test_a_change_in_the_copy_does_not_reach_the_original(source: Path) -> None:
    file = put(source, ".zshrc", "a=1\n")
    target, _ = copied(source)
    (target / ".zshrc").write_text("a=2\n")
    assert file.read_text() == "a=1\n"


def test_folders_of_the_copy_are_writable_but_its_top_keeps_its_mode(source: Path) -> None:
    put(source, "lib/a.zsh")
    (source / "lib").chmod(0o555)
    source.chmod(0o555)
    target, _ = copied(source)
    assert (target / "lib").stat().st_mode & 0o777 == 0o755
    assert target.stat().st_mode & 0o777 == 0o555


def test_links_stay_links(source: Path) -> None:
    put(source, "dot/zshrc")
    (source / ".zshrc").symlink_to("dot/zshrc")
    target, _ = copied(source)
    assert (target / ".zshrc").readlink() == Path("dot/zshrc")


def test_a_relative_link_that_leaves_the_tree_still_finds_its_goal(source: Path) -> None:
    put(source.parent, "dot/zshrc", "outside\n")
    (source / ".zshrc").symlink_to("../dot/zshrc")
    target, _ = copied(source)
    assert (target / ".zshrc").is_symlink()
    assert (target / ".zshrc").read_text() == "outside\n"


def test_an_absolute_link_into_the_tree_leads_into_the_copy(source: Path) -> None:
    put(source, ".dot/zshrc")
    (source / ".zshrc").symlink_to(source / ".dot/zshrc")
    target, _ = copied(source)
    assert (target / ".zshrc").resolve() == (target / ".dot/zshrc").resolve()


def test_a_dangling_link_is_kept(source: Path) -> None:
    (source / "gone").symlink_to("nowhere")
    target, _ = copied(source)
    assert (target / "gone").readlink() == Path("nowhere")


def test_sockets_and_fifos_are_left_out(source: Path) -> None:
    os.mkfifo(source / "fifo")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(source / "sock"))
    put(source, "file")
    target, _ = copied(source)
    server.close()
    assert [entry.name for entry in target.iterdir()] == ["file"]


def test_a_large_folder_is_opened_and_only_its_large_part_is_linked(source: Path) -> None:
    put(source, ".local/share/zinit/zinit.zsh")
    put(source, ".local/share/Steam/game", BIG)
    target, report = copied(source, TIGHT)
    assert (target / ".local/share/Steam").is_symlink()
    assert not (target / ".local/share/zinit").is_symlink()
    assert report.linked == (".local/share/Steam",)


def test_a_large_folder_of_a_shells_tool_or_of_dotfiles_is_opened_but_a_toolchain_is_not(source: Path) -> None:
    for folder in (".dotfiles", ".rustup", ".zprezto"):
        put(source, f"{folder}/init.zsh")
        put(source, f"{folder}/modules/large", BIG)
    target, report = copied(source, TIGHT)
    assert report.linked == (".dotfiles/modules/large", ".rustup", ".zprezto/modules/large")
    assert not (target / ".dotfiles/init.zsh").is_symlink()
    assert not (target / ".zprezto/init.zsh").is_symlink()


def test_a_folder_of_too_many_files_is_linked(source: Path) -> None:
    for number in range(12):
        put(source, f".thumbnails/{number}")
    target, report = copied(source, TIGHT)
    assert (target / ".thumbnails").is_symlink()
    assert report.linked == (".thumbnails",)


def test_what_is_past_the_total_is_linked_and_the_small_goes_first(source: Path) -> None:
    for name, size in {"a": 900_000, "b": 800_000, "c": 700_000, "z": 10}.items():
        put(source, f".{name}/file", b"x" * size)
    target, report = copied(source, TIGHT)
    assert report.linked == (".a",)
    assert not (target / ".z").is_symlink()


@pytest.mark.parametrize("name", [".zsh_history", ".histfile", ".zhistory", "zsh.hist", ".bash_history"])
def test_history_is_copied_whatever_its_size(source: Path, name: str) -> None:
    put(source, name, BIG * 2)
    target, report = copied(source, TIGHT)
    assert not (target / name).is_symlink()
    assert report.linked == ()


def test_history_that_is_a_link_is_copied_as_a_file(source: Path) -> None:
    real = put(source.parent, "cloud/history", "ls\n")
    (source / ".zsh_history").symlink_to(real)
    target, _ = copied(source)
    with (target / ".zsh_history").open("a") as file:
        file.write("rm\n")
    assert real.read_text() == "ls\n"


def test_visible_entries_are_linked_when_asked(source: Path) -> None:
    put(source, "Documents/a")
    put(source, ".zshrc")
    target, report = copied(source, shared=True)
    assert (target / "Documents").is_symlink()
    assert not (target / ".zshrc").is_symlink()
    assert report.shared == 1


def test_history_below_a_linked_folder_is_copied_and_its_neighbours_are_linked(source: Path) -> None:
    real = put(source, "dotfiles/zsh/.zsh_history", "ls\n")
    put(source, "dotfiles/zsh/aliases.zsh")
    put(source, "dotfiles/vim/vimrc")
    target, _ = copied(source, shared=True)
    (target / "dotfiles/zsh/.zsh_history").write_text("changed\n")
    assert real.read_text() == "ls\n"
    assert (target / "dotfiles/zsh/aliases.zsh").is_symlink()
    assert (target / "dotfiles/vim").is_symlink()


def test_history_below_a_link_to_a_folder_is_copied(source: Path) -> None:
    real = put(source.parent, "data/state/zsh/history", "ls\n")
    (source / ".state").symlink_to(source.parent / "data/state")
    target, _ = copied(source)
    (target / ".state/zsh/history").write_text("changed\n")
    assert real.read_text() == "ls\n"


def test_a_search_for_history_that_was_cut_short_is_told(source: Path) -> None:
    for number in range(40):
        put(source, f"src/{number}/file")
    limits = CopyLimits(copy_entry_mb=1, copy_total_mb=2, search_entries=20)
    _, report = copied(source, limits, shared=True)
    assert report.searched_all is False
    assert copy_tree(source, source.parent / "whole", ROOMY, link_visible=True).searched_all is True


def test_an_unreadable_file_is_skipped_and_named(source: Path) -> None:
    put(source, ".zshrc")
    target = source.parent / "target"

    def refuse(path: Path) -> bool:
        return path.name == ".zshrc"

    report = copy_tree(source, target, ROOMY, refuse=refuse)
    assert report.skipped == (".zshrc",)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_read_permission_is_skipped_and_named(source: Path) -> None:
    put(source, ".netrc").chmod(0)
    assert copied(source)[1].skipped == (".netrc",)


def test_a_copy_inside_of_its_source_does_not_copy_itself(source: Path) -> None:
    put(source, ".zshrc")
    scratch = source / ".cache" / "zf"
    scratch.mkdir(parents=True)
    copy_tree(source, scratch / "home", ROOMY, avoid=scratch)
    assert not (scratch / "home" / ".cache" / "zf").exists()
    assert (scratch / "home" / ".zshrc").exists()


def test_dumps_and_compiled_files_are_copied(source: Path) -> None:
    put(source, ".zcompdump-host-5.9")
    put(source, ".zcompdump-host-5.9.zwc")
    target, _ = copied(source)
    assert len(list(target.iterdir())) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root enters every folder")
@pytest.mark.parametrize("name", [".locked", "locked"])
def test_a_folder_that_may_be_listed_but_not_entered_is_no_error(source: Path, name: str) -> None:
    put(source, f"{name}/history")
    put(source, ".zshrc")
    (source / name).chmod(0o400)
    target, _ = copied(source, shared=True)
    (source / name).chmod(0o700)
    assert (target / ".zshrc").exists()
