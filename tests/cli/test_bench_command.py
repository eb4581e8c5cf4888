"""`zf bench`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from zshforge.cli import main
from zshforge.model.schema import decode

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.pty

FUNCTIONS = """
empty() { }
adds() { local -i i; repeat 100 { (( i++ )) } }
fork() { local x="$(:)" }
zf::mine() { local -i i; repeat 10 { (( i++ )) } }
"""


@pytest.fixture(autouse=True)
def rc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of its own with a configuration in it; rounds are few and short."""
    (tmp_path / "zf.toml").write_text("[bench]\nrounds = 5\nround_ms = 1.0\n")
    file = tmp_path / "config" / ".zshrc"
    file.parent.mkdir()
    file.write_text(FUNCTIONS)
    monkeypatch.chdir(tmp_path)
    return file


def bench(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    """The document of one run."""
    assert main(["bench", *words, "--config", "config", "--json", "--quiet"]) == 0
    text = capsys.readouterr().out
    assert decode("bench-core.v2", text.encode(), where="stdout")
    return dict(json.loads(text))


def test_named_functions_are_timed_in_the_order_of_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    made = bench(capsys, "adds", "empty", "fork")
    functions = made["functions"]
    assert isinstance(functions, list)
    assert [one["name"] for one in functions] == ["adds", "empty", "fork"]
    cost = {one["name"]: one["median_per_call_us"] for one in functions}
    assert cost["empty"] < cost["adds"] < cost["fork"]
    assert all(one["rc"] == 0 and one["rounds"] == 5 and len(one["values_us"]) == 5 for one in functions)
    assert [one["shimmed"] for one in functions] == [False, True, False]
    assert made["shimmed_count"] == 1
    assert made["enumeration_mode"] == "named"


def test_without_a_name_every_function_of_the_namespace_is_timed(capsys: pytest.CaptureFixture[str]) -> None:
    made = bench(capsys)
    functions = made["functions"]
    assert isinstance(functions, list)
    assert [one["name"] for one in functions] == ["zf::mine"]
    assert made["enumeration_mode"] == "dynamic"


def test_arguments_stand_behind_the_name(capsys: pytest.CaptureFixture[str], rc: Path) -> None:
    rc.write_text("f() { [[ $1 == 'a b' ]] }\n")
    functions = bench(capsys, "f 'a b'")["functions"]
    assert isinstance(functions, list)
    assert (functions[0]["name"], functions[0]["call"], functions[0]["rc"]) == ("f", "f 'a b'", 0)


def test_a_function_that_is_not_there_is_refused_with_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "empti", "--config", "config"]) == 2
    assert "Try: empty" in capsys.readouterr().err


def test_a_function_that_nothing_defines_is_refused(capsys: pytest.CaptureFixture[str], rc: Path) -> None:
    rc.write_text("autoload -Uz never\n")
    assert main(["bench", "never", "--config", "config"]) == 2
    assert "never defined" in capsys.readouterr().err


def test_a_baseline_is_saved_kept_and_gates_what_became_three_times_as_dear(
    capsys: pytest.CaptureFixture[str], rc: Path, tmp_path: Path
) -> None:
    assert main(["bench", "zf::mine", "--config", "config", "--save-baseline", "--quiet"]) == 0
    file = tmp_path / "artifacts" / "metrics" / "bench-core-baseline.json"
    saved = json.loads(file.read_text())
    saved["functions"][0]["median_per_call_us"] /= 10
    file.write_text(json.dumps(saved))
    assert main(["bench", "zf::mine", "--config", "config", "--quiet"]) == 0
    assert main(["bench", "zf::mine", "--config", "config", "--quiet", "--mode", "gate"]) == 1
    assert "fail" in capsys.readouterr().out
    rc.write_text(FUNCTIONS.replace("repeat 10 ", "repeat 11 "))
    assert main(["bench", "zf::mine", "--config", "config", "--quiet", "--mode", "gate", "--save-baseline"]) == 0
    assert json.loads(file.read_text())["functions"][0]["body_sha256"] != saved["functions"][0]["body_sha256"]


def test_a_stand_in_gets_no_baseline(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["bench", "empty", "--config", "config", "--save-baseline", "--quiet"]) == 3
    assert "empty" in capsys.readouterr().err
    assert not (tmp_path / "artifacts" / "metrics" / "bench-core-baseline.json").exists()


def test_the_table_shows_cost_spread_and_stand_ins(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "adds", "empty", "--config", "config", "--quiet"]) == 0
    out = capsys.readouterr().out
    assert "adds" in out
    assert "±" in out
    assert "stand-in" in out
