"""Artifacts are checked on the way in and on the way out."""

from pathlib import Path

import pytest

from zshforge.model.errors import ArtifactInvalid, NothingRecorded, ZfError
from zshforge.model.run import Overhead, RunSet
from zshforge.model.schema import encode
from zshforge.model.settings import Resolved, Settings, load_settings, settings_report
from zshforge.store.artifacts import read_artifact, write_artifact

EMPTY_SET = RunSet(seed=7, order=("builtin",), runs=())


def test_an_artifact_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "metrics" / "perf-set.json"
    write_artifact(path, EMPTY_SET)
    assert read_artifact(path, "perf-set.v1") == EMPTY_SET
    assert read_artifact(path) == EMPTY_SET
    assert read_artifact(path, RunSet).seed == 7
    assert path.read_bytes() == encode(EMPTY_SET)


def test_a_record_that_breaks_its_own_schema_never_reaches_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "perf-set.json"
    write_artifact(path, EMPTY_SET)
    lying = RunSet(seed="seven", order=(), runs=())  # type: ignore[arg-type]
    with pytest.raises(ArtifactInvalid, match=r"\$\.seed"):
        write_artifact(path, lying)
    assert read_artifact(path) == EMPTY_SET


def test_a_number_that_json_cannot_hold_is_refused_instead_of_becoming_null(tmp_path: Path) -> None:
    settings = load_settings(environ={})
    values = {**settings.values, "outlier.factor": Resolved(value=float("inf"))}
    record = settings_report(Settings(values=values, boundaries={}), {})
    with pytest.raises(ArtifactInvalid, match=r"settings\.json"):
        write_artifact(tmp_path / "settings.json", record)
    assert not (tmp_path / "settings.json").exists()


def test_a_missing_artifact_is_nothing_recorded_and_not_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(NothingRecorded, match=r"perf-set\.json"):
        read_artifact(tmp_path / "perf-set.json", "perf-set.v1")


def test_a_broken_artifact_is_refused_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "perf-set.json"
    path.write_bytes(encode(EMPTY_SET)[:30])
    with pytest.raises(ArtifactInvalid, match=r"perf-set\.json: ends too early"):
        read_artifact(path, "perf-set.v1")


def test_a_folder_in_the_place_of_an_artifact_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(ZfError, match="cannot be read"):
        read_artifact(tmp_path)


def test_a_record_without_a_schema_is_no_artifact(tmp_path: Path) -> None:
    with pytest.raises(ZfError, match="Overhead"):
        write_artifact(tmp_path / "x.json", Overhead(method="none"))
