"""What a terminal showed, kept as asciicast v2."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.model.errors import ArtifactInvalid, NothingRecorded
from zshforge.model.recording import Event, EventKind, Recording
from zshforge.store.recordings import find_recordings, list_recordings, read_recording, write_recording

START = 1_790_000_000_123_456
PLENTY = 1_000_000


def recording(*events: tuple[int, EventKind, bytes]) -> Recording:
    made = tuple(Event(stamp_us=START + offset, kind=kind, data=data) for offset, kind, data in events)
    return Recording(columns=80, rows=24, start_us=START, events=made)


def through_disk(given_recording: Recording, folder: Path, limit_bytes: int = PLENTY) -> Recording:
    path = folder / "x.cast"
    write_recording(path, given_recording, limit_bytes)
    return read_recording(path)


def lines(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_what_was_written_is_read_back_to_the_byte_and_to_the_microsecond(tmp_path: Path) -> None:
    original = recording((0, "m", b"spawn"), (31_007, "o", "\x1b[1m~ é%\r\n".encode()), (40_001, "i", b"ls\r"))
    assert through_disk(original, tmp_path) == original


def test_the_file_is_asciicast_version_2(tmp_path: Path) -> None:
    write_recording(tmp_path / "x.cast", recording((1_500, "o", b"hi"), (2_000, "m", b"idle")), PLENTY)
    header, first, second = lines(tmp_path / "x.cast")
    assert isinstance(header, dict)
    assert (header["version"], header["width"], header["height"]) == (2, 80, 24)
    assert header["timestamp"] == START // 1_000_000
    assert first == [0.0015, "o", "hi"]
    assert second == [0.002, "m", "idle"]


def test_a_character_split_over_two_reads_plays_whole_and_keeps_its_bytes(tmp_path: Path) -> None:
    original = recording((1, "o", b"caf\xc3"), (2, "o", b"\xa9 ok"))
    assert through_disk(original, tmp_path) == original
    _, first, second = lines(tmp_path / "x.cast")
    assert (first, second) == ([0.000001, "o", "caf"], [0.000002, "o", "\N{LATIN SMALL LETTER E WITH ACUTE} ok"])


def test_bytes_that_are_not_utf8_play_as_replacement_and_survive(tmp_path: Path) -> None:
    original = recording((1, "o", b"a\xff\xfe\x00b"))
    assert through_disk(original, tmp_path) == original
    assert lines(tmp_path / "x.cast")[1] == [0.000001, "o", "a\ufffd\ufffd\x00b"]


def test_a_real_replacement_character_needs_no_second_copy(tmp_path: Path) -> None:
    write_recording(tmp_path / "x.cast", recording((1, "o", "\ufffd".encode())), PLENTY)
    header = lines(tmp_path / "x.cast")[0]
    assert isinstance(header, dict)
    assert header["zshforge"]["raw"] == {}


def test_events_stand_in_the_order_of_their_stamps(tmp_path: Path) -> None:
    read = through_disk(recording((9, "o", b"late"), (9, "m", b"seen"), (3, "o", b"early")), tmp_path)
    assert [event.data for event in read.events] == [b"early", b"late", b"seen"]


def test_an_event_before_the_start_keeps_its_stamp_and_no_time_in_the_file_is_negative(tmp_path: Path) -> None:
    original = recording((-250, "m", b"asked"), (10, "o", b"x"))
    assert through_disk(original, tmp_path) == original
    assert lines(tmp_path / "x.cast")[1] == [0.0, "m", "asked"]


def test_output_past_the_limit_is_cut_and_the_cut_is_marked(tmp_path: Path) -> None:
    read = through_disk(
        recording((1, "o", b"12345"), (2, "o", b"67890"), (3, "o", b"abc"), (4, "m", b"idle")), tmp_path, 7
    )
    assert [(event.kind, event.data) for event in read.events] == [
        ("o", b"12345"),
        ("o", b"67"),
        ("m", b"truncated: 6 bytes left out"),
        ("m", b"idle"),
    ]
    assert read.events[2].stamp_us == START + 2


def test_a_recording_within_its_limit_is_not_marked(tmp_path: Path) -> None:
    original = recording((1, "o", b"1234567"))
    assert through_disk(original, tmp_path, 7) == original


def test_a_recording_of_another_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "foreign.cast"
    path.write_text(
        '{"version":2,"width":100,"height":30,"timestamp":10,"title":"x"}\n'
        '[0.5,"o","hi"]\n[0.6,"r","80x24"]\n[0.7,"m",""]\n',
        "utf-8",
    )
    read = read_recording(path)
    assert (read.columns, read.rows, read.start_us) == (100, 30, 10_000_000)
    assert read.events == (
        Event(stamp_us=10_500_000, kind="o", data=b"hi"),
        Event(stamp_us=10_700_000, kind="m", data=b""),
    )


HEADER = '{"version":2,"width":80,"height":24}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1"),
        ("not json\n", "line 1"),
        ('{"version":3,"width":80,"height":24}\n', "line 1"),
        ('{"version":2,"width":0,"height":24}\n', "line 1"),
        ('{"version":2,"width":80}\n', "line 1"),
        ("[0.1]\n", "line 1"),
        (HEADER + '[0.1,"o","half', "line 2"),
        (HEADER + '[0.1,"o"]\n', "line 2"),
        (HEADER + '["0.1","o","x"]\n', "line 2"),
        (HEADER + '[-0.1,"o","x"]\n', "line 2"),
        (HEADER + '[0.1,"o","x"]\n[0.1,"o",7]\n', "line 3"),
        (HEADER + '[0.2,"o","x"]\n[0.1,"o","y"]\n', "line 3"),
        ('{"version":2,"width":80,"height":24,"zshforge":{"raw":{"0":"!"}}}\n[0,"o","x"]\n', "raw bytes"),
        ('{"version":2,"width":80,"height":24,"zshforge":{"raw":{"5":"AA=="}}}\n[0,"o","x"]\n', "raw bytes"),
    ],
)
def test_a_broken_recording_is_refused_with_the_place_that_is_broken(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "x.cast"
    path.write_text(text, "utf-8")
    with pytest.raises(ArtifactInvalid, match=says):
        read_recording(path)


def test_a_recording_that_plays_one_thing_and_holds_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cast"
    raw = base64.b64encode(b"\xffslow").decode()
    head = {"version": 2, "width": 80, "height": 24, "zshforge": {"raw": {"0": raw}}}
    path.write_text(json.dumps(head) + '\n[0,"o","fast"]\n', "utf-8")
    with pytest.raises(ArtifactInvalid, match="not what it plays"):
        read_recording(path)


def test_bytes_that_are_no_text_at_all_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.cast"
    path.write_bytes(b"\x7fELF\xff\xfe")
    with pytest.raises(ArtifactInvalid, match="line 1"):
        read_recording(path)


def test_a_recording_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NothingRecorded, match=r"gone\.cast"):
        read_recording(tmp_path / "gone.cast")


def store(folder: Path, run_id: str, *names: str) -> None:
    for name in names:
        write_recording(folder / run_id / name, recording((1, "o", b"x")), PLENTY)


def test_recordings_are_listed_by_run_and_by_session_number(tmp_path: Path) -> None:
    store(tmp_path, "20260904T101500-ab12cd", "home-10.cast", "home-02.cast", "built-in-01.cast")
    store(tmp_path, "20260903T101500-ffffff", "home-01.cast")
    (tmp_path / "20260903T101500-ffffff" / "notes.txt").write_text("x", "utf-8")
    found = list_recordings(tmp_path)
    assert [(item.run_id, item.label, item.session) for item in found] == [
        ("20260903T101500-ffffff", "home", 1),
        ("20260904T101500-ab12cd", "built-in", 1),
        ("20260904T101500-ab12cd", "home", 2),
        ("20260904T101500-ab12cd", "home", 10),
    ]


def test_a_folder_that_is_not_there_holds_no_recordings(tmp_path: Path) -> None:
    assert list_recordings(tmp_path / "none") == ()


def test_latest_is_the_newest_run(tmp_path: Path) -> None:
    store(tmp_path, "20260904T101500-ab12cd", "home-01.cast")
    store(tmp_path, "20260905T000000-000000", "home-01.cast", "home-02.cast")
    assert {item.run_id for item in find_recordings(tmp_path, "latest")} == {"20260905T000000-000000"}


def test_a_run_is_found_by_its_id_or_by_an_unmistakable_beginning(tmp_path: Path) -> None:
    store(tmp_path, "20260904T101500-ab12cd", "home-01.cast")
    store(tmp_path, "20260905T000000-000000", "home-01.cast")
    assert len(find_recordings(tmp_path, "20260904T101500-ab12cd")) == 1
    assert find_recordings(tmp_path, "20260905")[0].run_id == "20260905T000000-000000"


@pytest.mark.parametrize("run", ["20990101", "2026", "../x"])
def test_a_run_that_is_not_there_or_not_one_names_what_there_is(tmp_path: Path, run: str) -> None:
    store(tmp_path, "20260904T101500-ab12cd", "home-01.cast")
    store(tmp_path, "20260905T000000-000000", "home-01.cast")
    with pytest.raises(NothingRecorded, match="20260905T000000-000000, 20260904T101500-ab12cd"):
        find_recordings(tmp_path, run)


def test_with_nothing_recorded_the_message_says_how_to_record(tmp_path: Path) -> None:
    with pytest.raises(NothingRecorded, match="zf capture"):
        find_recordings(tmp_path, "latest")


KINDS: tuple[EventKind, ...] = ("o", "i")


@given(chunks=st.lists(st.tuples(st.integers(0, 5_000_000), st.sampled_from(KINDS), st.binary(max_size=12))))
def test_any_bytes_survive(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[tuple[int, EventKind, bytes]]
) -> None:
    original = recording(*sorted(chunks, key=lambda chunk: chunk[0]))
    assert through_disk(original, tmp_path_factory.mktemp("any")) == original
