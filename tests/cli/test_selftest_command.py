"""``zf selftest`` through the command line."""

from __future__ import annotations

import json
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from zshforge.cli import main
from zshforge.shell.config import BUILTIN

if TYPE_CHECKING:
    from pathlib import Path

OLD = {
    "schema": "perf-module-fire-selftest.v1",
    "timestamp": "20250905T211854",
    "pre_native": 0,
    "post_native": 0,
    "prompt_native": 0,
    "lifecycle_post_ms": 0,
    "lifecycle_prompt_ms": 0,
    "post_segment_count": 1,
    "post_segment_sum_ms": 22,
    "post_segment_labels": ["zgenom-init"],
    "diagnostics": {"emits_granular_segments": 1, "emits_native_prompt": 0},
    "recommendations": [],
}


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zf.toml").write_text("[capture]\nrepository = 'none'\nwarmups = 0\n")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))  # other captures of this machine hold another lock
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.pty
def test_the_shipped_configuration_fires_all_it_must(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["selftest", "builtin", "-n", "1", "--strict", "--json"])
    printed = json.loads(capsys.readouterr().out)
    assert (code, printed["verdict"], printed["reasons"]) == (0, "pass", [])
    assert printed["diagnostics"] == {"emits_granular_segments": 1, "emits_native_prompt": 1}
    assert {"compinit", "10-core-functions"} <= set(printed["post_segment_labels"])
    assert printed["can_fail"] is True
    assert printed == json.loads((workspace / "artifacts/metrics/module-fire.json").read_bytes())


@pytest.mark.pty
def test_a_configuration_without_markers_is_told_and_fails_only_when_strict(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "dots").mkdir()
    (workspace / "dots" / ".zshrc").write_text("source $ZDOTDIR/a.zsh\n")
    (workspace / "dots" / "a.zsh").write_text("zmodload zsh/zselect; zselect -t 2\n")
    assert main(["selftest", "dots", "-n", "1", "--require", "dots/a.zsh"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("fail · the pre marker is not native")
    assert "observed" in shown
    assert "from outside" in shown
    assert main(["selftest", "dots", "-n", "1", "--strict", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["diagnostics"] == {"emits_granular_segments": 0, "emits_native_prompt": 0}


@pytest.mark.pty
def test_a_module_that_is_missing_is_named(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copytree(BUILTIN, workspace / "own")
    for file in (workspace / "own" / "post-plugin").glob("90-splash.zsh*"):
        file.write_text("return 0\n" if file.suffix == ".zsh" else "")
    boundary = workspace / "own" / "post-plugin" / "50-completion-history.zsh"
    boundary.write_text("_zsh_perf_segment_start other post_plugin\n_zsh_perf_segment_end other\n")
    assert main(["selftest", "zdotdir:own", "-n", "1", "--strict"]) == 1
    assert "compinit did not fire" in capsys.readouterr().out


@pytest.mark.usefixtures("workspace")
def test_ci_makes_it_hard_by_the_guides_variable(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "old.json").write_text(json.dumps(OLD))
    assert main(["selftest", "--from", "old.json"]) == 0
    monkeypatch.setenv("SELFTEST_HARD_FAIL", "1")
    assert main(["selftest", "--from", "old.json", "--json"]) == 1
    assert main(["selftest", "--from", "old.json", "--soft"]) == 0
    capsys.readouterr()
    assert not (workspace / "artifacts").exists()


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nothing-here"], 2),
        (["builtin", "--from", "x.json"], 2),
        (["--from", "x.json"], 3),
        (["-n", "0"], 2),
    ],
)
def test_bad_input_has_one_message_and_its_code(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["selftest", *words]) == code
    assert "selftest" in (told := capsys.readouterr().err) or len(told.splitlines()) == 1


def test_a_broken_document_cannot_be_judged(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "x.json").write_text('{"schema": "perf-module-fire-selftest.v1", "pre')
    assert main(["selftest", "--from", "x.json"]) == 4
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.pty
@pytest.mark.usefixtures("workspace")
def test_a_shell_without_a_prompt_cannot_be_tried(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workspace / "dead").mkdir()
    (workspace / "dead" / ".zshrc").write_text("exit 3\n")
    assert main(["selftest", "dead", "-n", "1", "--timeout-s", "2"]) == 4
    assert not (workspace / "artifacts/metrics/module-fire.json").exists()
    assert "status 3" in capsys.readouterr().err
