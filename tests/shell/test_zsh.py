from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from zshforge.model.errors import ShellUnusable
from zshforge.shell.zsh import Zsh, find_zsh

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin"


def script(folder: Path, text: str, name: str = "zsh") -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_the_first_zsh_on_the_path_is_found_with_its_version() -> None:
    found = find_zsh(SYSTEM_PATH, None)
    assert found.path == shutil.which("zsh", path=SYSTEM_PATH)
    assert found.version >= (5, 8)
    assert found.text.startswith(f"{found.version[0]}.{found.version[1]}")


def test_an_explicit_zsh_wins_over_the_path(tmp_path: Path) -> None:
    chosen = script(tmp_path, "echo 5.9.1", name="other-zsh")
    assert find_zsh(SYSTEM_PATH, str(chosen)) == Zsh(path=str(chosen), version=(5, 9, 1), text="5.9.1")


def test_an_explicit_name_is_looked_up_on_the_path(tmp_path: Path) -> None:
    chosen = script(tmp_path, "echo 5.9", name="zsh-5.9")
    assert find_zsh(str(tmp_path), "zsh-5.9").path == str(chosen)


def test_no_zsh_says_how_to_install_one(tmp_path: Path) -> None:
    with pytest.raises(ShellUnusable, match="zsh is not installed") as caught:
        find_zsh(str(tmp_path), None)
    assert "apt" in caught.value.hint
    assert "brew" in caught.value.hint


def test_an_explicit_zsh_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "zsh"
    with pytest.raises(ShellUnusable, match="no such program") as caught:
        find_zsh(SYSTEM_PATH, str(missing))
    assert caught.value.where == str(missing)


@pytest.mark.parametrize("version", ["5.7.1", "5.0.2", "4.3.17"])
def test_a_zsh_older_than_5_8_is_refused_by_its_version(tmp_path: Path, version: str) -> None:
    script(tmp_path, f"echo {version}")
    with pytest.raises(ShellUnusable, match=version):
        find_zsh(str(tmp_path), None)


@pytest.mark.parametrize(("text", "version"), [("5.8", (5, 8)), ("5.9.0.2-test", (5, 9, 0, 2))])
def test_versions_of_every_spelling_are_read(tmp_path: Path, text: str, version: tuple[int, ...]) -> None:
    script(tmp_path, f"echo {text}")
    assert find_zsh(str(tmp_path), None).version == version


def test_what_a_system_wide_start_file_prints_does_not_spoil_the_version(tmp_path: Path) -> None:
    script(tmp_path, "echo welcome to 4.3; echo 5.9")
    assert find_zsh(str(tmp_path), None).text == "5.9"


@pytest.mark.parametrize("body", ["exit 1", "echo hello", "printf '\\377\\376'", "exit 0"])
def test_a_program_that_is_not_zsh_is_refused(tmp_path: Path, body: str) -> None:
    script(tmp_path, body)
    with pytest.raises(ShellUnusable, match="does not answer like a zsh"):
        find_zsh(str(tmp_path), None)


def test_a_zsh_that_hangs_is_given_up(tmp_path: Path) -> None:
    script(tmp_path, "exec /bin/sleep 60")
    with pytest.raises(ShellUnusable, match=r"within 0\.2 s"):
        find_zsh(str(tmp_path), None, limit_s=0.2)


def test_a_program_that_cannot_be_started_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "zsh"
    broken.write_text("#!/nonexistent/interpreter\n")
    broken.chmod(0o755)
    with pytest.raises(ShellUnusable, match="cannot be started"):
        find_zsh(str(tmp_path), None)


def test_a_folder_is_not_a_zsh(tmp_path: Path) -> None:
    with pytest.raises(ShellUnusable, match="no such program"):
        find_zsh(SYSTEM_PATH, str(tmp_path))
