"""`zf settings`."""

from pathlib import Path

import pytest

from zshforge.cli import main
from zshforge.model.schema import decode
from zshforge.model.settings import SETTINGS, SettingsReport


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))


def test_every_setting_is_shown_with_value_unit_origin_and_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings"]) == 0
    shown = capsys.readouterr().out
    assert "capture.settle_ms = 100 ms  (default)\n" in shown
    for setting in SETTINGS:
        assert f"{setting.name} = " in shown
        assert setting.meaning.split()[0] in shown


def test_a_value_that_was_set_names_who_set_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERF_OUTLIER_FACTOR", "3")
    assert main(["settings"]) == 0
    assert "outlier.factor = 3 x median  (environment PERF_OUTLIER_FACTOR)" in capsys.readouterr().out


def test_boundaries_are_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "zf.toml").write_text('[boundaries]\nplugins = ["*/plugins/*"]\n')
    assert main(["settings"]) == 0
    assert 'boundaries.plugins = ["*/plugins/*"]' in capsys.readouterr().out


def test_a_refused_variable_is_mentioned_with_the_reason(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERF_FORCE_PROMPT_READY_FALLBACK", "1")
    assert main(["settings"]) == 0
    shown = capsys.readouterr()
    assert "PERF_FORCE_PROMPT_READY_FALLBACK is set and has no effect: invented numbers" in shown.err
    assert "PERF_FORCE_PROMPT_READY_FALLBACK" not in shown.out


def test_json_holds_the_same_and_nothing_else(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERF_FORCE_PROMPT_READY_FALLBACK", "1")
    assert main(["settings", "--json"]) == 0
    shown = capsys.readouterr()
    report = decode(SettingsReport, shown.out.encode(), where="stdout")
    assert [row.name for row in report.settings] == [setting.name for setting in SETTINGS]
    assert [refused.name for refused in report.refused_in_environment] == ["PERF_FORCE_PROMPT_READY_FALLBACK"]
    assert shown.err == ""


def test_a_bad_setting_is_a_usage_error(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "zf.toml").write_text("[capture]\nsampels = 3\n")
    assert main(["settings"]) == 2
    assert "capture.samples" in capsys.readouterr().err
