"""A completion dump may be written anew; nothing else may be in it."""

import subprocess
from pathlib import Path

import pytest
from locked_place import Place

from zshforge.integrity.dump import is_plain_dump

EVIL = (
    "touch /tmp/ran",
    "    touch",
    "'touch' 'ran'",
    "_comps=( $(touch ran)",
    "autoload -Uz /tmp/evil",
    "autoload -Uz _a; x",
    "# \\\ntouch ran",
    "bindkey '^M' evil",
    "_comps=(\ntouch ran\n)",
    "_comps=(",
)


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What zsh writes here."""
    file = tmp_path_factory.mktemp("dump") / ".zcompdump"
    subprocess.run(["zsh", "-fc", 'autoload -Uz compinit; compinit -u -d "$1"', "x", str(file)], check=True)
    return file


def test_what_zsh_writes_is_plain(dump: Path) -> None:
    assert is_plain_dump(str(dump))


@pytest.mark.parametrize("line", EVIL)
def test_a_dump_with_another_line_is_not(dump: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "dump").write_text(f"{dump.read_text()}{line}\n")
    assert not is_plain_dump(str(tmp_path / "dump"))


@pytest.mark.parametrize("text", ["", "echo hi\n", "#files: 1\necho hi\n", "'a' '_b'\n"])
def test_what_is_no_dump_is_not_taken_for_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "dump").write_text(text)
    assert not is_plain_dump(str(tmp_path / "dump"))


def test_a_locked_dump_may_be_written_anew_and_not_otherwise(place: Place, dump: Path) -> None:
    own = place.zdotdir / ".zcompdump"
    own.write_text(dump.read_text())
    place.sourced.append(".zcompdump")
    lock = place.lock()
    own.write_text(dump.read_text().replace("#files: ", "#files: 1"))
    assert place.found(lock) == []
    own.write_text(f"{dump.read_text()}touch /tmp/ran\n")
    assert place.found(lock) == [("edited", "ZDOTDIR/.zcompdump", "configuration")]
