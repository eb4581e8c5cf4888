"""Functions of a real zsh, timed from outside."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zshforge.bench.shell import BenchShell, Place
from zshforge.model.errors import SessionFailed, UsageError
from zshforge.shell.config import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.pty


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[str], BenchShell]:
    """Opens a shell on a .zshrc of the given text."""

    def make(text: str) -> BenchShell:
        (tmp_path / ".zshrc").write_text(text)
        config = resolve(str(tmp_path / ".zshrc"), cwd=tmp_path, home=tmp_path, search="/usr/bin:/bin", zdotdir=None)
        (tmp_path / "scratch").mkdir()
        place = Place(config=config, zsh=Path(shutil.which("zsh") or "zsh"), scratch=tmp_path / "scratch")
        return BenchShell(place)

    return make


def test_a_call_is_repeated_as_often_as_asked_and_its_status_comes_back(
    opened: Callable[[str], BenchShell], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with opened(f"f() {{ print -n x >> {log}; return 3 }}\n") as shell:
        elapsed_us, status = shell.time("f", 17)
    assert log.read_text() == "x" * 17
    assert status == 3
    assert elapsed_us > 0


def test_arguments_reach_the_call_and_its_output_nobody(opened: Callable[[str], BenchShell], tmp_path: Path) -> None:
    log = tmp_path / "log"
    text = f"""f() {{
  print -r -- "$#:$1" >> {log}; print loud; print louder >&2
  read -r line || print end >> {log}
}}
"""
    with opened(text) as shell:
        shell.time("f 'a b' c", 1)
        assert "loud" not in "\n".join(shell.screen())
    assert log.read_text() == "2:a b\nend\n"


def test_a_function_runs_under_the_users_options_and_an_alias_of_its_name_is_none(
    opened: Callable[[str], BenchShell], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    text = f"""setopt ksh_arrays sh_word_split err_return xtrace
f() {{ local -a a; a=(p q); print -r -- ${{a[0]}} >> {log} }}
alias f=false builtin=false eval=false
"""
    with opened(text) as shell:
        shell.time("f", 2)
    assert log.read_text() == "p\np\n"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("f", "alias f=false"),
        ("f", "alias -g f=false"),
        ("time", ":"),
        ("f.x", "alias -s x=false"),
        ("f", "alias true=false"),
    ],
)
def test_a_name_is_the_functions_whatever_else_it_is(
    opened: Callable[[str], BenchShell], tmp_path: Path, name: str, more: str
) -> None:
    log = tmp_path / "log"
    with opened(f"function '{name}' {{ print -r -- \"$#:$1\" >> {log} }}\n{more}\n") as shell:
        shell.time(name, 1)
        shell.time(f"{name} x", 1)
    assert log.read_text() == "0:\n1:x\n"


def test_a_name_that_needs_no_quotes_gets_none_because_each_call_would_pay_for_them(
    opened: Callable[[str], BenchShell], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with opened(f'zf::f() {{ print -r -- "$_zf_code" >> {log} }}\n') as shell:
        shell.time("zf::f", 1)
    assert "{ zf::f }" in log.read_text()


def test_bodies_are_told_and_autoloaded_ones_are_loaded(opened: Callable[[str], BenchShell], tmp_path: Path) -> None:
    folder = tmp_path / "fns"
    folder.mkdir()
    (folder / "later").write_text("print later\n")
    with opened(f"fpath=({folder} $fpath); autoload -Uz later never; f() {{ print one }}\n") as shell:
        assert shell.body("f").strip() == "print one"
        assert shell.body("later").strip() == "print later"
        assert "autoload" in shell.body("never")
        with pytest.raises(UsageError, match=r"latter.*later"):
            shell.body("latter")


def test_names_are_found_by_a_pattern(opened: Callable[[str], BenchShell]) -> None:
    with opened("zf::a() { : }; zf::b() { : }; other() { : }\n") as shell:
        assert shell.names("zf::*") == ["zf::a", "zf::b"]


def test_a_function_that_ends_the_shell_is_named(opened: Callable[[str], BenchShell]) -> None:
    with opened("f() { exit 5 }\n") as shell, pytest.raises(SessionFailed, match=r"f ended the shell.*5"):
        shell.time("f", 1)


def test_a_function_that_never_returns_is_named(opened: Callable[[str], BenchShell]) -> None:
    with opened("f() { while true; do :; done }\n") as shell:
        shell.deadline_s = 0.5
        with pytest.raises(SessionFailed, match="f did not return"):
            shell.time("f", 1)


def test_a_start_that_never_ends_is_told_with_the_screen(opened: Callable[[str], BenchShell]) -> None:
    shell = opened("print stuck here; while true; do :; done\n")
    shell.deadline_s = 1.0
    with pytest.raises(SessionFailed, match="never took a command") as failed, shell:
        pass
    assert any("stuck here" in line for line in failed.value.screen)


def test_the_empty_loop_runs_nothing(opened: Callable[[str], BenchShell], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with opened(f"command_not_found_handler() {{ print -r -- $1 >> {log} }}\n") as shell:
        _, status = shell.time(None, 3)
    assert status == 0
    assert not log.exists()
