"""The schema registry: every record that is written can be read, and nothing else can."""

from __future__ import annotations

import json

import msgspec
import pytest
from jsonschema import Draft202012Validator

from zshforge.model.errors import ArtifactInvalid, UsageError
from zshforge.model.run import Run, RunSet
from zshforge.model.schema import REGISTRY, decode, encode, json_schema
from zshforge.model.settings import load_settings, settings_report

EMPTY_SET = RunSet(seed=7, order=("builtin",), runs=())


def test_every_entry_is_named_by_its_records_own_schema_field() -> None:
    assert {"perf-multi.v2", "perf-set.v1", "settings.v1"} <= set(REGISTRY)
    for name, entry in REGISTRY.items():
        field = next(field for field in msgspec.structs.fields(entry.struct) if field.name == "schema")
        assert field.default == name
        assert entry.title


def test_an_encoded_record_is_indented_json_with_a_final_newline() -> None:
    data = encode(EMPTY_SET)
    assert data.endswith(b"}\n")
    assert b'\n  "seed": 7' in data
    assert json.loads(data)["schema"] == "perf-set.v1"


def test_a_record_is_read_as_it_was_written_with_and_without_its_name() -> None:
    assert decode("perf-set.v1", encode(EMPTY_SET), where="here") == EMPTY_SET
    assert decode(None, encode(EMPTY_SET), where="here") == EMPTY_SET
    typed: RunSet = decode(RunSet, encode(EMPTY_SET), where="here")
    assert typed == EMPTY_SET


def test_a_record_that_is_not_registered_cannot_be_encoded() -> None:
    class Stranger(msgspec.Struct):
        schema: str = "stranger.v1"

    with pytest.raises(UsageError, match="Stranger"):
        encode(Stranger())


def replaced(**fields: object) -> bytes:
    return json.dumps({**json.loads(encode(EMPTY_SET)), **fields}).encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (encode(EMPTY_SET)[:40], "ends too early"),
        (b"Sun Nov 22: captured", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (encode(EMPTY_SET) * 2, "is not JSON"),
        (b"[1, 2]", "not an object"),
        (b'{"seed": 1}', "names no schema"),
        (b'{"schema": 3}', "names no schema"),
        (replaced(schema="nothing.v1"), "unknown schema nothing.v1"),
        (replaced(schema="perf-set.v9"), "perf-set.v9, of another version: this zf reads perf-set.v1"),
        (replaced(seed="7"), "$.seed"),
        (replaced(order=["a", 2]), "$.order[1]"),
        (replaced(surplus=1), "surplus"),
    ],
)
def test_a_broken_document_is_refused_with_the_place_and_the_reason(data: bytes, told: str) -> None:
    with pytest.raises(ArtifactInvalid) as caught:
        decode(None, data, where="metrics/x.json")
    assert str(caught.value).startswith("metrics/x.json: ")
    assert told in str(caught.value)


def test_a_document_of_another_kind_than_asked_for_is_refused() -> None:
    with pytest.raises(ArtifactInvalid, match=r"holds perf-set\.v1.*perf-multi\.v2"):
        decode("perf-multi.v2", encode(EMPTY_SET), where="x.json")


def test_asking_for_an_unknown_schema_is_a_usage_error_that_names_the_closest() -> None:
    with pytest.raises(UsageError, match=r"perf-set\.v1"):
        json_schema("perf-set")
    with pytest.raises(UsageError):
        decode("perf-set", b"{}", where="x.json")


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_the_json_schema_of_every_record_is_valid_and_demands_the_schema_field(name: str) -> None:
    document = json_schema(name)
    Draft202012Validator.check_schema(document)
    assert not Draft202012Validator(document).is_valid({})
    with_everything_but_schema = {"seed": 1, "order": [], "runs": []}
    assert not Draft202012Validator(document).is_valid(with_everything_but_schema)


@pytest.mark.parametrize("record", [EMPTY_SET, settings_report(load_settings(environ={}), {})])
def test_an_encoded_record_passes_its_json_schema(record: msgspec.Struct) -> None:
    document = json.loads(encode(record))
    Draft202012Validator(json_schema(document["schema"])).validate(document)


def test_the_json_schema_refuses_what_the_reader_refuses() -> None:
    document = json.loads(replaced(surplus=1))
    assert not Draft202012Validator(json_schema("perf-set.v1")).is_valid(document)


def test_what_the_commands_print_is_registered() -> None:
    assert {"authenticity.v1", "doctor.v1", "replay.v1"} <= set(REGISTRY)


def test_runs_are_registered() -> None:
    assert REGISTRY["perf-multi.v2"].struct is Run
    assert REGISTRY["perf-multi.v2"].files == ("metrics/perf-multi-current.json",)
