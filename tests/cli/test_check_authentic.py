"""``zf check-authentic`` through the command line."""

import json
from pathlib import Path

import pytest

from zshforge.cli import main

FIXTURES = Path(__file__).parents[1] / "fixtures" / "authenticity"
GOOD = str(FIXTURES / "multi-native.json")
MADE_UP = str(FIXTURES / "multi-split.json")
EMPTY = str(FIXTURES / "badge.json")


@pytest.mark.parametrize(
    ("files", "code"),
    [([GOOD], 0), ([GOOD, GOOD], 0), ([MADE_UP], 1), ([EMPTY], 1), ([GOOD, EMPTY], 1), (["/no/such/file"], 1), ([], 2)],
)
def test_the_exit_code_is_zero_only_when_every_file_is_authentic(files: list[str], code: int) -> None:
    assert main(["check-authentic", *files]) == code


def test_each_file_has_one_line_with_its_verdict_its_path_and_its_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check-authentic", GOOD, MADE_UP, "/no/such/file"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith(f"authentic  {GOOD}  (perf-multi.v1): the shell itself")
    assert lines[1].startswith(f"synthetic  {MADE_UP}  (perf-multi.v1): pre is 30%")
    assert lines[2] == "unknown    /no/such/file  (unreadable): cannot be read: No such file or directory"


def test_the_record_has_the_documented_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-authentic", "--json", GOOD, EMPTY]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["schema"] == "authenticity.v1"
    assert [(f["path"], f["verdict"], f["format"]) for f in record["files"]] == [
        (GOOD, "authentic", "perf-multi.v1"),
        (EMPTY, "unknown", "badge"),
    ]
    assert all(f["reasons"] for f in record["files"])


def test_what_a_file_says_cannot_move_the_cursor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "badge.json"
    file.write_text('{"label": "x", "message": "\\u001b[2J\\nfine", "color": "red"}')
    main(["check-authentic", str(file)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.count("\n") == 1
