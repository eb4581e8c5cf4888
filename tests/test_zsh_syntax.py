"""tools/zsh_syntax.py: every zsh file is parsed by zsh itself."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "zsh_syntax.py"


def check(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_package_holds_no_file_that_zsh_cannot_parse() -> None:
    done = check()
    assert done.returncode == 0, done.stdout
    assert "0 bad" in done.stdout


@pytest.mark.parametrize(
    "text",
    ["if true; then\n", "f() {\n", "echo hi\nfi\n", "echo a }\n", "x() { :; }\n}\necho hi; {\n", "echo 'open\n"],
)
def test_a_broken_file_is_named_with_zshs_own_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "good.zsh").write_text("echo ok\n")
    (tmp_path / "bad one.zsh").write_text(text)
    done = check(tmp_path)
    assert done.returncode == 1
    assert "bad one.zsh:" in done.stdout
    assert "good.zsh" not in done.stdout


def test_what_a_file_does_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "a.zsh").write_text(f"print -r -- run > {tmp_path}/proof\n$(touch {tmp_path}/proof)\n")
    assert check(tmp_path).returncode == 0
    assert not (tmp_path / "proof").exists()


def test_start_up_files_and_functions_are_found_and_data_is_not(tmp_path: Path) -> None:
    (tmp_path / "zsh" / "functions").mkdir(parents=True)
    for name in (".zshenv", ".zshrc", "zsh/functions/zf::log", "probe.zsh"):
        (tmp_path / name).write_text("fi\n")
    for name in ("zsh/plugins.toml", "zsh/README.md", "probe.zsh.zwc", "module.py"):
        (tmp_path / name).write_text("fi\n")
    done = check(tmp_path)
    assert "4 files, 4 bad" in done.stdout


def test_an_empty_file_and_one_with_comments_alone_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty.zsh").write_text("")
    (tmp_path / "comment.zsh").write_text("# purpose: none")
    (tmp_path / "last-line.zsh").write_text("echo ok # it's fine")
    assert check(tmp_path).returncode == 0


def test_a_folder_without_zsh_files_proves_nothing_and_fails(tmp_path: Path) -> None:
    assert check(tmp_path).returncode == 1
