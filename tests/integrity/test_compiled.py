"""What a compiled file is to its source, also where a bundle keeps it apart."""

import shutil
import subprocess
from pathlib import Path

import pytest

from zshforge.integrity.compiled import judge_compiled
from zshforge.shell.zsh import find_zsh

ZSH = find_zsh("/usr/bin:/bin:/usr/local/bin", None)


@pytest.mark.parametrize(("content", "state"), [("hello=1\n", "source"), ("hello=2\n", "foreign")])
def test_a_file_of_a_bundle_is_held_against_the_source_above_it(tmp_path: Path, content: str, state: str) -> None:
    (tmp_path / "z/bundle").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "z/paint.zsh").write_text("hello=1\n")
    (tmp_path / "other/paint.zsh").write_text(content)
    subprocess.run(["zsh", "-fc", f"zcompile -U {tmp_path}/other/paint.zsh"], check=True)
    compiled = shutil.move(tmp_path / "other/paint.zsh.zwc", tmp_path / "z/bundle/paint.zsh.zwc")
    assert judge_compiled([str(compiled)], ZSH, tmp_path / "other") == {str(compiled): state}


def test_a_file_of_another_folder_has_no_source_above_it(tmp_path: Path) -> None:
    (tmp_path / "z/lib").mkdir(parents=True)
    (tmp_path / "z/paint.zsh").write_text("hello=1\n")
    subprocess.run(["zsh", "-fc", f"zcompile -U {tmp_path}/z/lib/paint.zsh.zwc {tmp_path}/z/paint.zsh"], check=True)
    compiled = str(tmp_path / "z/lib/paint.zsh.zwc")
    assert judge_compiled([compiled], ZSH, tmp_path) == {compiled: "alone"}
