"""What git knows of how a configuration came about."""

import subprocess
from pathlib import Path

import pytest

from zshforge.model.errors import UsageError
from zshforge.shell.git import Git
from zshforge.shell.history import changes_between, commits_between

WORDS = ["git", "-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "core.quotePath=true"]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    return Git(search="/usr/local/bin:/usr/bin:/bin", home=tmp_path)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Four commits: start, one that touches another folder, two that touch the configuration."""
    folder = tmp_path / "repo"
    (folder / "zsh").mkdir(parents=True)
    subprocess.run([*WORDS, "init", "-q", "-b", "main"], cwd=folder, check=True)
    for name, text in (("zsh/.zshrc", "a"), ("other", "b"), ("zsh/ä b.zsh", "c"), ("zsh/.zshrc", "d")):
        (folder / name).write_text(text)
        subprocess.run([*WORDS, "add", "."], cwd=folder, check=True)
        subprocess.run([*WORDS, "commit", "-qm", f"put {text}"], cwd=folder, check=True)
    return folder


def named(repo: Path, rev: str) -> str:
    return subprocess.run(
        ["git", "rev-parse", rev], cwd=repo, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_only_commits_that_touch_the_path_are_listed_the_oldest_first(repo: Path, git: Git) -> None:
    found = commits_between(repo, named(repo, "HEAD~3"), named(repo, "HEAD"), "zsh", git=git)
    assert [commit.subject for commit in found] == ["put c", "put d"]
    assert found[-1].oid == named(repo, "HEAD")
    every = commits_between(repo, named(repo, "HEAD~3"), named(repo, "HEAD"), "", git=git)
    assert len(every) == 3


def test_a_good_that_is_no_ancestor_is_refused(repo: Path, git: Git) -> None:
    with pytest.raises(UsageError, match="no ancestor"):
        commits_between(repo, named(repo, "HEAD"), named(repo, "HEAD~2"), "zsh", git=git)


def test_changes_hold_both_contents_and_names_as_they_are(repo: Path, git: Git) -> None:
    found = changes_between(repo, named(repo, "HEAD~3"), named(repo, "HEAD"), "zsh", git=git)
    assert [tuple(change) for change in found] == [("zsh/.zshrc", b"a", b"d"), ("zsh/ä b.zsh", None, b"c")]
    assert changes_between(repo, named(repo, "HEAD"), named(repo, "HEAD"), "", git=git) == ()
