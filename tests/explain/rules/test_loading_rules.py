"""Rules on what is read twice, and on what is not compiled."""

from __future__ import annotations

import pytest
from advising import RC, Measured, evidence, file, findings, session
from msgspec.structs import replace

from zshforge.explain.evidence import Cost
from zshforge.explain.sources import Told

LIB, BIG = "/h/lib.zsh", "/h/big.zsh"


def test_a_file_that_is_sourced_twice_is_found() -> None:
    seen = evidence(
        session((5, (file(RC, 1), file(LIB, 3))), (1, (file(RC, 2),)), (4, (file(RC, 3), file(LIB, 3)))),
        texts={RC: "source lib.zsh\n:\nsource lib.zsh\n"},
    )
    (found,) = findings("ZF121", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(4)
    assert found.spot == (RC, 3)
    assert found.count == 2


def test_one_session_that_saw_the_reads_apart_is_enough() -> None:
    apart = session((4, (file(RC, 1), file(LIB, 3))), (1, (file(RC, 2),)), (4, (file(RC, 3), file(LIB, 3))))
    merged = session((9, (file(RC, 1), file(LIB, 3))))
    (lib,) = (place for place in merged.begun if place.name == LIB)
    merged = replace(merged, begun=merged.begun | {lib: 2})
    (found,) = findings("ZF121", evidence(merged, apart))
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(4)
    assert found.count == 2


def test_a_file_that_is_sourced_once_is_right() -> None:
    seen = evidence(session((5, (file(RC, 1), file(LIB, 3))), (1, (file(RC, 2),))))
    assert findings("ZF121", seen) == []


def test_what_the_shell_says_counts_more_than_what_looks_showed() -> None:
    trace = session((5, (file(RC, 1), file(LIB, 3))), (1, (file(RC, 2),)), (4, (file(RC, 3), file(LIB, 3))))
    assert findings("ZF121", evidence(trace, told=Told(read=(("sourced", RC), ("sourced", LIB))))) == []
    assert findings("ZF121", evidence(trace, told=Told(read=(("sourced", LIB), ("sourced", LIB)))))


def test_a_plugin_that_is_loaded_from_two_places_is_found() -> None:
    one, other = "/usr/share/zsh-autosuggestions/zsh-autosuggestions.zsh", "/h/p/zsh-autosuggestions.plugin.zsh"
    seen = evidence(session((5, (file(RC, 1), file(one, 3))), (3, (file(RC, 2), file(other, 3)))))
    (found,) = findings("ZF122", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(3)
    assert found.spot == (RC, 2)


def test_two_highlighters_do_the_same_work() -> None:
    one = "/h/plugins/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh"
    other = "/h/plugins/fast-syntax-highlighting/fast-syntax-highlighting.plugin.zsh"
    seen = evidence(session((5, (file(RC, 1), file(one, 3))), (3, (file(RC, 2), file(other, 3)))))
    (found,) = findings("ZF122", seen)
    assert "fast-syntax-highlighting" in found.message


def test_a_plugin_of_two_files_in_one_folder_is_one() -> None:
    one, other = "/h/p/zsh-autosuggestions.plugin.zsh", "/h/p/zsh-autosuggestions.zsh"
    seen = evidence(session((5, (file(RC, 1), file(one, 3), file(other, 9))), (3, (file(RC, 2),))))
    assert findings("ZF122", seen) == []


def test_files_of_the_same_common_name_are_no_plugin() -> None:
    seen = evidence(session((5, (file(RC, 1), file("/h/a/init.zsh", 3))), (3, (file(RC, 2), file("/h/b/init.zsh", 3)))))
    assert findings("ZF122", seen) == []


def test_big_files_that_are_not_compiled_are_found_with_what_reading_them_costs() -> None:
    seen = evidence(
        session((9, (file(RC, 1), file(BIG, 3)))),
        sizes={BIG: 90_000, RC: 100},
        bench=Measured(parsing={BIG: Cost(4, 0.5)}),
    )
    (found,) = findings("ZF123", seen)
    assert found.saving == Cost(4, 0.5)
    assert found.fix is not None
    assert found.fix.compiles == (BIG,)


def test_compiling_cannot_save_more_than_the_file_takes() -> None:
    seen = evidence(
        session((3, (file(RC, 1), file(BIG, 3)))), sizes={BIG: 90_000}, bench=Measured(parsing={BIG: Cost(40, 1)})
    )
    (found,) = findings("ZF123", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(3)


def test_compiled_and_small_files_are_right() -> None:
    bench = Measured(parsing={BIG: Cost(4), RC: Cost(4)})
    seen = evidence(session((9, (file(BIG, 3),))), sizes={BIG: 90_000, RC: 100}, compiled={BIG: False}, bench=bench)
    assert findings("ZF123", seen) == []


def test_a_file_that_nobody_could_parse_is_not_told() -> None:
    assert findings("ZF123", evidence(session((9, (file(BIG, 3),))), sizes={BIG: 90_000})) == []


def test_a_compiled_file_that_is_older_than_its_source_is_found() -> None:
    bench = Measured(parsing={BIG: Cost(4)})
    seen = evidence(session((9, (file(BIG, 3),))), sizes={BIG: 90_000}, compiled={BIG: True}, bench=bench)
    (found,) = findings("ZF124", seen)
    assert found.saving == Cost(4)
    assert findings("ZF123", seen) == []


def test_a_compiled_file_that_is_younger_is_right() -> None:
    bench = Measured(parsing={BIG: Cost(4)})
    seen = evidence(session((9, (file(BIG, 3),))), sizes={BIG: 90_000}, compiled={BIG: False}, bench=bench)
    assert findings("ZF124", seen) == []
