"""What each file asks of the file system is counted, by the file that was being sourced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from zshforge.explain.calls import count_calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zshforge.capture.plan import SessionPlan
    from zshforge.model.explanation import Explanation, SegmentCounters

pytestmark = [pytest.mark.pty, pytest.mark.timeout(120)]


def of(found: Explanation, name: str) -> SegmentCounters:
    return next(row for row in found.counters if (row.file or "").endswith(name))


def test_files_and_bytes_count_for_the_file_that_was_being_sourced(
    explained: Callable[..., Explanation], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.write_text("x" * 5000)
    found = explained(
        zshrc="source @/a.zsh; source @/b.zsh\n",
        a=f"for i in 1 2 3; do exec 9<{data}; read -ru 9 x; exec 9<&-; done\n",
        b="# a comment\n" * 100,
    )
    assert of(found, "/a.zsh").files_opened == 3
    assert of(found, "/b.zsh").bytes_read == 1200
    assert of(found, "/b.zsh").files_opened == 0
    # read takes one byte at a time from what it may have to leave to others, or a block from a file
    assert (of(found, "/a.zsh").bytes_read or 0) >= 15_000
    assert "counters.files_opened" not in found.reasons


def test_searches_of_path_and_fpath_are_told_apart(explained: Callable[..., Explanation], tmp_path: Path) -> None:
    for folder in (folders := [tmp_path / f"f{number}" for number in range(10)]):
        folder.mkdir()
    (folders[-1] / "wanted").write_text(":\n")
    programs, functions = (" ".join(map(str, some)) for some in (folders[:5], folders[5:]))
    found = explained(
        zshrc="source @/p.zsh; source @/f.zsh; :\n",
        p=f"path=({programs} $path); whence -p nothing-of-that-name; whence -p nothing-either\n",
        f=f"fpath=({functions}); autoload -Uz wanted; wanted\n",
    )
    in_path, in_fpath = of(found, "/p.zsh"), of(found, "/f.zsh")
    assert (in_path.path_stats or 0) >= 10
    assert in_path.fpath_stats == 0
    assert (in_fpath.fpath_stats or 0) >= 5
    assert in_fpath.path_stats == 0


def test_what_commands_open_is_not_the_shells(explained: Callable[..., Explanation]) -> None:
    files = " ".join(["/etc/passwd"] * 40)
    found = explained(zshrc="source @/a.zsh\n", a=f"cat {files} >/dev/null\n")
    assert (of(found, "/a.zsh").files_opened or 0) < 20  # /dev/null, and the folders that cat is looked for in


def test_a_start_that_never_comes_to_its_editor_has_reasons(
    zdotdir: Callable[..., Path], tmp_path: Path, session_plan: Callable[[Path], SessionPlan]
) -> None:
    plan = session_plan(zdotdir(zshrc="exit 3\n"))
    told = count_calls(plan, tmp_path / "log")
    assert isinstance(told, str)
    assert "before its line editor" in told
    plan = replace(session_plan(zdotdir(zshrc="sleep 30\n")), prompt_deadline_s=1.0)
    assert "did not come" in str(count_calls(plan, tmp_path / "log"))
    assert not (tmp_path / "log").exists()


def test_a_start_under_the_kernels_eyes_leaves_no_history_and_no_process(
    zdotdir: Callable[..., Path], tmp_path: Path, session_plan: Callable[[Path], SessionPlan]
) -> None:
    plan = session_plan(zdotdir(zshrc=f"HISTFILE={tmp_path}/history SAVEHIST=9; print -s x; sleep 300 &!\n"))
    counted = count_calls(plan, tmp_path / "log")
    assert not isinstance(counted, str)
    assert not (tmp_path / "history").exists()
