"""The terminal behind the PTY: it answers what a program asks, so that no configuration waits for ever."""

import pytest

from zshforge.shell.terminal import Terminal


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (b"\x1b[c", b"\x1b[?62;22c"),
        (b"\x1b[0c", b"\x1b[?62;22c"),
        (b"\x1b[>c", b"\x1b[>1;10;0c"),
        (b"\x1b[5n", b"\x1b[0n"),
        (b"\x1b[6n", b"\x1b[1;1R"),
        (b"\x1b]11;?\x07", b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
        (b"\x1b]10;?\x1b\\", b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\"),
        (b"\x1b]4;7;?\x1b\\", b"\x1b]4;7;rgb:c0c0/c0c0/c0c0\x1b\\"),
        (b"\x1b[?2026$p", b"\x1b[?2026;0$y"),
        (b"\x1b[4$p", b"\x1b[4;0$y"),
        (b"\x1b[18t", b"\x1b[8;24;80t"),
        (b"\x1bP+q544e\x1b\\", b"\x1bP0+r544e\x1b\\"),
        (b"\x1b[>q", b"\x1bP>|zshforge\x1b\\"),
    ],
)
def test_a_query_is_answered(query: bytes, answer: bytes) -> None:
    assert Terminal(80, 24).feed(query) == answer


def test_the_cursor_is_where_the_output_left_it() -> None:
    assert Terminal(80, 24).feed(b"one\r\ntwo\x1b[6n") == b"\x1b[2;4R"


def test_a_query_cut_in_two_by_a_read_is_answered_once() -> None:
    terminal = Terminal(80, 24)
    assert terminal.feed(b"\x1b[") == b""
    assert terminal.feed(b"6n") == b"\x1b[1;1R"


def test_plain_output_is_not_answered() -> None:
    assert Terminal(80, 24).feed(b"hello \x1b[1mworld\x1b[m c n t\r\n") == b""


def test_the_screen_shows_what_a_person_would_see() -> None:
    terminal = Terminal(20, 4)
    terminal.feed(b"first\r\n\x1b[31msecond\x1b[m\r\n")
    assert terminal.lines() == ("first", "second")


def test_output_that_breaks_the_emulator_still_gives_last_lines() -> None:
    terminal = Terminal(20, 4)
    terminal.feed(b"before\r\n\xff\xfe\x1b[99999999999999999999;;;m\x1b[?\x1b[38:2::::m after\r\n")
    assert any("after" in line for line in terminal.lines())


def test_a_flood_is_shown_by_its_end() -> None:
    terminal = Terminal(20, 4)
    for n in range(40_000):
        terminal.feed(b"line %d\r\n" % n)
    assert "line 39999" in terminal.lines()


@pytest.mark.parametrize("trap", [b"\x1b[9K", b"\x1b[9J", b"\xe6\xbc\xa2\x1b[2Dx\xe6\xbc\xa2"])
def test_sequences_that_trip_the_emulator_leave_the_rest_of_the_screen(trap: bytes) -> None:
    terminal = Terminal(20, 4)
    terminal.feed(b"before\r\n" + trap + b"\r\nafter\r\n")
    assert "before" in terminal.lines()
    assert "after" in terminal.lines()
