"""`zf rule`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.cli import main
from zshforge.explain.rules import RULES
from zshforge.model.schema import decode

if TYPE_CHECKING:
    import pytest


def test_the_list_names_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule"]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.splitlines()] == [rule.code for rule in RULES]


def test_a_page_tells_why_how_and_when_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "zf111"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("ZF111")
    for word in ("why", "evidence", "saving", "how", "fix", "silent"):
        assert f"\n{word}" in shown


def test_pages_are_records(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "ZF101", "--json"]) == 0
    assert decode("rule.v1", capsys.readouterr().out.encode(), where="stdout")
    assert main(["rule", "--json"]) == 0
    assert decode("rules.v1", capsys.readouterr().out.encode(), where="stdout")


def test_a_code_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "ZF100"]) == 2
    assert "there is no rule ZF100" in capsys.readouterr().err
