"""`zf schema`."""

import json

import pytest
from jsonschema import Draft202012Validator

from zshforge.cli import main
from zshforge.model.schema import REGISTRY


def test_the_list_names_every_schema_and_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(REGISTRY)
    for line in lines:
        assert line.endswith(REGISTRY[line.split()[0]].title)


def test_the_list_is_there_as_json_by_its_own_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in document["schemas"]] == sorted(REGISTRY)
    assert main(["schema", document["schema"]]) == 0
    Draft202012Validator(json.loads(capsys.readouterr().out)).validate(document)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_one_schema_is_printed_as_json_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


def test_an_unknown_schema_is_a_usage_error_that_names_the_closest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "perf-multi"]) == 2
    assert "perf-multi.v2" in capsys.readouterr().err
