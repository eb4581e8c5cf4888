"""The call stack of a running zsh, read from outside without touching it."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zshforge.shell.elf import dynamic_symbols
from zshforge.shell.inside import StackReader, WatchRefused

ZSH = shutil.which("zsh") or "zsh"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and ELF files")


def run_and_look(script: str, tmp_path: Path, *options: str) -> set[tuple[tuple[str, str], ...]]:
    """Runs a script file under zsh and collects the distinct stacks seen while it ran."""
    main = tmp_path / "main.zsh"
    main.write_text(script)
    child = subprocess.Popen([ZSH, "-f", *options, str(main)])
    seen = set()
    time.sleep(0.02)
    reader = StackReader(child.pid, ZSH)
    while child.poll() is None:
        look = reader.look()
        if look is not None:
            seen.add(tuple((frame.kind, frame.name) for frame in look.frames))
        time.sleep(0.001)
    return seen


def test_symbols_of_the_shell_are_found_in_its_own_symbol_table() -> None:
    symbols = dynamic_symbols(ZSH, ("funcstack", "zleactive"))
    assert set(symbols) == {"funcstack", "zleactive"}
    assert all(address > 0 for address in symbols.values())


def test_a_symbol_that_is_not_there_is_left_out() -> None:
    assert dynamic_symbols(ZSH, ("no_such_symbol_at_all",)) == {}


def test_sourced_files_and_functions_are_seen_with_their_nesting(tmp_path: Path) -> None:
    inner = tmp_path / "inner.zsh"
    inner.write_text("zmodload zsh/zselect\nwork() { zselect -t 10 }\nwork\n")
    seen = run_and_look(f"source {inner}\n:", tmp_path)
    assert (("source", str(inner)), ("function", "work")) in seen


def test_a_process_that_is_not_the_shell_is_refused() -> None:
    child = subprocess.Popen(["/bin/sleep", "1"])
    time.sleep(0.02)
    with pytest.raises(WatchRefused, match="is not"):
        StackReader(child.pid, ZSH)
    child.kill()
    child.wait()


def test_looking_at_a_shell_that_is_gone_yields_nothing(tmp_path: Path) -> None:
    main = tmp_path / "main.zsh"
    main.write_text("zmodload zsh/zselect; zselect -t 10")
    child = subprocess.Popen([ZSH, "-f", str(main)])
    time.sleep(0.03)
    reader = StackReader(child.pid, ZSH)
    child.wait()
    assert reader.look() is None


def test_stacks_that_follow_each_other_are_never_mixed(tmp_path: Path) -> None:
    names = "a() { b }\nb() { repeat 80 : }\nc() { d }\nd() { repeat 80 : }\n"
    main = tmp_path / "main.zsh"
    main.write_text(f"{names}while true; do a; c; done")
    child = subprocess.Popen([ZSH, "-f", str(main)])
    time.sleep(0.02)
    stacks: set[tuple[str, ...]] = set()
    both, looks, limit = {("a", "b"), ("c", "d")}, 0, time.monotonic() + 30
    with StackReader(child.pid, ZSH) as reader:
        while (looks < 3000 or not both <= stacks) and time.monotonic() < limit:
            look, looks = reader.look(), looks + 1
            if look is not None:
                stacks.add(tuple(frame.name for frame in look.frames))
    child.kill()
    child.wait()
    assert stacks <= {(), ("a",), ("a", "b"), ("c",), ("c", "d")}
    assert both <= stacks


def test_a_reader_gives_its_descriptor_back(tmp_path: Path) -> None:
    main = tmp_path / "main.zsh"
    main.write_text("zmodload zsh/zselect; zselect -t 20")
    child = subprocess.Popen([ZSH, "-f", str(main)])
    time.sleep(0.02)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with StackReader(child.pid, ZSH) as reader:
        assert reader.look() is not None
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert reader.look() is None
    child.kill()
    child.wait()
