from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from zshforge.model.errors import UsageError
from zshforge.shell.config import BUILTIN, Config, resolve

SYSTEM_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"


@pytest.fixture
def user(tmp_path: Path) -> Path:
    folder = tmp_path / "users" / "ann"
    folder.mkdir(parents=True)
    (folder / ".zshrc").write_text("")
    return folder


@pytest.fixture
def cwd(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def named(argument: str, cwd: Path, user: Path, *accounts: Path) -> Config:
    return resolve(argument, cwd=cwd, home=user, search=SYSTEM_PATH, accounts=accounts)


def folder_with(parent: Path, name: str, *entries: str) -> Path:
    folder = parent / name
    for entry in entries:
        place = folder / entry
        if entry.endswith("/"):
            place.mkdir(parents=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("")
    folder.mkdir(exist_ok=True)
    return folder


def git(repo: Path, *words: str) -> str:
    identity = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    done = subprocess.run(
        ["git", "-C", str(repo), *identity, *words],
        env={"PATH": SYSTEM_PATH, "HOME": "/nonexistent"},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def repository(folder: Path) -> Path:
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    return folder


def test_builtin_is_the_shipped_configuration(cwd: Path, user: Path, tmp_path: Path) -> None:
    shipped = folder_with(tmp_path, "zsh", ".zshrc")
    found = resolve("builtin", cwd=cwd, home=user, builtin=shipped)
    assert (found.kind, found.shape, found.path, found.label) == ("builtin", "zdotdir", shipped, "builtin")


def test_the_shipped_configuration_lies_in_the_package() -> None:
    assert (BUILTIN.name, BUILTIN.parent.name) == ("zsh", "zshforge")


def test_an_incomplete_installation_is_told(cwd: Path, user: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="shipped configuration is missing"):
        resolve("builtin", cwd=cwd, home=user, builtin=tmp_path / "nothing")


def test_home_is_the_users_own(cwd: Path, user: Path) -> None:
    found = named("home", cwd, user)
    assert (found.kind, found.shape, found.path, found.label) == ("home", "home_dir", user, "home")


def test_a_zdotdir_of_the_user_belongs_to_home(cwd: Path, user: Path) -> None:
    place = folder_with(user, ".config/zsh", ".zshrc")
    assert resolve("home", cwd=cwd, home=user, zdotdir=place).zdotdir == place


def test_home_without_a_start_file_can_be_measured(cwd: Path, user: Path) -> None:
    (user / ".zshrc").unlink()
    assert named("home", cwd, user).kind == "home"


def test_the_path_of_the_users_home_means_home(cwd: Path, user: Path) -> None:
    assert named(str(user), cwd, user).kind == "home"


@pytest.mark.parametrize("start", [".zshenv", ".zprofile", ".zshrc", ".zlogin"])
def test_a_folder_of_start_files_is_a_zdotdir(cwd: Path, user: Path, start: str) -> None:
    folder = folder_with(cwd, "zsh", start, "lib/a.zsh", ".git/config", ".zcompdump", ".zsh_history")
    found = named("zsh", cwd, user)
    assert (found.kind, found.shape, found.path) == ("zdotdir", "zdotdir", folder)


@pytest.mark.parametrize(
    "sign",
    [".oh-my-zsh/", ".zprezto/", ".zim/", ".config/", ".local/", ".cache/", ".zinit/", ".antidote/", ".p10k.zsh"],
)
def test_a_folder_with_what_only_a_home_has_is_a_home(cwd: Path, user: Path, sign: str) -> None:
    folder_with(cwd, "thing", ".zshrc", sign)
    assert named("thing", cwd, user).kind == "home_dir"


def test_a_folder_named_home_is_a_home(cwd: Path, user: Path) -> None:
    folder_with(cwd, "home", ".zshrc")
    assert named("./home", cwd, user).kind == "home_dir"


def test_the_home_of_an_account_is_a_home(cwd: Path, user: Path) -> None:
    other = folder_with(cwd, "bob", ".zshrc")
    assert named("bob", cwd, user, other).kind == "home_dir"


def test_the_word_home_wins_over_a_folder_of_that_name(cwd: Path, user: Path) -> None:
    folder_with(cwd, "home", ".zshrc")
    assert named("home", cwd, user).kind == "home"


@pytest.mark.parametrize(("prefix", "kind"), [("home", "home_dir"), ("zdotdir", "zdotdir")])
@pytest.mark.parametrize("entries", [(".zshrc",), (".zshrc", ".config/"), ()])
def test_a_prefix_overrides_the_rule(cwd: Path, user: Path, prefix: str, kind: str, entries: tuple[str, ...]) -> None:
    folder_with(cwd, "thing", *entries)
    assert named(f"{prefix}:thing", cwd, user).kind == kind


def test_a_single_file_of_any_name_is_a_start_file(cwd: Path, user: Path) -> None:
    (cwd / "my.zsh").write_text("")
    found = named("my.zsh", cwd, user)
    assert (found.kind, found.shape, found.path) == ("file", "file", cwd / "my.zsh")


def test_a_tilde_means_the_users_home(cwd: Path, user: Path) -> None:
    found = named("~/.zshrc", cwd, user)
    assert (found.path, found.label) == (user / ".zshrc", "~/.zshrc")


def test_a_folder_without_start_file_is_told_with_the_files_name(cwd: Path, user: Path) -> None:
    folder_with(cwd, "empty")
    with pytest.raises(UsageError, match=r"no \.zshrc in .*empty"):
        named("empty", cwd, user)


def test_a_start_file_one_folder_below_is_suggested(cwd: Path, user: Path) -> None:
    folder_with(cwd, "dotfiles", "zsh/.zshrc")
    with pytest.raises(UsageError) as caught:
        named("dotfiles", cwd, user)
    assert "dotfiles/zsh" in caught.value.hint


def test_a_start_file_without_its_dot_is_suggested(cwd: Path, user: Path) -> None:
    folder_with(cwd, "dotfiles", "zshrc")
    with pytest.raises(UsageError) as caught:
        named("dotfiles", cwd, user)
    assert "dotfiles/zshrc" in caught.value.hint


def test_a_plugin_in_a_folder_without_start_file_is_suggested(cwd: Path, user: Path) -> None:
    folder_with(cwd, "nice", "nice.plugin.zsh")
    with pytest.raises(UsageError) as caught:
        named("nice", cwd, user)
    assert "nice/nice.plugin.zsh" in caught.value.hint


@pytest.mark.parametrize(("wrong", "right"), [("buildin", "builtin"), ("hme", "home"), ("dotfile", "dotfiles")])
def test_a_near_name_is_suggested(cwd: Path, user: Path, wrong: str, right: str) -> None:
    folder_with(cwd, "dotfiles", ".zshrc")
    with pytest.raises(UsageError, match="did you mean") as caught:
        named(wrong, cwd, user)
    assert right in caught.value.hint


def test_nothing_found_names_what_was_tried(cwd: Path, user: Path) -> None:
    with pytest.raises(UsageError, match="nothing is named 'a:b'") as caught:
        named("a:b", cwd, user)
    assert str(cwd / "a:b") in caught.value.what
    assert "not in a git repository" in caught.value.what


def test_an_empty_argument_is_refused(cwd: Path, user: Path) -> None:
    with pytest.raises(UsageError, match="empty"):
        named("", cwd, user)


def test_a_fifo_is_no_configuration(cwd: Path, user: Path) -> None:
    os.mkfifo(cwd / "pipe")
    with pytest.raises(UsageError, match="neither a folder nor a file"):
        named("pipe", cwd, user)


def test_rev_path_names_a_folder_of_a_commit(cwd: Path, user: Path) -> None:
    repository(folder_with(cwd, ".", "zsh/.zshrc"))
    found = named("main:zsh", cwd, user)
    assert (found.kind, found.shape, found.path) == ("git", "zdotdir", Path("zsh"))
    assert (found.repo, found.rev) == (cwd, git(cwd, "rev-parse", "HEAD"))
    assert found.tree == git(cwd, "rev-parse", "HEAD:zsh")
    assert found.label.startswith("main:zsh@")


def test_rev_path_follows_the_same_rule_as_a_path(cwd: Path, user: Path) -> None:
    repository(folder_with(cwd, ".", ".zshrc", ".config/a", "one.zsh"))
    assert named("HEAD:.", cwd, user).shape == "home_dir"
    assert named("zdotdir:HEAD:.", cwd, user).shape == "zdotdir"
    assert named("HEAD:one.zsh", cwd, user).shape == "file"


def test_rev_path_without_start_file_is_told(cwd: Path, user: Path) -> None:
    repository(folder_with(cwd, ".", "docs/readme"))
    with pytest.raises(UsageError, match=r"no \.zshrc in HEAD:docs"):
        named("HEAD:docs", cwd, user)


def test_an_existing_path_wins_over_rev_path(cwd: Path, user: Path) -> None:
    repository(folder_with(cwd, ".", "zsh/.zshrc"))
    folder_with(cwd, "main:zsh", ".zshrc")
    assert named("main:zsh", cwd, user).kind == "zdotdir"


def test_a_checkout_of_oh_my_zsh_is_a_home_as_its_installer_makes_it(cwd: Path, user: Path) -> None:
    folder_with(cwd, "ohmyzsh", "oh-my-zsh.sh", "templates/zshrc.zsh-template")
    found = named("ohmyzsh", cwd, user)
    assert (found.kind, found.checkout) == ("home_dir", ".oh-my-zsh")
    assert found.links == ((".zshrc", ".oh-my-zsh/templates/zshrc.zsh-template"),)


def test_a_checkout_of_prezto_is_a_home_as_its_installer_makes_it(cwd: Path, user: Path) -> None:
    folder_with(cwd, "prezto", "init.zsh", "runcoms/zshrc", "runcoms/zpreztorc", "runcoms/README.md")
    found = named("prezto", cwd, user)
    assert (found.kind, found.checkout) == ("home_dir", ".zprezto")
    assert found.links == ((".zpreztorc", ".zprezto/runcoms/zpreztorc"), (".zshrc", ".zprezto/runcoms/zshrc"))


def test_a_path_that_cannot_be_looked_at_is_told(cwd: Path, user: Path) -> None:
    with pytest.raises(UsageError, match="File name too long"):
        named("x" * 5000, cwd, user)
