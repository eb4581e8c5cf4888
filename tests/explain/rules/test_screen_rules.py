"""Rules on what reaches the screen before the prompt, on queries of the terminal, and on locales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from advising import RC, command, evidence, file, findings, session
from msgspec.structs import replace

from zshforge.explain.trace import Unsure

if TYPE_CHECKING:
    from zshforge.explain.evidence import Evidence
    from zshforge.explain.rules.rule import Finding


def printing(text: bytes, *, at_us: int = 5000, painted: bool = False, line: str = "fortune") -> Evidence:
    """Line 1 takes ten milliseconds and prints in its midst; line 2 prints nothing."""
    return evidence(
        session((10, (file(RC, 1),)), (2, (file(RC, 2),)), (1, ())),
        texts={RC: f"{line}\n:\n"},
        printed=(((at_us, text),),),
        painted=painted,
    )


def test_output_of_the_start_files_is_found_at_its_line() -> None:
    (found,) = findings("ZF151", printing(b"Welcome back!\r\n"))
    assert found.spot == (RC, 1)
    assert "Welcome back!" in " ".join(found.evidence)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(10)


@pytest.mark.parametrize("text", [b"\x1b[?2004h", b"\x1b]0;title\x07", b"\r\n", b"\x1b[c", b"\x1b]133;A\x1b\\"])
def test_what_nobody_sees_is_no_output(text: bytes) -> None:
    assert findings("ZF151", printing(text)) == []


def test_what_one_session_of_many_shows_at_another_line_is_left_out() -> None:
    one = session((10, (file(RC, 1),)), (2, (file(RC, 2),)), (1, ()))
    seen = evidence(
        *(one,) * 3,
        texts={RC: "fortune\n:\n"},
        printed=(((5000, b"hi"),), ((5000, b"hi"),), ((11_000, b"hi"),)),
    )
    (found,) = findings("ZF151", seen)
    assert found.count == 1
    assert found.spot == (RC, 1)


def late(*, first: str, second: str, at_us: int, unseen_us: int | None) -> list[Finding]:
    """Line 1 was seen until line 2 was, at ten milliseconds; for so long before that nobody had looked."""
    one = session((10, (file(RC, 1),)), (20, (file(RC, 2),)), (1, ()))
    keys = [(piece.places, piece.spots) for piece in one.pieces]
    if unseen_us is not None:
        one = replace(one, unsure=(Unsure(keys[0], keys[1], unseen_us),))
    return findings("ZF151", evidence(one, texts={RC: f"{first}\n{second}\n"}, printed=(((at_us, b"hi"),),)))


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [(":", "print hi; :", 2), ("echo hi", ":", 1), ("fortune", "cowsay", 1), ("echo a", "print hi; :", 2)],
)
def test_a_line_that_was_seen_late_is_known_by_its_word_that_prints(first: str, second: str, line: int) -> None:
    (found,) = late(first=first, second=second, at_us=7_000, unseen_us=7_000)
    assert found.spot == (RC, line)


@pytest.mark.parametrize(("at_us", "unseen_us"), [(2_000, 7_000), (7_000, None)])
def test_what_was_printed_when_the_line_before_was_seen_is_of_that_line(at_us: int, unseen_us: int | None) -> None:
    (found,) = late(first=":", second="print hi", at_us=at_us, unseen_us=unseen_us)
    assert found.spot == (RC, 1)


def test_the_prompt_itself_is_no_output() -> None:
    assert findings("ZF151", printing(b"host% ", at_us=12_500)) == []


def test_a_prompt_that_is_painted_early_is_no_output() -> None:
    assert findings("ZF151", printing(b"host% ", painted=True)) == []


@pytest.mark.parametrize(
    "text", [b"\x1b[6n", b"\x1b[c", b"\x1b]11;?\x07", b"\x1b[>q", b"\x1b[?2026$p", b"\x1bP+q544e\x1b\\"]
)
def test_a_question_to_the_terminal_is_found_with_the_line_that_waits(text: bytes) -> None:
    (found,) = findings("ZF152", printing(text, line="read -s -d R"))
    assert found.spot == (RC, 1)
    assert found.cost is not None
    assert found.cost.ms == pytest.approx(10)


@pytest.mark.parametrize("text", [b"\x1b[2J", b"\x1b]0;what?\x07", b"is it c? [c\r\n"])
def test_what_asks_nothing_is_no_question(text: bytes) -> None:
    assert findings("ZF152", printing(text)) == []


def test_locales_that_cost_are_found() -> None:
    seen = evidence(
        session((2, (file(RC, 1),)), (4, (file(RC, 2), command("locale", (RC, 2))))),
        texts={RC: "export LC_ALL=en_US.UTF-8\nlocale -a\n"},
    )
    (found,) = findings("ZF153", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(6)
    assert found.count == 2


@pytest.mark.parametrize("line", ["LC_ALL=C sort x", "names=$(LC_ALL=C ls)", "# LANG=x", "print LANG=x"])
def test_a_locale_for_one_command_alone_is_no_set_up(line: str) -> None:
    seen = evidence(session((9, (file(RC, 1), command("sort", (RC, 1)))), (3, (file(RC, 1),))), texts={RC: f"{line}\n"})
    assert findings("ZF153", seen) == []


def test_what_a_line_waits_for_besides_is_not_the_locale_s() -> None:
    seen = evidence(
        session((2, (file(RC, 1),)), (30, (file(RC, 1), command("defaults", (RC, 1))))),
        texts={RC: "export LANG=$(defaults read -g AppleLocale).UTF-8\n"},
    )
    (found,) = findings("ZF153", seen)
    assert found.saving is not None
    assert found.saving.ms == pytest.approx(2)


def test_locales_that_cost_nothing_are_right() -> None:
    seen = evidence(session((0.1, (file(RC, 1),)), (9, (file(RC, 2),))), texts={RC: "LANG=C.UTF-8\n:\n"})
    assert findings("ZF153", seen) == []
