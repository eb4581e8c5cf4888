"""The wheel holds everything that runs, and what it holds runs from elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


def test_every_file_of_the_package_that_git_knows_is_in_the_wheel(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "src/zshforge"], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout.split("\0")
    wanted = {name.removeprefix("src/") for name in tracked if name and (ROOT / name).is_file()}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert wanted - held == set()
    assert {"zshforge/zsh/.zshenv", "zshforge/zsh/.zshrc", "zshforge/zsh/functions/zf::has"} <= held
    assert "zshforge/capture/probe/driver.zsh" in held


def test_both_names_of_the_program_are_installed(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    told = archive.read(entry_points).decode()
    assert "zf = zshforge.cli:main" in told
    assert "zshforge = zshforge.cli:main" in told


@pytest.mark.pty
def test_the_shipped_configuration_is_captured_from_where_the_wheel_was_unpacked(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "home").mkdir()
    environment = {
        "HOME": str(tmp_path / "home"),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path / "site"),
        "TMPDIR": str(tmp_path),
        "ZF_CAPTURE_REPOSITORY": "empty",
        "ZF_CAPTURE_OVERHEAD_PAIRS": "0",
    }
    where = "import zshforge; print(zshforge.__file__)"
    found = subprocess.run([sys.executable, "-c", where], capture_output=True, text=True, env=environment, check=True)
    assert found.stdout.startswith(str(tmp_path / "site"))
    done = subprocess.run(
        [sys.executable, "-m", "zshforge", "capture", "builtin", "-n", "1", "--warmups", "0", "--json"],
        capture_output=True, text=True, env=environment, cwd=tmp_path, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert (made["framework"], made["provenance"]["prompt"]) == ("zshforge", {"native": 1})
