from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from zshforge.shell.digest import digest_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    put(folder, ".zshrc", "source ~/lib/a.zsh\n")
    put(folder, "lib/a.zsh", "a=1\n")
    return folder


def put(root: Path, name: str, content: str = "x\n") -> Path:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content)
    return place


def test_the_same_content_elsewhere_has_the_same_digest(tree: Path, tmp_path: Path) -> None:
    shutil.copytree(tree, tmp_path / "other", symlinks=True, copy_function=shutil.copy)
    assert digest_tree(tree) == digest_tree(tmp_path / "other")


def test_a_digest_is_a_sha256(tree: Path) -> None:
    assert len(bytes.fromhex(digest_tree(tree))) == 32


@pytest.mark.parametrize("name", [".zshrc", "lib/a.zsh"])
def test_a_changed_file_changes_the_digest(tree: Path, name: str) -> None:
    before = digest_tree(tree)
    (tree / name).write_text("changed\n")
    assert digest_tree(tree) != before


def test_a_new_a_renamed_and_a_chmodded_file_change_the_digest(tree: Path) -> None:
    seen = {digest_tree(tree)}
    put(tree, "lib/b.zsh")
    seen.add(digest_tree(tree))
    (tree / "lib/b.zsh").rename(tree / "lib/c.zsh")
    seen.add(digest_tree(tree))
    (tree / "lib/c.zsh").chmod(0o600)
    seen.add(digest_tree(tree))
    assert len(seen) == 4


def test_moving_a_byte_from_one_file_to_the_next_changes_the_digest(tmp_path: Path) -> None:
    put(tmp_path, "one/a", "xy")
    put(tmp_path, "one/b", "z")
    put(tmp_path, "two/a", "x")
    put(tmp_path, "two/b", "yz")
    assert digest_tree(tmp_path / "one") != digest_tree(tmp_path / "two")


@pytest.mark.parametrize(
    "name",
    [
        ".zcompdump",
        ".zcompdump-vm-5.9.zwc",
        ".zshrc.zwc",
        ".zsh_history",
        ".cache/p10k-dump-ann.zsh",
        ".cache/x/y",
        ".oh-my-zsh/cache/grep-alias",
        ".git/FETCH_HEAD",
    ],
)
def test_what_a_session_writes_does_not_change_the_digest(tree: Path, name: str) -> None:
    before = digest_tree(tree)
    put(tree, name)
    assert digest_tree(tree) == before


@pytest.mark.parametrize(
    "name", [".cache/antidote/github.com/a/b/b.plugin.zsh", "lib/history.zsh", "functions/git-history-search"]
)
def test_code_is_not_taken_for_a_cache(tree: Path, name: str) -> None:
    before = digest_tree(tree)
    put(tree, name)
    assert digest_tree(tree) != before


def test_the_goal_of_a_linked_start_file_counts(tree: Path, tmp_path: Path) -> None:
    goal = put(tmp_path, "dot/zprofile", "one\n")
    (tree / ".zprofile").symlink_to(goal)
    before = digest_tree(tree)
    goal.write_text("two\n")
    assert digest_tree(tree) != before


def test_the_content_of_a_linked_folder_counts(tree: Path, tmp_path: Path) -> None:
    inner = put(tmp_path, "dot/zsh/a.zsh", "one\n")
    (tree / ".zsh").symlink_to(inner.parent)
    before = digest_tree(tree)
    inner.write_text("two\n")
    assert digest_tree(tree) != before


def test_links_in_a_circle_end(tree: Path) -> None:
    before = digest_tree(tree)
    (tree / "loop").symlink_to(tree)
    (tree / "lib" / "up").symlink_to("..")
    (tree / "self").symlink_to("self")
    (tree / "root").symlink_to("/")
    assert digest_tree(tree) != before


def test_a_fifo_is_not_waited_for(tree: Path) -> None:
    before = digest_tree(tree)
    os.mkfifo(tree / "pipe")
    assert digest_tree(tree) == before


def test_a_large_file_counts_by_its_size_and_time(tree: Path) -> None:
    file = put(tree, "data.zsh", "x" * 1_100_000)
    os.utime(file, ns=(1, 1))
    before = digest_tree(tree)
    os.utime(file, ns=(1, 2))
    assert digest_tree(tree) != before


def test_of_a_users_home_only_shell_text_counts(tree: Path) -> None:
    before = digest_tree(tree, shell_only=True)
    put(tree, ".mozilla/places.sqlite")
    put(tree, ".viminfo")
    put(tree, ".local/state/program/log")
    put(tree, "Documents/a.zsh")
    assert digest_tree(tree, shell_only=True) == before


@pytest.mark.parametrize(
    "name", [".zshenv", ".p10k.zsh", ".aliases.sh", ".config/zsh/functions/f", ".zim/modules/git/init.zsh",
             ".local/share/zinit/plugins/a---b/f", ".config/starship.toml", ".zimrc", ".zpreztorc", ".aliases"],
)  # fmt: skip
def test_of_a_users_home_all_that_shells_read_counts(tree: Path, name: str) -> None:
    before = digest_tree(tree, shell_only=True)
    put(tree, name)
    assert digest_tree(tree, shell_only=True) != before


def test_a_folder_that_is_too_large_counts_only_when_it_is_a_shells(tree: Path) -> None:
    put(tree, ".pyenv/a.zsh")
    put(tree, ".zprezto/a.zsh")
    before = digest_tree(tree, skip=[".pyenv", ".zprezto"])
    put(tree, ".pyenv/a.zsh", "changed\n")
    assert digest_tree(tree, skip=[".pyenv", ".zprezto"]) == before
    put(tree, ".zprezto/a.zsh", "changed\n")
    assert digest_tree(tree, skip=[".pyenv", ".zprezto"]) != before


def test_a_single_file_has_a_digest(tree: Path) -> None:
    before = digest_tree(tree / ".zshrc")
    (tree / ".zshrc").write_text("changed\n")
    assert digest_tree(tree / ".zshrc") != before


@pytest.mark.skipif(os.geteuid() == 0, reason="root enters every folder")
def test_a_folder_that_may_be_listed_but_not_entered_is_no_error(tree: Path) -> None:
    (tree / "lib").chmod(0o400)
    before = digest_tree(tree)
    (tree / "lib").chmod(0o700)
    assert digest_tree(tree) != before
