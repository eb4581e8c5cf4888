"""Advice, changes and rules as text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from explanations import FOUND
from msgspec.structs import replace
from rich.console import Console

from zshforge.explain.rules import RULES
from zshforge.model.advice import Advice, Fixed, Fixes
from zshforge.report.explain_advice import render_fixes
from zshforge.report.explain_screen import render_explanation
from zshforge.report.rule_page import render_rule

if TYPE_CHECKING:
    from zshforge.model.explanation import Explanation

SLEEP = Advice(
    code="ZF133",
    message="the start sleeps: sleep 0.05",
    how="Wait for what is needed.",
    file="/z/.zshrc",
    line=6,
    evidence=("/z/.zshrc:6 takes 50.0 ms",),
    cost_ms=50.0,
    count=1,
    saving_ms=50.0,
    saving_spread_ms=12.5,
    reference="docs/REFERENCE.md#zf133",
)
PATH = Advice(code="ZF141", message="PATH \x1b[2J", how="h", reason="it was not measured", reference="r")


def shown(found: Explanation, view: str | None = None, advice: int = 5) -> str:
    console = Console(file=io.StringIO(), width=70, color_system=None, highlight=False)
    console.print(render_explanation(found, width=70, view=view, most=3, advice=advice))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_finding_tells_where_what_it_saves_and_how_far_that_may_be_off() -> None:
    text = " ".join(shown(replace(FOUND, advice=(SLEEP,)), "advice").split())
    assert "ZF133 the start sleeps: sleep 0.05 (/z/.zshrc:6): saves 50 ms, give or take 12" in text
    assert "do: Wait for what is needed." in text
    assert "zf rule ZF133" in text


def test_a_saving_that_nobody_measured_is_no_number() -> None:
    text = shown(replace(FOUND, advice=(PATH,)), "advice")
    assert "saves what was not measured" in text
    assert "it was not measured" in text
    assert "\x1b" not in text


def test_the_usual_view_has_the_first_findings_and_says_how_many_more_there_are() -> None:
    text = shown(replace(FOUND, advice=(SLEEP, PATH)), advice=1)
    assert "ZF133" in text
    assert "ZF141" not in text
    assert "1 more: zf explain advice" in text


def test_advice_that_could_not_be_given_is_unknown_and_not_nothing() -> None:
    text = shown(replace(FOUND, reasons={"advice": "files alone"}), "advice")
    assert "unknown: files alone" in text
    assert "nothing" not in text
    assert "unknown: no answer" in " ".join(
        shown(replace(FOUND, reasons={"advice.told": "no answer"}), "advice").split()
    )


def test_no_line_is_wider_than_the_terminal() -> None:
    text = shown(replace(FOUND, advice=(SLEEP, replace(SLEEP, how="word " * 40), PATH)), "advice")
    assert max(map(len, text.splitlines())) <= 70


def test_changes_can_be_read_by_patch_and_tell_what_is_left() -> None:
    diff = "--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n"
    text = render_fixes(
        Fixes(
            config="c",
            files=(
                Fixed(file="a", codes=("ZF101",), diff=diff, written=True, kept="a.before-zf"),
                Fixed(file="b", codes=("ZF123",), diff=""),
            ),
            left=("ZF112",),
        )
    )
    assert diff in text
    assert "a.before-zf" in text
    assert "b would be compiled" in text
    assert "ZF112" in text
    assert render_fixes(Fixes(config="c", files=())) == "# there is no mechanical change\n"


@pytest.mark.parametrize("code", [rule.code for rule in RULES])
def test_a_page_fits_a_terminal_of_80_columns(code: str) -> None:
    (page,) = [rule.page for rule in RULES if rule.code == code]
    lines = render_rule(page, width=80).splitlines()
    assert all(len(line) <= 80 for line in lines if not line.startswith("    ") or line.startswith("          "))
