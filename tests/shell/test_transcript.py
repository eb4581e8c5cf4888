"""What a terminal received, with stamps, and where a text became complete on it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.shell.transcript import Transcript


def fed(*chunks: tuple[int, bytes]) -> Transcript:
    transcript = Transcript()
    for stamp, data in chunks:
        transcript.feed(stamp, data)
    return transcript


def test_a_text_is_seen_when_its_last_byte_arrives() -> None:
    transcript = fed((10, b"root@ho"), (20, b"st ~ % "))
    assert transcript.seen("host") == 20
    assert transcript.seen("root") == 10
    assert transcript.seen("nothing") is None


def test_colours_inside_a_text_do_not_hide_it() -> None:
    assert fed((5, b"to\x1b[1mk\x1b(Ben\x1b[0m")).seen("token") == 5


@pytest.mark.parametrize(
    "title", [b"\x1b]0;token\x07", b"\x1b]7;file://x/token\x1b\\", b"\x1bktoken\x1b\\", b"\x1bPtoken\x1b\\"]
)
def test_a_window_title_is_not_the_screen(title: bytes) -> None:
    transcript = fed((5, title), (9, b"token"))
    assert transcript.seen("token") == 9


@given(st.integers(0, 20))
def test_an_escape_sequence_cut_in_two_by_a_read_is_still_one(cut: int) -> None:
    data = b"\x1b]2;token\x07\x1b[31mA"
    transcript = fed((1, data[:cut]), (2, data[cut:]), (3, b"token"))
    assert transcript.seen("token") == 3
    assert transcript.seen("A") in (1, 2)


def test_a_text_may_be_looked_for_after_a_moment() -> None:
    transcript = fed((10, b"tok"), (20, b"en"), (30, b" token"))
    assert transcript.seen("token", after_us=21) == 30


def test_marks_of_shell_integration_are_seen_though_they_are_not_on_the_screen() -> None:
    transcript = fed((5, b"\x1b]133;A\x07"), (8, b"% \x1b]133;B\x1b\\"))
    assert transcript.seen_control(b"\x1b]133;B") == 8


def test_the_start_of_a_line_editor_is_seen_though_it_is_not_on_the_screen() -> None:
    transcript = fed((5, b"% \x1b[?1h\x1b=\x1b[?20"), (8, b"04h"), (9, b"\x1b[?2004l\x1b[?2004h"))
    assert transcript.seen_control(b"\x1b[?2004h") == 8


def test_ten_megabytes_are_taken_and_only_the_kept_part_is_limited() -> None:
    transcript = Transcript(keep_bytes=1 << 16)
    for stamp in range(160):
        transcript.feed(stamp, b"x" * (1 << 16))
    transcript.feed(999, b"token")
    assert transcript.seen("token") == 999
    assert transcript.received_bytes == 160 * (1 << 16) + 5
    assert sum(len(data) for _, data in transcript.chunks) <= 2 << 16
    assert transcript.truncated


def test_a_text_that_is_expected_is_seen_even_when_megabytes_come_before_anybody_asks() -> None:
    transcript = Transcript(keep_bytes=1 << 16)
    transcript.expect("token")
    transcript.feed(1, b"a token")
    for stamp in range(2, 80):
        transcript.feed(stamp, b"x" * (1 << 16))
    assert transcript.seen("token") == 1


@given(st.text("ab", max_size=30), st.lists(st.integers(0, 30), max_size=5), st.text("ab", min_size=1, max_size=3))
def test_asking_after_every_chunk_or_once_at_the_end_gives_the_same(text: str, cuts: list[int], wanted: str) -> None:
    edges = [0, *sorted(cuts), len(text)]
    asked, once = Transcript(), Transcript()
    for stamp, (begin, end) in enumerate(pairwise(edges)):
        asked.feed(stamp, text[begin:end].encode())
        once.feed(stamp, text[begin:end].encode())
        asked.seen(wanted)
    assert asked.seen(wanted) == once.seen(wanted)


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_input_makes_it_fail(chunks: list[bytes]) -> None:
    transcript = fed(*enumerate(chunks))
    assert transcript.received_bytes == sum(map(len, chunks))


EDITOR = b"\x1b[?2004h"


def test_the_last_mark_before_a_text_is_told_also_from_one_read() -> None:
    chunks = ((5, b"instant " + EDITOR), (9, b"prompt" + EDITOR + b"\x1b[?2004l\r\nmess"), (11, b"age\r\n" + EDITOR))
    transcript = fed(*chunks)
    assert transcript.seen_control_before(EDITOR, "message") == 9
    assert transcript.seen_control_before(EDITOR, "mp") == 5
    assert transcript.seen_control_before(EDITOR, "instant") is None
    assert transcript.seen_control_before(EDITOR, "nothing") is None
    whole = fed((5, b"instant " + EDITOR), (9, b"prompt" + EDITOR + b"\r\nmessage\r\n" + EDITOR))
    assert whole.seen_control_before(EDITOR, "message") == 9


def test_marks_and_texts_behind_megabytes_are_still_told_apart() -> None:
    transcript = Transcript()
    transcript.expect("message")
    transcript.feed(5, EDITOR)
    for stamp in range(6, 12):
        transcript.feed(stamp, b"x" * (1 << 20))
    transcript.feed(20, EDITOR + b"message" + EDITOR)
    assert transcript.seen_control_before(EDITOR, "message") == 20
