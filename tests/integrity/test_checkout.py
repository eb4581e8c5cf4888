"""What a checkout says of itself, without running git in it."""

import os
from pathlib import Path

import pytest
from locked_place import git, put

from zshforge.integrity.checkout import Checkout


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    put(tmp_path, "repo/a")
    git(tmp_path / "repo", "init", "-q")
    git(tmp_path / "repo", "add", ".")
    git(tmp_path / "repo", "commit", "-qm", "one")
    return tmp_path / "repo"


def test_a_branch_a_bare_commit_and_packed_references_are_understood(repo: Path) -> None:
    commit = git(repo, "rev-parse", "HEAD")
    git(repo, "tag", "-a", "v1", "-m", "one")
    tag = git(repo, "rev-parse", "v1")
    for words in (["status"], ["pack-refs", "--all"], ["checkout", "-q", "--detach"]):
        git(repo, *words)
        assert (Checkout(repo).commit(), Checkout(repo).tag("v1")) == (commit, tag)
    assert Checkout(repo).tag("v2") is None


def test_a_worktree_tells_its_own_commit(repo: Path) -> None:
    git(repo, "worktree", "add", "-q", "../other")
    git(repo.parent / "other", "commit", "-q", "--allow-empty", "-m", "two")
    other = Checkout(repo.parent / "other")
    assert other.commit() == git(repo.parent / "other", "rev-parse", "HEAD") != Checkout(repo).commit()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://ann:secret@example.org/a.git", "https://example.org/a.git"),
        ("https://token@example.org/a.git", "https://example.org/a.git"),
        ("git@example.org:a.git", "git@example.org:a.git"),
        ("ssh://git@example.org/a.git", "ssh://git@example.org/a.git"),
        ("/srv/a.git", "/srv/a.git"),
    ],
)
def test_the_source_is_told_without_secrets(repo: Path, address: str, told: str) -> None:
    git(repo, "remote", "add", "origin", address)
    assert Checkout(repo).source() == told


@pytest.mark.timeout(20)
def test_what_is_no_checkout_says_nothing(tmp_path: Path) -> None:
    assert Checkout(tmp_path).commit() is None
    os.mkfifo(tmp_path / ".git")
    assert (Checkout(tmp_path).commit(), Checkout(tmp_path).source()) == (None, None)


@pytest.mark.parametrize("head", ["", "ref: refs/heads/../../../secret", "ref: HEAD", "no commit", "g" * 40])
def test_a_head_that_leads_nowhere_is_no_commit(repo: Path, head: str) -> None:
    (repo / ".git/HEAD").write_text(head)
    assert Checkout(repo).commit() is None
