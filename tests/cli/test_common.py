"""What commands share: where they are, what is set, and how a record leaves."""

from pathlib import Path

import pytest

from zshforge.cli.common import here, print_record
from zshforge.model.errors import UsageError
from zshforge.model.run import RunSet
from zshforge.model.schema import decode

EMPTY_SET = RunSet(seed=7, order=("builtin",), runs=())


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it, as the current one and as the home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return tmp_path


def test_settings_come_from_the_workspace_the_user_and_the_flags(elsewhere: Path) -> None:
    (elsewhere / ".config" / "zshforge").mkdir(parents=True)
    (elsewhere / ".config" / "zshforge" / "zf.toml").write_text("capture.rows = 30\n")
    (elsewhere / "zf.toml").write_text("capture.columns = 100\n")
    place = here({"capture.samples": 3})
    assert place.workspace.root == elsewhere
    assert place.settings.integer("capture.rows") == 30
    assert place.settings.integer("capture.columns") == 100
    assert place.settings.integer("capture.samples") == 3


@pytest.mark.usefixtures("elsewhere")
def test_the_environment_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERF_OUTLIER_FACTOR", "4")
    assert here().settings.number("outlier.factor") == 4.0
    monkeypatch.setenv("PERF_OUTLIER_FACTOR", "four")
    with pytest.raises(UsageError, match="PERF_OUTLIER_FACTOR=four"):
        here()


def test_a_record_leaves_as_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    print_record(EMPTY_SET)
    assert decode(None, capsys.readouterr().out.encode(), where="stdout") == EMPTY_SET
