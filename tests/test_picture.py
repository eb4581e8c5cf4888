"""tools/picture.py: the shipped prompt as a terminal shows it, and the picture of it in the documents."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from zshforge.shell.processes import processes_below

ROOT = Path(__file__).parents[1]
#: Folder and branch, ahead, stash, staged, changed, new; status, duration, jobs; a suggestion.
SHOWN = ["~/src/shop main ⇡1 *1 !1 ?1 ", " +1 !1 ?1 ", " 127 ", " 3s ", " &1 ", "git merge --no-ff topic"]


def picture(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "picture.py"), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | env)


def words(file: Path) -> str:
    """The text of an SVG without its spaces, which are not drawn; it is parsed, so it is one."""
    return "".join("".join(ET.fromstring(file.read_text()).itertext()).split())  # noqa: S314  our own file


@pytest.mark.pty
def test_the_prompt_is_drawn_as_a_terminal_shows_it(tmp_path: Path) -> None:
    done = picture(TMPDIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert [part for part in SHOWN if part not in done.stdout] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.pty
def test_no_process_stays_behind() -> None:
    # The path of an agent's socket has to be short.
    with tempfile.TemporaryDirectory(prefix="zf-", dir="/tmp") as folder:
        assert picture(TMPDIR=folder).returncode == 0
        assert processes_below(Path(folder)) == []


@pytest.mark.pty
def test_a_picture_is_text_alone_and_asks_for_nothing_from_elsewhere(tmp_path: Path) -> None:
    file = tmp_path / "prompt.svg"
    done = picture("--write", file)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [part for part in SHOWN if part.replace(" ", "") not in words(file)] == []
    assert "url(" not in file.read_text().replace("url(#zf-", "")
    assert "<image" not in file.read_text()


def test_the_picture_in_the_documents_shows_all_of_it() -> None:
    text = words(ROOT / "docs" / "prompt.svg")
    assert [part for part in SHOWN if part.replace(" ", "") not in text] == []
    assert "docs/prompt.svg" in (ROOT / "README.md").read_text()


def test_without_zsh_it_says_so(tmp_path: Path) -> None:
    done = picture(PATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (4, "")
    assert "no zsh" in done.stderr
