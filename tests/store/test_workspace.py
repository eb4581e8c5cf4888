"""Where artifacts lie."""

from pathlib import Path

import pytest

from zshforge.model.errors import UsageError
from zshforge.store.workspace import find_workspace, user_settings_file


def test_the_nearest_folder_with_a_zf_toml_is_the_workspace(tmp_path: Path) -> None:
    inner = tmp_path / "dotfiles" / "zsh"
    inner.mkdir(parents=True)
    (tmp_path / "zf.toml").write_text("")
    (tmp_path / "dotfiles" / "zf.toml").write_text("")
    workspace = find_workspace(inner, {})
    assert workspace.root == tmp_path / "dotfiles"
    assert workspace.file == tmp_path / "dotfiles" / "zf.toml"
    assert workspace.artifacts == tmp_path / "dotfiles" / "artifacts"


def test_a_folder_of_that_name_makes_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "zf.toml").mkdir()
    assert find_workspace(tmp_path, {"HOME": "/home/me"}).root == Path("/home/me/.local/state/zshforge")


def test_without_one_the_state_folder_is_the_workspace(tmp_path: Path) -> None:
    workspace = find_workspace(tmp_path, {"HOME": "/home/me", "XDG_STATE_HOME": "/state"})
    assert workspace.root == Path("/state/zshforge")
    assert workspace.file is None


def test_a_relative_xdg_folder_is_ignored_as_its_rules_say(tmp_path: Path) -> None:
    environ = {"HOME": "/home/me", "XDG_STATE_HOME": "state", "XDG_CONFIG_HOME": "config"}
    assert find_workspace(tmp_path, environ).root == Path("/home/me/.local/state/zshforge")
    assert user_settings_file(environ) == Path("/home/me/.config/zshforge/zf.toml")


def test_every_kind_of_artifact_has_its_folder(tmp_path: Path) -> None:
    (tmp_path / "zf.toml").write_text("")
    workspace = find_workspace(tmp_path, {})
    folders = [
        workspace.metrics,
        workspace.recordings,
        workspace.cache,
        workspace.badges,
        workspace.reports,
    ]
    assert [folder.relative_to(workspace.artifacts).as_posix() for folder in folders] == [
        "metrics",
        "recordings",
        "cache",
        "badges",
        "reports",
    ]


def test_looking_for_a_workspace_makes_no_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    find_workspace(tmp_path, {"HOME": str(home)})
    assert not home.exists()


def test_without_a_home_there_is_no_place_and_the_message_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"HOME.*zf\.toml"):
        find_workspace(tmp_path, {})
    assert user_settings_file({}) is None


def test_the_users_file_lies_in_the_configuration_folder() -> None:
    assert user_settings_file({"XDG_CONFIG_HOME": "/conf"}) == Path("/conf/zshforge/zf.toml")
