"""`zf explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from explaining import about

from zshforge.cli import main
from zshforge.model.schema import decode

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.pty, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with quick settings, and a ZDOTDIR in it."""
    (tmp_path / "zf.toml").write_text('[capture]\nrepository = "none"\n[explain]\nbudget_s = 0.5\n')
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / ".zshrc").write_text("zmodload zsh/zselect\nzselect -t 5\nx=$(uname)\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_usual_view_names_what_costs_most(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "z"]) == 0
    shown = capsys.readouterr().out
    assert "ms to the prompt" in shown
    assert "unattributed" in shown
    assert ".zshrc" in shown


def test_the_document_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "z", "--json"]) == 0
    text = capsys.readouterr().out
    assert decode("explanation.v1", text.encode(), where="stdout")
    document = json.loads(text)
    assert {"wall_ms", "rows", "unattributed_ms", "deferred", "advice"} <= set(document)
    assert {"kind", "name", "file", "line", "self_ms", "inclusive_ms", "count"} <= set(document["rows"][0])


@pytest.mark.parametrize("output", ["folded", "speedscope", "chrome"])
def test_other_tools_get_their_format(output: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "z", "--format", output]) == 0
    shown = capsys.readouterr().out
    assert ".zshrc" in shown
    assert output == "folded" or json.loads(shown)


@pytest.mark.parametrize("name", ["page.html", "picture.svg"])
def test_a_plot_is_written(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "z", "plot", "--output", name]) == 0
    assert capsys.readouterr().out.strip() == name
    assert ".zshrc" in (folder / name).read_text()


@pytest.mark.parametrize(
    "words",
    [
        ["z", "--against", "z", "--prove", ".zshrc"],
        ["z", "plot", "--output", "x.png"],
        ["no-such-folder"],
        ["z", "no-such-view"],
        ["z", "--prove", "nothing"],
    ],
)
def test_bad_input_is_a_usage_error_with_one_message(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *words]) == 2
    assert capsys.readouterr().err.strip()


COSTLY = "path=(/usr/bin /usr/bin $path)\n:\n:\n:\n:\nsleep 0.05\n"


@pytest.fixture
def costly(folder: Path) -> Path:
    (folder / "z" / ".zshrc").write_text(COSTLY)
    return folder / "z" / ".zshrc"


def test_advice_stands_in_the_usual_view_in_its_own_and_in_the_document(
    costly: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert costly.exists()
    assert main(["explain", "z"]) == 0
    shown = capsys.readouterr().out
    assert "ZF133" in shown
    assert main(["explain", "z", "advice"]) == 0
    shown = capsys.readouterr().out
    assert "ZF133" in shown
    assert "zf rule ZF133" in shown
    assert main(["explain", "z", "--json"]) == 0
    advice = {one["code"]: one for one in json.loads(capsys.readouterr().out)["advice"]}
    sleeping = advice["ZF133"]
    assert sleeping["line"] == 6
    assert about(sleeping["saving_ms"], 50)
    assert sleeping["saving_spread_ms"] > 0
    assert sleeping["message"]


def test_fix_shows_a_difference_and_writes_on_request_alone(costly: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "z", "--fix"]) == 0
    assert "+typeset -U path" in capsys.readouterr().out
    assert costly.read_text() == COSTLY
    assert main(["explain", "z", "--fix", "--write"]) == 0
    assert costly.read_text().startswith("typeset -U path\n")
    assert costly.with_name(".zshrc.before-zf").read_text() == COSTLY


def test_fix_prints_a_record(costly: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert costly.exists()
    assert main(["explain", "z", "--fix", "--json"]) == 0
    assert decode("fixes.v1", capsys.readouterr().out.encode(), where="stdout")


def test_a_configuration_without_a_fault_gets_no_advice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "z" / ".zshrc").write_text("PS1='%~ %# '\n")
    assert main(["explain", "z", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["advice"] == []
    assert main(["explain", "z", "advice"]) == 0
    assert "nothing" in capsys.readouterr().out


def test_write_without_fix_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "z", "--write"]) == 2
    assert "--fix" in capsys.readouterr().err
