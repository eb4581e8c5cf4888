"""zf build, zf install and zf uninstall, as a person calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".zshrc").write_text("old=1\n")
    return folder


def zf(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zshforge", *words],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        cwd=home.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_install_tells_what_it_replaced_and_uninstall_what_it_gave_back(home: Path) -> None:
    done = zf(home, "install")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"not read  {home}/.zshrc; it stays as it is, with a copy as " in done.stdout
    assert "zf uninstall gives back" in done.stdout
    gone = zf(home, "uninstall")
    assert (gone.returncode, gone.stderr) == (0, "")
    assert f"given back {home}/.zshenv" in gone.stdout
    assert sorted(file.name for file in home.iterdir()) == [".zshrc"]


def test_a_dry_run_tells_and_does_nothing(home: Path) -> None:
    done = zf(home, "install", "--dry-run")
    assert f"would replace  {home}/.zshenv, which is not there" in done.stdout
    assert f"would not read {home}/.zshrc any more" in done.stdout
    assert [file.name for file in home.iterdir()] == [".zshrc"]


def test_another_home_is_installed_and_uninstalled_by_name(home: Path, tmp_path: Path) -> None:
    me = tmp_path / "me"
    me.mkdir()
    assert json.loads(zf(me, "install", "--home", str(home), "--json").stdout)["home"] == str(home)
    assert list(me.iterdir()) == []
    assert json.loads(zf(me, "uninstall", "--home", str(home), "--json").stdout)["schema"] == "uninstallation.v1"


def test_build_makes_a_configuration_elsewhere_and_rebuilds_the_installed_one(home: Path, tmp_path: Path) -> None:
    made = json.loads(zf(home, "build", "builtin", "--out", "made", "--json").stdout)
    assert made["folder"] == str(tmp_path / "made")
    assert zf(home, "build", "builtin", "--out", "made").returncode == 2
    zf(home, "install")
    done = zf(home, "build")
    assert f"built    {home}/.local/share/zshforge/zsh" in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["build"], 2, "zf install, or zf build builtin --out DIR"),
        (["build", "."], 2, "start/walk.zsh is missing"),
        (["uninstall"], 3, "nothing is installed"),
        (["install", "--home", "nowhere"], 2, "HOME is not a folder"),
    ],
)
def test_a_slip_gives_one_line_and_its_exit_code(home: Path, words: list[str], code: int, message: str) -> None:
    done = zf(home, *words)
    assert done.returncode == code
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
