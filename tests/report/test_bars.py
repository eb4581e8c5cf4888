"""Numbers, bars and words as pieces of terminal lines."""

import pytest

from zshforge.report.bars import Piece, bar, flow, milliseconds, scale_style, spread, visible


@pytest.mark.parametrize(
    ("share", "drawn"),
    [(0.0, ""), (1.0, "████████"), (0.5, "████"), (0.0625, "▌"), (0.001, "▏"), (1.7, "████████"), (-0.2, "")],
)
def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_column(share: float, drawn: str) -> None:
    assert bar(share, 8) == drawn


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (31.6, "32"),
        (118.2, "118"),
        (3.14, "3.1"),
        (9.94, "9.9"),
        (9.96, "10"),
        (10.0, "10"),
        (0.0, "0.0"),
        (0.02, "<0.1"),
    ],
)
def test_milliseconds_below_ten_have_one_decimal(value: float, shown: str) -> None:
    assert milliseconds(value) == shown


def test_a_cost_below_zero_is_shown_as_it_was_measured() -> None:
    assert milliseconds(-0.34) == "-0.3"
    assert milliseconds(-0.01) == "-<0.1"


@pytest.mark.parametrize(
    ("value", "of", "shown"),
    [
        (1.2, 32.0, "1"),
        (0.3, 32.0, "0.3"),
        (0.01, 32.0, "<0.1"),
        (0.34, 4.0, "0.3"),
        (12.4, 6.0, "12"),
        (0.0, 3.0, "0.0"),
    ],
)
def test_a_spread_has_the_precision_of_its_value_and_never_rounds_away(value: float, of: float, shown: str) -> None:
    assert spread(value, of) == shown


@pytest.mark.parametrize(
    ("value", "style"),
    [
        (24.9, "green"),
        (25.0, "green"),
        (25.1, "yellow"),
        (50.0, "yellow"),
        (50.1, "dark_orange"),
        (100.0, "dark_orange"),
        (100.1, "red"),
    ],
)
def test_colours_follow_the_perception_scale(value: float, style: str) -> None:
    assert scale_style(value, 50.0) == style


def test_a_value_without_a_budget_has_no_colour() -> None:
    assert scale_style(10.0, None) == ""


def test_an_unknown_value_never_has_a_colour_of_the_scale() -> None:
    assert scale_style(None, 50.0) not in {"", "green", "yellow", "dark_orange", "red"}


def test_pieces_flow_onto_as_many_lines_as_the_width_asks_for() -> None:
    lines = flow([Piece("one two"), Piece("three"), Piece("four")], width=15)
    assert [line.plain for line in lines] == ["one two · three", "four"]


def test_a_piece_that_is_too_long_is_broken_between_words_and_set_in() -> None:
    lines = flow([Piece("unknown (no session reached the prompt)")], width=20)
    assert [line.plain for line in lines] == ["unknown (no session", "  reached the", "  prompt)"]


def test_a_word_that_is_too_long_is_broken_rather_than_lost() -> None:
    lines = flow([Piece("/" + "x" * 30)], width=20)
    assert "".join(line.plain.strip() for line in lines) == "/" + "x" * 30
    assert all(line.cell_len <= 20 for line in lines)


def test_wide_characters_count_as_the_columns_that_they_take() -> None:
    assert all(line.cell_len <= 10 for line in flow([Piece("終" * 12)], width=10))


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"plain ~ %", "plain ~ %"),
        (b"\x1b[0m\r\n\t\x07", r"\e[0m\r\n\t\a"),
        (b"\x00\x7f", r"\x00\x7f"),
        (b"a\\b", r"a\\b"),
        ("é%".encode(), "é%"),
        (b"\xff\xc3", r"\xff\xc3"),
        ("\x9b\u202e\u200b".encode(), r"\u009b\u202e\u200b"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(data: bytes, shown: str) -> None:
    assert visible(data) == shown


def test_the_style_of_a_piece_ends_with_it() -> None:
    (line,) = flow([Piece("32 ms", "green"), Piece("budget 50")], width=40)
    assert line.style == ""
    assert [line.plain[span.start : span.end] for span in line.spans if span.style == "green"] == ["32 ms"]
