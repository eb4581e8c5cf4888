"""Start-up is a feature: what `zf --version` and `zf --help` must not import."""

import subprocess
import sys

import pytest

HEAVY = {
    "asyncio",
    "difflib",
    "filelock",
    "importlib.metadata",
    "json",
    "msgspec",
    "multiprocessing",
    "numpy",
    "psutil",
    "pyte",
    "rich",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "tomllib",
    "traceback",
    "zshforge.cli.capture",
    "zshforge.cli.common",
    "zshforge.model.schema",
    "zshforge.model.settings",
}


def imported(*args: str) -> set[str]:
    command = [sys.executable, "-X", "importtime", "-m", "zshforge", *args]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_start_up_imports_nothing_heavy(option: str) -> None:
    modules = imported(option)
    assert "zshforge.cli" in modules
    assert modules & HEAVY == set()


def test_the_measure_sees_a_heavy_import_when_there_is_one() -> None:
    assert {"msgspec", "zshforge.model.settings"} <= imported("settings")
