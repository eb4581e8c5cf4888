"""Rules on the completion system: each fires where its cost is, and is silent where it is not."""

from __future__ import annotations

import pytest
from advising import RC, Entry, Measured, evidence, file, findings, function, session

from zshforge.explain.evidence import Cost
from zshforge.explain.sources import Told

LIB = "/usr/share/zsh/functions/Completion"


def compinit(
    line: int, ms: float, audit_ms: float = 0.0, dump_ms: float = 0.0
) -> list[tuple[float, tuple[Entry, ...]]]:
    """The pieces of one run of compinit that a line of .zshrc calls."""
    stack: tuple[Entry, ...] = (file(RC, line), function("compinit", f"{LIB}/compinit", 500))
    found = [(ms - audit_ms - dump_ms, stack)]
    if audit_ms:
        found.append((audit_ms, (*stack, function("compaudit", f"{LIB}/compaudit", 90))))
    if dump_ms:
        found.append((dump_ms, (*stack, function("compdump", f"{LIB}/compdump", 30))))
    return found


TWICE = "autoload -Uz compinit\ncompinit\nsource x\ncompinit\n"


def test_a_second_compinit_is_found_with_its_cost_and_can_be_taken_out() -> None:
    seen = evidence(
        session((1, (file(RC, 1),)), *compinit(2, 20), (2, (file(RC, 3),)), *compinit(4, 12)), texts={RC: TWICE}
    )
    (found,) = findings("ZF101", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(12)
    assert found.spot == (RC, 4)
    assert found.count == 2
    assert found.fix is not None
    assert [(edit.line, edit.remove) for edit in found.fix.edits] == [(4, ("compinit",))]


def test_a_second_compinit_stays_where_fpath_grows_between_the_two() -> None:
    text = "compinit\nfpath+=(~/more)\nsource x\ncompinit\n"
    seen = evidence(session(*compinit(1, 20), (2, (file(RC, 3),)), *compinit(4, 12)), texts={RC: text})
    (found,) = findings("ZF101", seen)
    assert found.fix is None


def test_runs_that_looks_did_not_tell_apart_are_known_from_what_was_read() -> None:
    seen = evidence(
        session(*compinit(2, 32)),
        texts={RC: TWICE},
        told=Told(dump="/h/.zcompdump", read=(("sourced", RC), *(("sourced", "/h/.zcompdump"),) * 2)),
        bench=Measured(completion=(Cost(40), Cost(12, 1))),
    )
    (found,) = findings("ZF101", seen)
    assert found.count == 2
    assert found.saving == Cost(12, 1)
    assert found.spot == (RC, 4)
    assert found.fix is not None


def test_calls_that_are_not_the_users_do_not_count_as_places() -> None:
    seen = evidence(
        session(*compinit(2, 32)),
        texts={RC: TWICE, "/etc/zsh/zshrc": "[[ -n $skip ]] || compinit\n", "/h/.zcompdump": "compinit\n"},
        told=Told(
            dump="/h/.zcompdump",
            read=(("sourced", "/etc/zsh/zshrc"), ("sourced", RC), *(("sourced", "/h/.zcompdump"),) * 2),
        ),
        bench=Measured(completion=(Cost(40), Cost(12, 1))),
    )
    (found,) = findings("ZF101", seen)
    assert found.spot == (RC, 4)


def test_a_dump_that_was_read_once_is_one_run_whatever_looks_show() -> None:
    seen = evidence(
        session(*compinit(2, 20), (2, (file(RC, 3),)), *compinit(4, 12)),
        texts={RC: TWICE},
        told=Told(dump="/h/.zcompdump", read=(("sourced", RC), ("sourced", "/h/.zcompdump"))),
    )
    assert findings("ZF101", seen) == []


def test_one_compinit_is_right() -> None:
    assert findings("ZF101", evidence(session(*compinit(2, 20), (5, (file(RC, 3),))), texts={RC: TWICE})) == []


def test_a_run_that_some_sessions_alone_have_is_no_finding() -> None:
    seen = evidence(
        session(*compinit(2, 20), (1, (file(RC, 3),)), *compinit(4, 9)), session(*compinit(2, 20)), texts={RC: TWICE}
    )
    assert findings("ZF101", seen) == []


def test_compinit_without_a_dump_saves_what_a_dump_was_measured_to_save() -> None:
    seen = evidence(
        session(*compinit(2, 40)),
        texts={RC: "autoload -Uz compinit\ncompinit -D\n"},
        told=Told(dump="/h/.zcompdump", read=(("sourced", RC),)),
        bench=Measured(completion=(Cost(38, 2), Cost(10, 1))),
    )
    (found,) = findings("ZF102", seen)
    assert found.saving == Cost(28, 3)
    assert found.fix is not None
    assert found.fix.edits[0].insert == ("compinit",)


def test_compinit_with_a_dump_that_was_read_is_right() -> None:
    seen = evidence(
        session(*compinit(2, 12)),
        told=Told(dump="/h/.zcompdump", read=(("sourced", RC), ("compiled", "/h/.zcompdump.zwc"))),
        bench=Measured(completion=(Cost(38), Cost(10))),
    )
    assert findings("ZF102", seen) == []
    assert findings("ZF103", seen) == []


def test_where_nobody_knows_what_was_read_nothing_is_said_of_the_dump() -> None:
    seen = evidence(session(*compinit(2, 40)), told=None, bench=Measured(completion=(Cost(38), Cost(10))))
    assert findings("ZF102", seen) == []


def test_a_dump_that_every_start_writes_anew_is_found() -> None:
    seen = evidence(
        *(session(*compinit(2, 60, dump_ms=15)) for _ in range(2)),
        told=Told(dump="/h/.zcompdump", read=(("sourced", "/h/.zcompdump"),)),
        bench=Measured(completion=(Cost(50), Cost(10, 1))),
    )
    (found,) = findings("ZF103", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(50)


def test_a_dump_that_one_start_alone_wrote_is_right() -> None:
    seen = evidence(
        session(*compinit(2, 60, dump_ms=15)),
        session(*compinit(2, 10)),
        told=Told(dump="/h/.zcompdump"),
        bench=Measured(completion=(Cost(50), Cost(10))),
    )
    assert findings("ZF103", seen) == []


def test_an_audit_at_every_start_is_found_and_made_once_a_day() -> None:
    seen = evidence(session(*compinit(2, 20, audit_ms=8)), texts={RC: TWICE}, told=Told(dump="/h/.zcompdump"))
    (found,) = findings("ZF104", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(8)
    assert found.fix is not None
    assert any("compinit -C" in line for line in found.fix.edits[0].insert)


def test_an_audit_in_a_run_that_is_to_go_is_not_promised_twice() -> None:
    seen = evidence(
        session(*compinit(2, 20, audit_ms=8), (1, (file(RC, 3),)), *compinit(4, 30, audit_ms=9)), texts={RC: TWICE}
    )
    (found,) = findings("ZF104", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(8)


def test_without_an_audit_nothing_is_said() -> None:
    assert findings("ZF104", evidence(session(*compinit(2, 20)), texts={RC: "compinit -C\n"})) == []
