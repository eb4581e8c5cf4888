from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from zshforge.model.errors import UsageError, ZfError
from zshforge.shell.git import Git, export_tree, resolve_tree

SYSTEM_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"
NOWHERE = Path("/nonexistent")


def run(repo: Path, *words: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "protocol.file.allow=always"]
    done = subprocess.run(
        ["git", "-C", str(repo), *identity, *words],
        env={"PATH": SYSTEM_PATH, "HOME": str(NOWHERE)},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    top = tmp_path / "dotfiles"
    (top / "zsh" / "lib").mkdir(parents=True)
    (top / "zsh" / ".zshrc").write_text("source ${0:A:h}/lib/a.zsh\n")
    (top / "zsh" / "lib" / "a.zsh").write_text("a=1\n")
    (top / "zsh" / "run").write_text("#!/bin/sh\n")
    (top / "zsh" / "run").chmod(0o755)
    (top / "zsh" / "link").symlink_to("lib/a.zsh")
    (top / "README").write_text("dotfiles\n")
    run(top, "init", "-q", "-b", "main")
    run(top, "add", ".")
    run(top, "commit", "-q", "-m", "one")
    return top


@pytest.fixture
def git() -> Git:
    return Git(search=SYSTEM_PATH, home=NOWHERE)


def test_a_folder_of_a_revision_is_pinned_to_its_commit_and_tree(repo: Path, git: Git) -> None:
    tree = resolve_tree(repo, "main", "zsh", git=git)
    assert tree.commit == run(repo, "rev-parse", "HEAD")
    assert tree.oid == run(repo, "rev-parse", "HEAD:zsh")
    assert (tree.repo, tree.path, tree.kind) == (repo, "zsh", "tree")
    assert set(tree.names) == {".zshrc", "lib", "run", "link"}


def test_a_path_counts_from_the_top_of_the_repository(repo: Path, git: Git) -> None:
    assert resolve_tree(repo / "zsh" / "lib", "main", "zsh", git=git).path == "zsh"


@pytest.mark.parametrize(("path", "meant"), [(".", "zsh"), ("./lib", "zsh/lib"), ("..", ""), ("", "")])
def test_a_path_with_a_leading_dot_counts_from_the_current_folder(repo: Path, git: Git, path: str, meant: str) -> None:
    assert resolve_tree(repo / "zsh", "main", path, git=git).path == meant


def test_a_file_is_told_from_a_folder(repo: Path, git: Git) -> None:
    tree = resolve_tree(repo, "HEAD", "zsh/.zshrc", git=git)
    assert (tree.kind, tree.names) == ("blob", ())


def test_an_old_revision_is_found_by_its_distance(repo: Path, git: Git) -> None:
    first = run(repo, "rev-parse", "HEAD")
    (repo / "README").write_text("changed\n")
    run(repo, "commit", "-q", "-a", "-m", "two")
    assert resolve_tree(repo, "HEAD~1", "zsh", git=git).commit == first


def test_a_missing_revision_is_named(repo: Path, git: Git) -> None:
    with pytest.raises(UsageError, match="no revision 'nope'"):
        resolve_tree(repo, "nope", "zsh", git=git)


@pytest.mark.parametrize("rev", ["--help", "-n1", ""])
def test_a_revision_is_never_taken_for_an_option(repo: Path, git: Git, rev: str) -> None:
    with pytest.raises(UsageError, match="no revision"):
        resolve_tree(repo, rev, "zsh", git=git)


def test_a_missing_path_is_named_with_what_is_there(repo: Path, git: Git) -> None:
    with pytest.raises(UsageError, match="no 'zhs' in main") as caught:
        resolve_tree(repo, "main", "zhs", git=git)
    assert "zsh" in caught.value.hint


def test_a_path_that_leaves_the_repository_is_refused(repo: Path, git: Git) -> None:
    with pytest.raises(UsageError, match="outside of the repository"):
        resolve_tree(repo, "main", "../..", git=git)


def test_a_folder_without_a_repository_is_told(tmp_path: Path, git: Git) -> None:
    with pytest.raises(UsageError, match="not in a git repository"):
        resolve_tree(tmp_path, "main", ".", git=git)


def test_a_missing_git_is_told(repo: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="git is not installed"):
        resolve_tree(repo, "main", ".", git=Git(search=str(tmp_path), home=NOWHERE))


def test_a_git_that_hangs_is_given_up(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (tmp_path / "git").chmod(0o755)
    with pytest.raises(ZfError, match=r"took more than 0\.2 s"):
        resolve_tree(repo, "main", ".", git=Git(search=str(tmp_path), home=NOWHERE, limit_s=0.2))


def test_an_exported_folder_has_the_files_modes_and_links_of_a_checkout(repo: Path, git: Git, tmp_path: Path) -> None:
    target = tmp_path / "out"
    export_tree(repo, "main", "zsh", target, git=git)
    assert (target / ".zshrc").read_text() == "source ${0:A:h}/lib/a.zsh\n"
    assert (target / "lib" / "a.zsh").stat().st_mode & 0o777 == 0o644
    assert (target / "run").stat().st_mode & 0o777 == 0o755
    assert (target / "link").readlink() == Path("lib/a.zsh")
    assert not (target / "README").exists()


def test_an_exported_file_has_the_time_of_its_commit(repo: Path, git: Git, tmp_path: Path) -> None:
    export_tree(repo, "main", "zsh", tmp_path / "out", git=git)
    assert (tmp_path / "out" / ".zshrc").stat().st_mtime == int(run(repo, "show", "-s", "--format=%ct"))


def test_what_is_exported_is_the_commit_and_not_the_work_tree(repo: Path, git: Git, tmp_path: Path) -> None:
    (repo / "zsh" / ".zshrc").write_text("changed\n")
    export_tree(repo, "main", "zsh", tmp_path / "out", git=git)
    assert "changed" not in (tmp_path / "out" / ".zshrc").read_text()


def test_the_folder_around_a_file_is_exported_with_it(repo: Path, git: Git, tmp_path: Path) -> None:
    export_tree(repo, "main", "zsh/.zshrc", tmp_path / "out", git=git)
    assert (tmp_path / "out" / "lib" / "a.zsh").is_file()


def test_odd_file_names_survive(repo: Path, git: Git, tmp_path: Path) -> None:
    names = ["-rf", "a b", "néé", "new\nline", ":(top)x", "'q'"]
    (repo / "--odd dir").mkdir()
    for name in names:
        (repo / "--odd dir" / name).write_text(name)
    run(repo, "add", ".")
    run(repo, "commit", "-q", "-m", "odd")
    export_tree(repo, "main", "--odd dir", tmp_path / "out", git=git)
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == sorted(names)


def test_submodules_are_named_as_not_included(repo: Path, git: Git, tmp_path: Path) -> None:
    run(repo, "submodule", "add", "-q", str(repo), "zsh/plugins/inner")
    run(repo, "commit", "-q", "-m", "submodule")
    exported = export_tree(repo, "main", "zsh", tmp_path / "out", git=git)
    assert exported.submodules == ("plugins/inner",)


def test_a_submodule_itself_cannot_be_named(repo: Path, git: Git) -> None:
    run(repo, "submodule", "add", "-q", str(repo), "inner")
    run(repo, "commit", "-q", "-m", "submodule")
    with pytest.raises(UsageError, match="submodule"):
        resolve_tree(repo, "main", "inner", git=git)


def test_files_that_the_repository_keeps_out_of_archives_are_named(repo: Path, git: Git, tmp_path: Path) -> None:
    (repo / "zsh" / ".gitattributes").write_text("run export-ignore\n")
    run(repo, "add", ".")
    run(repo, "commit", "-q", "-m", "attributes")
    assert export_tree(repo, "main", "zsh", tmp_path / "out", git=git).omitted == ("run",)


def test_nothing_is_written_through_a_link_of_the_tree(repo: Path, git: Git, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (repo / "zsh" / "away").symlink_to(outside)
    run(repo, "add", ".")
    run(repo, "commit", "-q", "-m", "link")
    export_tree(repo, "main", "zsh", tmp_path / "out", git=git)
    assert (tmp_path / "out" / "away").readlink() == outside
    assert list(outside.iterdir()) == []


def test_a_bare_repository_works_too(repo: Path, git: Git, tmp_path: Path) -> None:
    run(repo, "clone", "-q", "--bare", str(repo), str(tmp_path / "bare.git"))
    export_tree(tmp_path / "bare.git", "main", "zsh", tmp_path / "out", git=git)
    assert (tmp_path / "out" / ".zshrc").is_file()
