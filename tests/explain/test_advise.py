"""Findings as advice: the largest saving first, and no time is promised twice."""

from __future__ import annotations

import msgspec
import pytest
from advising import RC, command, evidence, file, session

from zshforge.explain.advise import advice_on, once
from zshforge.explain.evidence import Cost
from zshforge.explain.rules import RULES, rule
from zshforge.explain.rules.rule import Finding
from zshforge.explain.sources import Told
from zshforge.model.errors import UsageError


def finding(code: str, ms: float, *claims: tuple[str, int]) -> Finding:
    return Finding(code=code, message="m", how="h", saving=Cost(ms), claims=frozenset(claims))


def test_what_two_findings_save_is_promised_once() -> None:
    kept = once([finding("ZF112", 9, (RC, 3)), finding("ZF111", 5, (RC, 3)), finding("ZF131", 2, (RC, 4))])
    assert [one.code for one in kept] == ["ZF112", "ZF131"]


def test_a_whole_file_has_its_lines_in_it() -> None:
    assert [one.code for one in once([finding("ZF112", 9, ("/n", 0)), finding("ZF131", 2, ("/n", 7))])] == ["ZF112"]
    assert [one.code for one in once([finding("ZF131", 9, ("/n", 7)), finding("ZF112", 2, ("/n", 0))])] == ["ZF131"]


def test_output_is_told_also_where_its_time_is_promised_by_another() -> None:
    seen = evidence(
        session((40, (file(RC, 1),)), (1, ())),
        texts={RC: "print hello; zselect -t 4\n"},
        printed=(((5000, b"hello\r\n"),),),
    )
    sleeping, printing = advice_on(seen)
    assert (sleeping.code, printing.code) == ("ZF133", "ZF151")
    assert printing.saving_ms is None
    assert printing.reason
    assert "ZF133" in printing.reason


def test_the_largest_saving_comes_first_and_what_nobody_measured_last() -> None:
    seen = evidence(
        session((3, (file(RC, 1), command("date", (RC, 1)))), (80, (file(RC, 2), command("sleep", (RC, 2))))),
        texts={RC: "d=$(date)\nsleep 0.08\n"},
        told=Told(path=("/a", "/a")),
    )
    found = advice_on(seen)
    assert [one.code for one in found] == ["ZF133", "ZF131", "ZF142"]
    assert found[-1].saving_ms is None
    assert found[-1].reason


def test_a_saving_tells_how_far_it_may_be_off() -> None:
    traces = [session((ms, (file(RC, 1), command("sleep", (RC, 1)))), (100 - ms, (file(RC, 2),))) for ms in (40, 60)]
    seen = evidence(*traces, texts={RC: "sleep 0.05\n"}, advice__doubt_share=0.1)
    (found,) = advice_on(seen)
    assert found.saving_ms == pytest.approx(50)
    assert found.saving_spread_ms == pytest.approx(10 + 5)
    assert found.reference.endswith("#zf133")


def test_a_line_that_is_not_utf_8_is_shown_and_not_changed() -> None:
    seen = evidence(session((9, (file(RC, 1), command("whoami", (RC, 1))))), texts={RC: "n=$(whoami) \udcbe\n"})
    (found,) = advice_on(seen)
    assert found.code == "ZF131"
    assert found.fix is None
    assert msgspec.json.encode(found)


def test_every_rule_has_one_code_and_a_whole_page() -> None:
    codes = [one.code for one in RULES]
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes)
    for one in RULES:
        page = one.page
        assert all([page.title, page.why, page.evidence, page.saving, page.how, page.silent]), one.code


def test_a_rule_is_found_by_its_code_in_any_case() -> None:
    assert rule("zf101").code == "ZF101"
    with pytest.raises(UsageError, match="no rule"):
        rule("ZF999")
