"""Findings on a terminal: what, where, whose, and the way back."""

from __future__ import annotations

import pytest
from rich.console import Console

from zshforge.model.integrity import Finding, Integrity
from zshforge.report.integrity import render_integrity


def shown(*findings: Finding, every: bool = False) -> str:
    result = Integrity(
        action="verify",
        config="home",
        lock="lock.json",
        digest="a" * 64,
        verdict="fail" if findings else "pass",
        signature="valid",
        signer="ann@example.org",
        counts={"files": 7, "plugins": 1, "edited": len(findings), "missing": 0},
        findings=findings,
        plugins=(),
        notes=(),
    )
    console = Console(width=100, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(render_integrity(result, width=100, every=every))
    return captured.get()


def finding(path: str, **more: str) -> Finding:
    fields = {"plugin": "fine", "detail": "the content is another one", "fix": "git checkout"} | more
    return Finding(kind="edited", level="fail", path=path, **fields)


def test_a_finding_names_the_file_its_plugin_and_the_way_back() -> None:
    lines = shown(finding("ZDOTDIR/plugins/fine/a.zsh")).splitlines()
    assert lines[0].split() == ["edited", "ZDOTDIR/plugins/fine/a.zsh", "(fine)"]
    assert lines[1].strip() == "the content is another one"
    assert lines[2].strip() == "→ git checkout"
    assert lines[-1].startswith("fail · 7 files locked · 1 edited · valid by ann@example.org · lock aaaaaaaaaaaa")


def test_a_name_cannot_draw_on_the_terminal() -> None:
    text = shown(finding("ZDOTDIR/\\x1b[2Jx", fix="rm -- '\x1b[2J'", detail="a\rb"))
    assert "\x1b" not in text
    assert "\r" not in text
    assert "ZDOTDIR/\\x1b[2Jx" in text


@pytest.mark.parametrize(("every", "lines"), [(False, 40), (True, 60)])
def test_very_many_findings_are_counted_unless_all_are_asked_for(*, every: bool, lines: int) -> None:
    text = shown(*(finding(f"ZDOTDIR/{number}") for number in range(60)), every=every)
    assert text.count("ZDOTDIR/") == lines
    assert ("20 more" in text) is not every


def test_nothing_to_tell_is_one_line() -> None:
    assert shown().splitlines() == ["pass · 7 files locked · valid by ann@example.org · lock aaaaaaaaaaaa"]
