"""Costs that are known beforehand are found at the right name: in files, functions, lines, commands, hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from explaining import about, request_for, row
from known_costs import KnownConfig

from zshforge.explain.explain import explain
from zshforge.model.explanation import CODE_KINDS, LINE_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from known_costs import Cost

    from zshforge.model.explanation import Explanation

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]


def off(known: KnownConfig, found: Explanation, costs: Sequence[Cost] | None = None) -> list[tuple[Cost, float, float]]:
    """Costs that are not within 5 % or 1 ms of what they really were; with what their rows say, and what is allowed.

    What they really were is told by the sessions' own clocks. A busy machine may take the processor from the shell
    where nothing is timed, and from the observer where something ends: both are told, and allowed.
    """
    wrong = []
    disturbed_ms = known.disturbed_ms(found)
    for cost, (least_ms, most_ms) in known.really_ms(found, costs).items():
        seen = row(found, cost.kind, cost.name, cost.line if cost.kind != "line" else None)
        allowed_ms = max(1.0, 0.05 * most_ms) + (seen.unsure_ms or 0.0) + disturbed_ms
        if not least_ms - allowed_ms <= seen.self_ms <= most_ms + allowed_ms:
            wrong.append((cost, seen.self_ms, allowed_ms))
    return wrong


@pytest.mark.parametrize("seed", range(4))
def test_known_costs_are_attributed_to_their_names(tmp_path: Path, seed: int) -> None:
    known = KnownConfig(tmp_path / "zdotdir", tmp_path / "log", seed)
    (tmp_path / "scratch").mkdir()
    found = explain(request_for(tmp_path / "zdotdir", tmp_path / "scratch", explain__budget_s=3.0))
    assert off(known, found) == []
    for kind in {"line", "command"} & {cost.kind for cost in known.costs}:
        largest = max((r for r in found.rows if r.kind == kind), key=lambda r: r.self_ms)
        assert any(cost.kind == kind and largest.name.endswith(cost.name) for cost in known.costs)


@pytest.mark.parametrize("seed", range(2))
def test_known_costs_of_files_are_seen_without_lines(tmp_path: Path, seed: int) -> None:
    known = KnownConfig(tmp_path / "zdotdir", tmp_path / "log", seed)
    (tmp_path / "scratch").mkdir()
    found = explain(request_for(tmp_path / "zdotdir", tmp_path / "scratch", explain__budget_s=3.0), level="files")
    assert off(known, found, known.by_file) == []


def test_the_rows_of_each_cut_add_up_to_the_wall_time(explained: Callable[..., Explanation]) -> None:
    found = explained(zshrc="zmodload zsh/zselect; source @/a.zsh; x=$(sleep 0.02)\n", a="f() { zselect -t 2 }; f\n")
    for kinds in (CODE_KINDS, LINE_KINDS):
        total = sum(r.self_ms for r in found.rows if r.kind in kinds) + found.unattributed_ms
        assert total == pytest.approx(found.wall_ms)
    assert sum(part.ms for part in found.parts) == pytest.approx(found.wall_ms)
    assert sum(stack.ms for stack in found.stacks) == pytest.approx(found.wall_ms)


def test_what_a_prompt_waits_for_is_a_part_of_its_own(explained: Callable[..., Explanation]) -> None:
    found = explained(zshrc="setopt prompt_subst\nPS1='$(sleep 0.06)> '\n")
    parts = {part.name: part.ms for part in found.parts}
    assert about(parts["commands in the prompt"], 60)
    assert parts.get("unattributed", 0.0) == pytest.approx(found.unattributed_ms)


def test_self_and_inclusive_are_apart(explained: Callable[..., Explanation]) -> None:
    found = explained(
        zshrc="zmodload zsh/zselect; source @/outer.zsh\n",
        outer="zselect -t 4\nsource @/inner.zsh\n",
        inner="zselect -t 8\n",
    )
    outer, inner = row(found, "file", "/outer.zsh"), row(found, "file", "/inner.zsh")
    assert about(outer.self_ms, 40)
    assert about(outer.inclusive_ms, 120)
    assert about(inner.self_ms, 80)


def test_files_alone_are_seen_at_their_own_level(explained: Callable[..., Explanation]) -> None:
    found = explained(
        "files",
        zshrc="zmodload zsh/zselect; source @/a.zsh; precmd() { zselect -t 4 }\n",
        a="f() { zselect -t 6 }; f\n",
    )
    assert about(row(found, "file", "/a.zsh").self_ms, 60)
    assert about(row(found, "function", "precmd").self_ms, 40)
    assert not [r for r in found.rows if r.kind in ("line", "command")]


def test_work_after_the_prompt_has_its_own_ledger(explained: Callable[..., Explanation]) -> None:
    found = explained(
        zshrc="zmodload zsh/zselect\nsleep 0.3 &!\nzle-line-init() { zselect -t 4 }; zle -N zle-line-init\n"
    )
    ledger = {(d.kind, d.name): d for d in found.deferred}
    assert ledger["background", "sleep"].line in {
        2,
        None,
    }  # the shell went on at once: it is told, or said to be unknown
    assert ledger["background", "sleep"].self_ms > 50
    hook = ledger["function", "zle-line-init"]
    assert about(hook.self_ms / hook.count, 40)
    assert not [r for r in found.rows if r.name == "sleep" and r.self_ms > 5]
    assert found.typing_safe_ms is not None


def test_a_process_in_the_background_is_not_charged_for_what_the_shell_waits_for(
    explained: Callable[..., Explanation],
) -> None:
    found = explained(zshrc="zmodload zsh/zselect\nsleep 0.3 &!\nzselect -t 6\n")
    assert about(row(found, "line", "/.zshrc:3").self_ms, 60)
    assert sum(r.self_ms for r in found.rows if r.kind == "command") < 5


def test_forks_execs_and_compinit_are_counted_for_the_file(explained: Callable[..., Explanation]) -> None:
    found = explained(zshrc="source @/a.zsh\nautoload -Uz compinit; compinit -D\n", a="x=$(cat /dev/null); y=$(:)\n")
    by_file = {(c.file or "").rpartition("/")[2]: c for c in found.counters}
    assert (by_file["a.zsh"].forks, by_file["a.zsh"].execs) == (2, 1)
    assert by_file[".zshrc"].compinit_runs == 1


def test_the_time_of_a_plugin_is_that_of_its_files(explained: Callable[..., Explanation], tmp_path: Path) -> None:
    place = tmp_path / "zdotdir" / "plugins" / "slow"
    place.mkdir(parents=True)
    (place / "slow.plugin.zsh").write_text("zselect -t 4\nhelper() { zselect -t 3 }\nhelper\n")
    found = explained(zshrc="zmodload zsh/zselect; source @/plugins/slow/slow.plugin.zsh\n")
    assert about(row(found, "plugin", "slow").self_ms, 70)
