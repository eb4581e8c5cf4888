"""docs/REFERENCE.md says what the code says."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import click
import msgspec
import pytest

from zshforge.cli import COMMANDS
from zshforge.cli.lazy import Lazy
from zshforge.model.errors import EXIT_MEANING
from zshforge.model.schema import REGISTRY
from zshforge.model.settings import SETTINGS
from zshforge.model.settings_table import REFUSED

ROOT = Path(__file__).parents[1]


def reference(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "reference.py"), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference, written anew."""
    path = tmp_path_factory.mktemp("docs") / "REFERENCE.md"
    reference("--write", "--file", str(path))
    return path


def test_the_reference_in_the_checkout_is_up_to_date() -> None:
    done = reference("--check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_setting_stands_in_it_with_its_environment_names(written: Path) -> None:
    text = written.read_text()
    for setting in SETTINGS:
        row = next(line for line in text.splitlines() if line.startswith(f"| `{setting.name}` |"))
        assert setting.meaning in row
        for name in setting.environment:
            assert f"`{name}`" in row


def test_every_exit_code_refused_variable_and_schema_stands_in_it(written: Path) -> None:
    text = written.read_text()
    for code, meaning in EXIT_MEANING.items():
        assert f"| {int(code)} | {meaning} |" in text
    for refused in REFUSED:
        assert f"| `{refused.name}` | {refused.reason} |" in text
    for entry in REGISTRY.values():
        assert f"### `{entry.name}`" in text
        for field in msgspec.structs.fields(entry.struct):
            assert f"| `{field.encode_name}` |" in text


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_stands_in_it_with_every_option(written: Path, name: str) -> None:
    text = written.read_text()
    assert f"### `zf {name}`" in text
    for parameter in COMMANDS[name].load().params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            assert option in text


def test_a_reference_that_is_out_of_date_fails_the_check_with_the_difference(written: Path, tmp_path: Path) -> None:
    stale = tmp_path / "REFERENCE.md"
    stale.write_text(written.read_text().replace("| 130 | interrupted |", "| 130 | bored |"))
    done = reference("--check", "--file", str(stale))
    assert done.returncode == 1
    assert "-| 130 | bored |" in done.stdout
    assert "+| 130 | interrupted |" in done.stdout


def test_a_command_whose_module_is_missing_is_an_error_and_not_left_out_in_silence(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    table = {"lost": Lazy("zshforge.no_such_module:command", "")}
    for mode in ("--write", "--check"):
        assert module.main([mode, "--file", str(tmp_path / "REFERENCE.md")], table) == 1


def test_a_reference_that_is_missing_fails_the_check(tmp_path: Path) -> None:
    done = reference("--check", "--file", str(tmp_path / "REFERENCE.md"))
    assert done.returncode == 1
    assert "REFERENCE.md" in done.stderr


def test_every_field_of_every_record_has_a_meaning(written: Path) -> None:
    rows = [line for line in written.read_text().partition("## Schemas")[2].splitlines() if line.startswith("| `")]
    assert rows
    assert [row for row in rows if row.endswith("|  |")] == []
