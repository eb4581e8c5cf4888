"""`zf replay`."""

import json
import sys
from pathlib import Path

import pytest

from zshforge.cli import main
from zshforge.cli.replay import play
from zshforge.model.recording import Event, EventKind, Recording
from zshforge.shell.pty import PtyProcess, Spawn
from zshforge.store.recordings import write_recording

NEWEST = "20260905T000000-cd34ef"
OLDER = "20260904T101500-ab12cd"
START = 5_000_000
EVENTS: tuple[tuple[int, EventKind, bytes], ...] = (
    (0, "m", b"spawn"),
    (31_820, "o", b"box ~ % \xff"),
    (31_820, "m", b"first_prompt_seen"),
    (40_250, "o", b"\r\nfile"),
    (40_250, "m", b"first_command_seen"),
)


def recording(prompt: bytes = b"box ~ % \xff") -> Recording:
    events = (Event(stamp_us=START + at, kind=kind, data=data) for at, kind, data in EVENTS)
    changed = tuple(
        Event(stamp_us=event.stamp_us, kind=event.kind, data=prompt) if event.data == EVENTS[1][2] else event
        for event in events
    )
    return Recording(columns=30, rows=3, start_us=START, events=changed)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with two recorded runs, as the current folder."""
    (tmp_path / "zf.toml").write_text("")
    folder = tmp_path / "artifacts" / "recordings"
    write_recording(folder / OLDER / "home-01.cast", recording(b"old ~ % "), 10_000)
    for label, session in (("builtin", 1), ("builtin", 2), ("home", 2)):
        name = f"{label}-{session:02d}.cast"
        write_recording(folder / NEWEST / name, recording(f"{label}{session} % ".encode()), 10_000)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("workspace")
def test_the_timeline_of_the_newest_run_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "latest"]) == 0
    shown = capsys.readouterr()
    assert f"{NEWEST} · builtin, session 1 · 30x3" in shown.out
    assert "first_prompt_seen is 31.820 ms after spawn" in shown.out
    assert "│ builtin1 %" in shown.out


@pytest.mark.usefixtures("workspace")
def test_other_recordings_of_the_run_are_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "latest"]) == 0
    assert "1 of 3 recordings (builtin 1-2, home 2)" in capsys.readouterr().err


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("arguments", "prompt"),
    [
        ([OLDER], "old ~ %"),
        (["20260904"], "old ~ %"),
        ([NEWEST, "--session", "2", "--label", "home"], "home2 %"),
        ([NEWEST, "--label", "home"], "home2 %"),
        ([f"artifacts/recordings/{OLDER}/home-01.cast"], "old ~ %"),
    ],
)
def test_a_recording_is_found_by_run_session_label_or_path(
    arguments: list[str], prompt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", *arguments, "--screen"]) == 0
    assert f"│ {prompt}" in capsys.readouterr().out


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["20991231"], 3, NEWEST),
        ([NEWEST, "--session", "9"], 3, "builtin 1-2, home 2"),
        ([NEWEST, "--label", "work"], 3, "builtin 1-2, home 2"),
        ([NEWEST, "--session", "2"], 2, "--label"),
        (["x.cast"], 3, "x.cast"),
        (["zf.toml.cast", "--session", "1"], 2, "--session"),
        ([NEWEST, "--until", "lunch"], 2, "first_prompt_seen"),
        ([NEWEST, "--raw", "--json"], 2, "--json"),
    ],
)
def test_what_cannot_be_found_says_what_there_is(
    arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", *arguments]) == code
    shown = capsys.readouterr()
    assert says in shown.err
    assert shown.out == ""


def test_a_workspace_without_recordings_says_how_to_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "zf.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert main(["replay"]) == 3
    assert "zf capture" in capsys.readouterr().err


def test_a_broken_recording_is_named(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "x.cast").write_text('{"version":2,"width":80,"height":24}\n[0.1,"o","ha')
    assert main(["replay", "x.cast"]) == 4
    assert "x.cast: line 2" in capsys.readouterr().err


def test_raw_gives_the_bytes_and_nothing_else(workspace: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_recording(workspace / "x.cast", recording(), 10_000)
    assert main(["replay", "x.cast", "--raw"]) == 0
    assert capsysbinary.readouterr().out == b"box ~ % \xff\r\nfile"


def test_until_ends_everything_at_a_mark(workspace: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    write_recording(workspace / "x.cast", recording(), 10_000)
    assert main(["replay", "x.cast", "--raw", "--until", "first_prompt_seen"]) == 0
    assert capsysbinary.readouterr().out == b"box ~ % \xff"


@pytest.mark.usefixtures("workspace")
def test_the_document_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", OLDER, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "replay.v1"
    assert document["path"].endswith("home-01.cast")
    assert document["screens"]["first_prompt_seen"] == ["old ~ %", "", ""]


def test_play_waits_as_long_as_the_shell_took() -> None:
    happened: list[object] = []
    play(recording(), write=happened.append, sleep=happened.append)
    assert happened == [pytest.approx(0.03182), b"box ~ % \xff", pytest.approx(0.00843), b"\r\nfile"]


@pytest.mark.usefixtures("workspace")
def test_play_ends_with_a_terminal_as_it_was(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["replay", OLDER, "--play"]) == 0
    out = capsysbinary.readouterr().out
    assert out.startswith(b"old ~ % ")
    assert b"file" in out


@pytest.mark.pty
def test_an_answer_to_what_a_recording_asks_is_not_typed_for_the_user(tmp_path: Path) -> None:
    asked = (
        Event(stamp_us=START, kind="o", data=b"before\x1b[6n"),
        Event(stamp_us=START + 400_000, kind="o", data=b"after"),
    )
    write_recording(tmp_path / "x.cast", Recording(columns=80, rows=24, start_us=START, events=asked), 1000)
    shown = in_a_terminal(tmp_path, [sys.executable, "-m", "zshforge", "replay", "x.cast", "--play"])
    assert b"after" in shown
    assert b"1;1R" not in shown
    assert shown.index(b"\x1b[?25h") > shown.index(b"after")


def in_a_terminal(folder: Path, argv: list[str]) -> bytes:
    """What a program shows in a terminal that answers where the cursor is."""
    environment = {"PATH": "/usr/bin:/bin", "TERM": "xterm", "HOME": str(folder)}
    with PtyProcess.spawn(Spawn(argv=tuple(argv), environment=environment, folder=folder)) as process:
        process.release()
        shown = b""
        for _ in range(200):
            data = process.read(0.1)
            if data == b"":
                break
            if data and b"\x1b[6n" in data:
                process.write(b"\x1b[1;1R")
            shown += data or b""
        return shown
