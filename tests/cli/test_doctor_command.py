"""`zf doctor`."""

import json
import subprocess
from pathlib import Path

import pytest

from zshforge.cli import main
from zshforge.model.schema import decode
from zshforge.shell.leftovers import OWNER

pytestmark = pytest.mark.pty


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of its own as the current folder."""
    (tmp_path / "zf.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_table_ends_with_whether_this_machine_can_measure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["ok", "zsh"] for line in lines)
    assert "this machine can measure" in lines[-1]


def test_the_document_follows_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    text = capsys.readouterr().out
    assert decode("doctor.v1", text.encode(), where="stdout")
    assert json.loads(text)["checks"][0]["name"] == "zsh"


def test_a_machine_without_zsh_gives_the_code_for_could_not_measure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor", "--json"]) == 4
    states = {check["name"]: check["status"] for check in json.loads(capsys.readouterr().out)["checks"]}
    assert states["zsh"] == "missing"


def test_a_limit_of_the_settings_table_is_used(somewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (somewhere / "zf.toml").write_text('capture.locale = "xx_XX.UTF-8"\n')
    assert main(["doctor", "--json"]) == 0
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["locale"]["status"] in {"warn", "unknown"}
    assert "xx_XX.UTF-8" in checks["locale"]["what"]


def test_what_a_killed_capture_left_is_told_and_stays_where_it_is(
    somewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = somewhere / "zf-dead"
    folder.mkdir()
    (folder / OWNER).touch()
    monkeypatch.setenv("TMPDIR", str(somewhere))
    child = subprocess.Popen(["/bin/sleep", "60"], env={"HOME": str(folder)})
    try:
        assert main(["doctor", "--json"]) == 0
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["leftovers"]["status"] == "warn"
    assert str(folder) in checks["leftovers"]["what"]
    assert f"{child.pid} " in checks["leftovers"]["what"]
    assert folder.is_dir()
