"""Compiled files: read, and compared with what zsh makes of their sources."""

import os
import subprocess
from pathlib import Path

import pytest

from zshforge.shell.wordcode import compile_sources, read_compiled
from zshforge.shell.zsh import Zsh, find_zsh


@pytest.fixture(scope="module")
def zsh() -> Zsh:
    return find_zsh(os.environ["PATH"], None)


def compiled(zsh: Zsh, *words: str) -> None:
    subprocess.run([zsh.path, "-fc", 'zcompile "$@"', "x", *words], check=True)


def test_a_compiled_file_tells_its_version_and_its_programs(zsh: Zsh, tmp_path: Path) -> None:
    (tmp_path / "one").write_text("print one\n")
    (tmp_path / "two").write_text("print two\n")
    compiled(zsh, "-R", f"{tmp_path}/all.zwc", f"{tmp_path}/one", f"{tmp_path}/two")
    content = read_compiled((tmp_path / "all.zwc").read_bytes())
    assert content is not None
    assert content.version == zsh.text
    assert [program.name for program in content.programs] == ["one", "two"]


def test_zsh_makes_the_same_of_a_source_wherever_it_lies(zsh: Zsh, tmp_path: Path) -> None:
    source = tmp_path / "it's $(touch here); a\nname.zsh"
    source.write_text("f() { print -r -- hi | cat }\nalias x=y\n[[ a == (#i)A* ]] && x=(*(N))\n")
    compiled(zsh, str(source))
    content = read_compiled(Path(f"{source}.zwc").read_bytes())
    made = compile_sources([str(source)], zsh, tmp_path)
    assert content is not None
    assert made[str(source)].programs[0][1:] == content.programs[0][1:]


def test_compiling_runs_nothing_and_leaves_nothing(zsh: Zsh, tmp_path: Path) -> None:
    source = tmp_path / "bad.zsh"
    source.write_text(f"touch {tmp_path}/ran\nalias -g boom='$(touch {tmp_path}/ran)'\nboom\n")
    assert compile_sources([str(source)], zsh, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zsh"]


def test_a_source_that_zsh_cannot_parse_is_left_out(zsh: Zsh, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text("if then ((\n")
    (tmp_path / "good").write_text("print\n")
    assert list(compile_sources([f"{tmp_path}/bad", f"{tmp_path}/good"], zsh, tmp_path)) == [f"{tmp_path}/good"]


def test_every_cut_of_a_compiled_file_is_damaged_or_has_all_its_code(zsh: Zsh, tmp_path: Path) -> None:
    (tmp_path / "one").write_text("print one two three\n")
    compiled(zsh, f"{tmp_path}/one")
    data = (tmp_path / "one.zwc").read_bytes()
    whole = read_compiled(data)
    assert whole is not None
    for length in range(len(data)):
        assert read_compiled(data[:length]) in {None, whole}
    assert read_compiled(b"") is None
    assert read_compiled(os.urandom(100)) is None
