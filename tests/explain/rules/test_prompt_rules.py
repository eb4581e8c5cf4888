"""Rules on git in the prompt, and on highlighting."""

from __future__ import annotations

import pytest
from advising import RC, Measured, command, evidence, file, findings, function, session

from zshforge.explain.evidence import Cost, Evidence
from zshforge.explain.sources import Told

HOOK = function("prompt_git", RC, 7)
HIGHLIGHTER = "/h/p/zsh-syntax-highlighting.zsh"


def asking(bench: Measured | None = None) -> Evidence:
    return evidence(
        session((9, (file(RC, 1),)), (1, (HOOK,)), (8, (HOOK, command("git", (RC, 7))))),
        texts={RC: "\n" * 6 + "branch=$(git status --porcelain)\n"},
        bench=bench,
    )


def test_git_that_the_prompt_waits_for_is_found_with_how_it_grows() -> None:
    (found,) = findings("ZF161", asking(Measured(repository=Cost(6, 1))))
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(8)
    assert found.spot == (RC, 7)
    assert "empty repository" in " ".join(found.evidence)
    assert "6.0 ms" in " ".join(found.evidence)


def test_growth_that_is_within_the_noise_is_said_to_be_none_that_can_be_told() -> None:
    (found,) = findings("ZF161", asking(Measured(repository=Cost(-2, 5))))
    assert "no difference can be told" in " ".join(found.evidence)


def test_growth_that_nobody_measured_is_said_to_be_unknown() -> None:
    (found,) = findings("ZF161", asking())
    assert "not known" in " ".join(found.evidence)


def test_git_in_a_start_file_is_no_prompt() -> None:
    seen = evidence(session((8, (file(RC, 1), command("git", (RC, 1))))), texts={RC: "git status\n"})
    assert findings("ZF161", seen) == []


def test_a_prompt_without_git_is_right() -> None:
    assert findings("ZF161", evidence(session((9, (file(RC, 1),)), (8, (HOOK,))))) == []


def highlighting(keys: tuple[Cost, Cost] | None, told: Told | None = None) -> list[object]:
    seen = evidence(
        session((5, (file(RC, 1), file(HIGHLIGHTER, 3)))),
        told=told or Told(highlighters=("zsh-syntax-highlighting",)),
        bench=Measured(keys=keys),
    )
    return list(findings("ZF162", seen))


def test_highlighting_that_dominates_a_key_is_found() -> None:
    (found,) = findings(
        "ZF162",
        evidence(
            session((5, (file(RC, 1), file(HIGHLIGHTER, 3)))),
            told=Told(highlighters=("zsh-syntax-highlighting",)),
            bench=Measured(keys=(Cost(11, 0.5), Cost(1, 0.1))),
        ),
    )
    assert found.saving == Cost(10, 0.6)
    assert found.metric == "input"


def test_highlighting_that_is_a_small_part_or_absent_or_unknown_is_right() -> None:
    assert highlighting((Cost(11), Cost(9))) == []
    assert highlighting(None) == []
    assert highlighting((Cost(11), Cost(1)), Told()) == []
