"""A recording as a sceptic reads it."""

import io

import pytest
from rich.console import Console

from zshforge.model.errors import UsageError
from zshforge.model.recording import Event, EventKind, Recording
from zshforge.report.replay import cut, document, frames, render_screen, screen_at, timeline

START = 5_000_000


def recording(*events: tuple[int, EventKind, bytes], columns: int = 20, rows: int = 4) -> Recording:
    made = tuple(Event(stamp_us=START + at, kind=kind, data=data) for at, kind, data in events)
    return Recording(columns=columns, rows=rows, start_us=START, events=made)


SESSION = recording(
    (0, "m", b"spawn"),
    (4_512, "o", b"\x1b[1mhi\x1b[0m\r\n"),
    (31_820, "o", b"box ~ % "),
    (31_820, "m", b"first_prompt_seen"),
    (32_000, "i", b"ls\r"),
    (40_250, "o", b"ls\r\nfile\r\n"),
    (40_250, "m", b"first_command_seen"),
    (41_000, "o", b"box ~ % "),
)


def shown(given: Recording, width: int = 80) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=500).print(timeline(given, title="builtin, session 1", width=width))
    return [line.rstrip() for line in out.getvalue().splitlines()]


def row(lines: list[str], contains: str) -> str:
    return next(line for line in lines if contains in line)


def test_the_title_comes_first_with_the_size_of_the_terminal() -> None:
    assert shown(SESSION)[0] == "builtin, session 1 · 20x4 · ms after spawn"


def test_every_read_stands_with_its_stamp_after_spawn_and_its_size() -> None:
    assert row(shown(SESSION), "hi").split() == ["4.512", "out", "12", r"\e[1mhi\e[0m\r\n"]


def test_what_was_typed_is_told_from_what_was_shown() -> None:
    assert row(shown(SESSION), r"ls\r").split()[:2] == ["32.000", "in"]


def test_markers_stand_between_the_reads() -> None:
    lines = shown(SESSION)
    assert row(lines, "── spawn").split()[0] == "0.000"
    assert lines.index(row(lines, "── first_prompt_seen")) > lines.index(row(lines, r"31.820  out"))


def test_the_screen_stands_where_the_prompt_was_seen() -> None:
    lines = shown(SESSION)
    here = lines.index(row(lines, "── first_prompt_seen"))
    box = lines[here + 1 : here + 5]
    assert "screen when the prompt was seen" in box[0]
    assert "│ hi" in box[1]
    assert "│ box ~ %" in box[2]


def test_the_screen_stands_where_the_first_command_was_seen() -> None:
    text = "\n".join(shown(SESSION))
    after = text[text.index("screen when the first command's output was seen") :]
    assert "│ file" in after


def test_the_numbers_are_computed_from_the_marks_at_the_end() -> None:
    lines = shown(SESSION)
    assert "first_prompt_seen is 31.820 ms after spawn" in lines[-2]
    assert "first_command_seen is 40.250 ms after spawn" in lines[-1]


def test_a_mark_that_was_never_set_is_said_to_be_missing() -> None:
    lines = shown(recording((1, "o", b"x")))
    assert "first_prompt_seen unknown (the recording has no such mark)" in lines[-2]


def test_a_long_read_is_wrapped_and_its_end_is_counted_out() -> None:
    lines = shown(recording((1, "o", b"x" * 5_000)), width=60)
    assert max(len(line) for line in lines) <= 60
    assert any("more bytes" in line for line in lines)
    assert len(lines) < 20


def test_a_long_row_of_blanks_is_counted_instead_of_shown() -> None:
    blank = row(shown(recording((1, "o", b"%" + b" " * 79 + b"\r"))), "out")
    assert blank.split(maxsplit=3)[3] == r"%⟨79 blanks⟩\r"


def test_a_single_blank_that_was_echoed_can_be_seen() -> None:
    assert row(shown(recording((1, "o", b" "))), "out").split(maxsplit=3)[3] == "⟨1 blank⟩"


def test_no_control_character_reaches_the_terminal() -> None:
    hostile = recording((1, "o", b"\x1b]0;x\x07\x9b31m\xff\x00"), (2, "m", b"\x1b[2J"), (2, "m", b"first_prompt_seen"))
    text = "".join(shown(hostile))
    assert all(character.isprintable() for character in text)


def test_a_screen_holds_what_had_been_shown_by_then() -> None:
    assert screen_at(SESSION, START + 31_820) == ("hi", "box ~ %", "", "")
    assert screen_at(SESSION, START + 4_511) == ("", "", "", "")
    assert screen_at(SESSION) == ("hi", "box ~ % ls", "file", "box ~ %")


@pytest.mark.parametrize(
    "sequence",
    [
        b"\x1bP+q544e\x1b\\",
        b"\x1bPtmux;\x1b\x1b]0;t\x07\x1b\\",
        b"\x1b]133;A\x07",
        b"\x1b]0;title\x1b\\",
        b"\x1b_Ga=q\x1b\\",
        b"\x1b[>4;1m",
        b"\x1b[=5u",
        b"\x1b[<u",
        b"\x1b[4:3m",
        b"\x1b[?2026$p",
        b"\x1b[?6n",
        b"\x1b[>c",
        b"\x1b[!p",
        b"\x1b[2 q",
        b"\x1b[?1;2;3r",
        b"\x1b[?5A",
        b"\x1b[9K",
        b"\x1b[99999999999999999999C\r",
        b"\xff\xfe",
        "\N{CJK UNIFIED IDEOGRAPH-7D42}\x08\x1b[K".encode(),
    ],
)
def test_a_screen_survives_sequences_that_it_does_not_know(sequence: bytes) -> None:
    lines = screen_at(recording((1, "o", b"one\r\n" + sequence + b"\r\n"), (2, "o", b"two")))
    assert lines[0] == "one"
    assert "two" in lines


def test_a_sequence_split_over_two_reads_is_one() -> None:
    assert screen_at(recording((1, "o", b"a\x1b["), (2, "o", b"31mb")))[0] == "ab"


def test_a_character_split_over_two_reads_is_one() -> None:
    assert screen_at(recording((1, "o", b"caf\xc3"), (2, "o", b"\xa9")))[0] == "café"


def test_the_screen_alone_stands_in_a_box() -> None:
    out = io.StringIO()
    Console(file=out, width=500).print(render_screen(SESSION, title="screen at the end", width=60))
    assert "screen at the end" in out.getvalue()
    assert "│ file" in out.getvalue()


def test_a_recording_is_cut_after_a_mark() -> None:
    short = cut(SESSION, "first_prompt_seen")
    assert [event.kind for event in short.events] == ["m", "o", "o", "m"]


def test_cutting_at_a_mark_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UsageError, match="spawn, first_prompt_seen, first_command_seen"):
        cut(SESSION, "lunch")


def test_frames_keep_the_pauses_between_the_reads() -> None:
    pauses = [pause for pause, _ in frames(SESSION)]
    assert [data for _, data in frames(SESSION)][1] == b"box ~ % "
    assert pauses[:2] == [pytest.approx(0.004512), pytest.approx(0.027308)]
    assert sum(pauses) == pytest.approx(0.041)


def test_the_document_has_stamps_marks_and_screens() -> None:
    made = document(SESSION, path="x.cast")
    assert made.marks == {"spawn": 0.0, "first_prompt_seen": 31.82, "first_command_seen": 40.25}
    assert made.events[1].ms == 4.512
    assert made.events[1].shown == r"\e[1mhi\e[0m\r\n"
    assert made.events[1].bytes == 12
    assert made.screens["first_prompt_seen"][0] == "hi"
