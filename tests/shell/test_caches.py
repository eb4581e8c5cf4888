from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from zshforge.shell.caches import clear_caches, is_history, remove_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    return folder


def put(root: Path, name: str) -> Path:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("x\n")
    return place


@pytest.mark.parametrize(
    "name",
    [
        ".zsh_history",
        ".zhistory",
        ".histfile",
        "history",
        "zsh_history",
        ".history",
        "history.db",
        ".zsh_history.LOCK",
        "zsh.hist",
        "4F2A.history",
    ],
)
def test_a_history_is_known_by_its_name(name: str) -> None:
    assert is_history(name)


@pytest.mark.parametrize(
    "name", ["history.zsh", "zsh-history-substring-search.zsh", "HISTORY.md", "history.c", "histdb.plugin.zsh"]
)
def test_a_library_about_history_is_none(name: str) -> None:
    assert not is_history(name)


def test_clearing_caches_takes_dumps_compiled_files_and_the_cache_folder(source: Path) -> None:
    for name in (".zcompdump", ".zcompdump.dat", ".zcompdump.zwc", "a.zsh.zwc", ".cache/p10k-dump.zsh"):
        put(source, name)
    put(source, "a.zsh")
    put(source, "sub/zcompdump_5.9")
    clear_caches(source)
    assert sorted(str(file.relative_to(source)) for file in source.rglob("*") if file.is_file()) == ["a.zsh"]


def test_clearing_caches_keeps_code_that_lives_in_the_cache_folder(source: Path) -> None:
    put(source, ".cache/antidote/github.com/a/b/b.plugin.zsh")
    put(source, ".cache/antidote/github.com/a/b/b.plugin.zsh.zwc")
    put(source, ".cache/zsh4humans/v5/z4h.zsh")
    put(source, ".cache/other/state")
    clear_caches(source)
    assert (source / ".cache/antidote/github.com/a/b/b.plugin.zsh").exists()
    assert not (source / ".cache/antidote/github.com/a/b/b.plugin.zsh.zwc").exists()
    assert (source / ".cache/zsh4humans/v5/z4h.zsh").exists()
    assert not (source / ".cache/other").exists()


def test_clearing_caches_keeps_a_compiled_file_without_source(source: Path) -> None:
    put(source, "only.zwc")
    clear_caches(source)
    assert (source / "only.zwc").exists()


def test_clearing_caches_does_not_follow_links(source: Path) -> None:
    outside = put(source.parent, "outside/.zcompdump")
    (source / "link").symlink_to(outside.parent)
    (source / ".cache").symlink_to(outside.parent)
    clear_caches(source)
    assert outside.exists()


def test_read_only_folders_are_removed_too(source: Path) -> None:
    put(source, "a/b/c")
    for folder in (source / "a" / "b", source / "a", source):
        folder.chmod(0o500)
    remove_tree(source)
    assert not source.exists()


def test_removing_does_not_follow_links(source: Path) -> None:
    outside = put(source.parent, "outside/file")
    (source / "link").symlink_to(outside.parent)
    remove_tree(source)
    assert outside.exists()


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_tree(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()
