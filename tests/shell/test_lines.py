"""The call stack and the line of a running zsh, looked at all the time."""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from zshforge.shell.inside import WatchRefused
from zshforge.shell.lines import LineReader, Moment

ZSH = shutil.which("zsh") or "zsh"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and ELF files")


def watched(script: str, tmp_path: Path) -> Counter[tuple[tuple[str, ...], int]]:
    """How often each stack of names, with the innermost line, was seen while a script ran."""
    main = tmp_path / "main.zsh"
    main.write_text("zmodload zsh/zselect; zselect -t 5\n" + script)
    child = subprocess.Popen([ZSH, "-f", str(main)])
    time.sleep(0.02)
    reader = LineReader(child.pid, ZSH)
    seen: Counter[tuple[tuple[str, ...], int]] = Counter()
    while child.poll() is None:
        look = reader.look()
        if look is not None:
            seen[tuple(level.name for level in look.levels), look.line] += 1
        time.sleep(0.0002)
    return seen


def test_the_line_of_a_script_is_seen(tmp_path: Path) -> None:
    seen = watched(":\nzselect -t 20\n:\nzselect -t 20\n", tmp_path)
    assert seen[(), 3] > 5
    assert seen[(), 5] > 5


def test_functions_are_seen_with_the_line_inside_them(tmp_path: Path) -> None:
    seen = watched("outer() {\n  :\n  inner\n}\ninner() {\n  zselect -t 20\n}\nouter\n", tmp_path)
    assert seen[("outer", "inner"), 1] > 5


def test_what_a_function_sources_or_evaluates_is_seen(tmp_path: Path) -> None:
    part = tmp_path / "part.zsh"
    part.write_text(":\nzselect -t 20\n")
    script = (
        f"load() {{\n  source {part}\n}}\nwork() {{\n  eval 'zselect -t 20'\n}}\nboth() {{\n  load; work\n}}\nboth\n"
    )
    seen = watched(script, tmp_path)
    assert seen[("both", "load", str(part)), 2] > 5
    assert seen[("both", "work", "(eval)"), 1] > 5


def test_functions_of_one_caller_are_told_apart_within_what_they_source(tmp_path: Path) -> None:
    part = tmp_path / "part.zsh"
    part.write_text("zselect -t 8\n")
    names = [f"load-{letter}" for letter in "abcdef"]
    lines = "".join(f"{name}() {{ source {part} }}\n" for name in names)
    seen = watched(f"{lines}for one in {' '.join(names)}; do $one; done\n", tmp_path)
    assert {stack for stack, _ in seen if len(stack) == 2} == {(name, str(part)) for name in names}


def test_a_level_tells_file_definition_and_caller(tmp_path: Path) -> None:
    (tmp_path / "part.zsh").write_text(":\nwork() {\n  zselect -t 10\n}\n:\nwork\n")
    main = tmp_path / "main.zsh"
    main.write_text(f"zmodload zsh/zselect; zselect -t 5\nsource {tmp_path}/part.zsh\n")
    child = subprocess.Popen([ZSH, "-f", str(main)])
    time.sleep(0.02)
    reader, found = LineReader(child.pid, ZSH), None
    while child.poll() is None and found is None:
        look = reader.look()
        found = look if look is not None and len(look.levels) == 2 else None
        time.sleep(0.001)
    child.wait()
    assert isinstance(found, Moment)
    source, function = found.levels
    assert (source.kind, source.name, source.called_at) == ("source", f"{tmp_path}/part.zsh", 2)
    assert (function.kind, function.name, function.file) == ("function", "work", f"{tmp_path}/part.zsh")
    assert function.base + found.line == 3
    assert function.called_at == 6


def test_files_that_follow_each_other_are_told_apart_although_zsh_reuses_their_place(tmp_path: Path) -> None:
    names = [tmp_path / f"{letter}.zsh" for letter in "abcdefgh"]
    for name in names:
        name.write_text("zselect -t 8\n")
    seen = watched(f"for part in {' '.join(map(str, names))}; do source $part; done\n", tmp_path)
    assert {stack[0] for stack, _ in seen if stack} == set(map(str, names))


def test_functions_that_follow_each_other_are_told_apart_although_zsh_reuses_their_place(tmp_path: Path) -> None:
    names = [tmp_path / f"{letter}.zsh" for letter in "abcdefgh"]
    for name in names:
        name.write_text(f"part-{name.stem}() {{\n  zselect -t 8\n}}\npart-{name.stem}\n")
    seen = watched(f"for part in {' '.join(map(str, names))}; do source $part; done\n", tmp_path)
    pairs = {stack for stack, _ in seen if len(stack) == 2}
    assert pairs == {(str(name), f"part-{name.stem}") for name in names}


def test_functions_at_one_place_of_the_heap_are_told_apart_from_their_first_look_on(tmp_path: Path) -> None:
    names = [f"work-{number}" for number in range(12)]
    lines = "".join(f"{name}() {{ zselect -t 4 }}\n" for name in names)
    part = tmp_path / "part.zsh"
    part.write_text(f"{lines}for one in {' '.join(names)}; do $one; done\n")
    seen = watched(f"source {part}\nsource {part}\n", tmp_path)
    looks: Counter[str] = Counter()
    for (stack, _), count in seen.items():  # a function that was just entered still has its caller's line
        if len(stack) == 2:
            looks[stack[1]] += count
    assert set(looks) == set(names)
    assert max(looks.values()) < 3 * min(looks.values())


def test_a_name_of_any_bytes_is_seen_as_text_that_can_be_written(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xcf\x83.zsh\xff"
    Path(os.fsdecode(odd)).write_text("zselect -t 5\n")
    seen = watched("for part in ${0:h}/*.zsh?; do source $part; done\n", tmp_path)
    name = next(stack[0] for stack, _ in seen if stack)
    assert name == f"{tmp_path}/\u03c3.zsh\\xff"


def test_deep_recursion_is_followed(tmp_path: Path) -> None:
    seen = watched("deep() {\n  (( $1 )) && deep $(( $1 - 1 )) || zselect -t 20\n}\ndeep 150\n", tmp_path)
    assert max(len(stack) for stack, _ in seen) == 151


def test_a_process_that_is_not_the_shell_is_refused() -> None:
    child = subprocess.Popen(["/bin/sleep", "1"])
    time.sleep(0.02)
    with pytest.raises(WatchRefused, match="is not"):
        LineReader(child.pid, ZSH)
    child.kill()
    child.wait()


def test_a_shell_that_is_gone_is_lost(tmp_path: Path) -> None:
    main = tmp_path / "main.zsh"
    main.write_text("zmodload zsh/zselect; zselect -t 5")
    child = subprocess.Popen([ZSH, "-f", str(main)])
    time.sleep(0.02)
    reader = LineReader(child.pid, ZSH)
    child.wait()
    assert reader.look() is None
    assert reader.lost
