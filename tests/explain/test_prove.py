"""What a part really costs, and what became dearer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from advising import file, session
from explaining import request_for
from msgspec.structs import replace

from zshforge.explain.against import against
from zshforge.explain.prove import _metric, prove
from zshforge.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zshforge.model.explanation import Explanation

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    place = tmp_path / "scratch"
    place.mkdir()
    return place


def test_a_file_is_proven_and_the_original_is_untouched(zdotdir: Callable[..., Path], scratch: Path) -> None:
    folder = zdotdir(zshrc="zmodload zsh/zselect; source $ZDOTDIR/slow.zsh\n", slow="zselect -t 5\n")
    proof = prove(request_for(folder, scratch, explain__prove_pairs=6), "slow.zsh")
    assert proof.cost_ms == pytest.approx(50, abs=15)
    assert proof.conclusive
    assert (folder / "slow.zsh").read_text() == "zselect -t 5\n"
    assert list(scratch.iterdir()) == []


def test_a_cost_that_two_share_is_not_charged_to_the_first(zdotdir: Callable[..., Path], scratch: Path) -> None:
    once = "if (( ! $+done )); then zselect -t 5; done=1; fi\n"
    folder = zdotdir(zshrc="zmodload zsh/zselect; source $ZDOTDIR/a.zsh; source $ZDOTDIR/b.zsh\n", a=once, b=once)
    proof = prove(request_for(folder, scratch, explain__prove_pairs=6), "a.zsh")
    assert abs(proof.cost_ms) < 20


def test_a_line_is_proven(zdotdir: Callable[..., Path], scratch: Path) -> None:
    folder = zdotdir(zshrc="zmodload zsh/zselect\nzselect -t 5\n:\n")
    proof = prove(request_for(folder, scratch, explain__prove_pairs=6), ".zshrc:2")
    assert proof.cost_ms == pytest.approx(50, abs=15)


def test_a_line_of_a_function_is_proven_although_nobody_saw_its_short_file_being_read(
    zdotdir: Callable[..., Path], scratch: Path
) -> None:
    folder = zdotdir(
        zshrc="zmodload zsh/zselect\nsource $ZDOTDIR/hook.zsh\nprecmd() { wait-a-while }\n",
        hook="wait-a-while() {\nzselect -t 5\n}\n",
    )
    proof = prove(request_for(folder, scratch, explain__prove_pairs=6), "hook.zsh:2")
    assert proof.cost_ms == pytest.approx(50, abs=15)


def test_a_line_that_cannot_stand_alone_is_refused(zdotdir: Callable[..., Path], scratch: Path) -> None:
    folder = zdotdir(zshrc="if true; then\nzmodload zsh/zselect; zselect -t 5\nfi\n")
    with pytest.raises(UsageError, match="cannot be left out alone"):
        prove(request_for(folder, scratch), ".zshrc:1")


def test_a_line_of_a_file_that_cannot_be_parsed_at_all_is_refused_with_its_reason(
    zdotdir: Callable[..., Path], scratch: Path
) -> None:
    broken = "repeat 3000 { : }\n" * 9 + "if true; then\n"
    folder = zdotdir(zshrc="source $ZDOTDIR/broken.zsh 2>/dev/null\n", broken=broken)
    with pytest.raises(UsageError, match=r"broken\.zsh:\d+: parse error") as refused:
        prove(request_for(folder, scratch), "broken.zsh:1")
    assert "cannot be left out alone" not in str(refused.value)


def test_what_runs_after_the_prompt_alone_is_proven_by_the_first_command(
    zdotdir: Callable[..., Path], scratch: Path
) -> None:
    hook = "autoload -Uz add-zsh-hook\nlate() { add-zsh-hook -d preexec late; source $ZDOTDIR/late.zsh }\n"
    folder = zdotdir(zshrc=f"zmodload zsh/zselect\n{hook}add-zsh-hook preexec late\n", late="zselect -t 5\n")
    proof = prove(request_for(folder, scratch, explain__prove_pairs=6), "late.zsh")
    assert proof.metric == "first_command_ms"
    assert proof.cost_ms == pytest.approx(50, abs=15)


@pytest.mark.parametrize(
    ("before_ms", "after_ms", "metric"),
    [(30, 0, "first_prompt_ms"), (0, 30, "first_command_ms"), (2, 30, "first_command_ms"), (0, 0, "first_prompt_ms")],
)
def test_what_is_compared_is_what_the_file_makes_later_also_where_the_prompt_was_read_late(
    before_ms: int, after_ms: int, metric: str
) -> None:
    one = session((10, (file("/h/.zshrc", 1),)), (before_ms, (file("/h/late.zsh", 1),)))
    later = session((after_ms, (file("/h/late.zsh", 1),))).pieces
    assert _metric(replace(one, later=later), ["/h/late.zsh"]) == metric


def test_a_name_that_is_not_there_is_refused(zdotdir: Callable[..., Path], scratch: Path) -> None:
    with pytest.raises(UsageError, match="no file, line or plugin"):
        prove(request_for(zdotdir(zshrc=":\n"), scratch), "nothing.zsh")


def test_a_file_outside_of_the_copy_is_refused(zdotdir: Callable[..., Path], scratch: Path, tmp_path: Path) -> None:
    (tmp_path / "else.zsh").write_text("for i in {1..9999}; do :; done\n")
    folder = zdotdir(zshrc=f"source {tmp_path}/else.zsh\n")
    with pytest.raises(UsageError, match="not part of the copy"):
        prove(request_for(folder, scratch), "else.zsh")
    assert (tmp_path / "else.zsh").read_text()


def test_what_became_dearer_is_named(explained: Callable[..., Explanation]) -> None:
    slow = explained(zshrc="zmodload zsh/zselect; source @/part.zsh\n", part="zselect -t 6\n")
    fast = explained(zshrc="zmodload zsh/zselect; source @/part.zsh\n", part="zselect -t 1\n")
    found = against(slow, fast)
    assert found.changes[0].name == "part.zsh"
    assert found.changes[0].change_ms == pytest.approx(50, abs=12)
    assert sum(change.change_ms for change in found.changes) == pytest.approx(slow.wall_ms - fast.wall_ms)
