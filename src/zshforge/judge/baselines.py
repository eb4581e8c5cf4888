"""The baselines of a workspace: saving a recorded run as one, finding one by its name, listing all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.capture.fingerprint import elsewhere
from zshforge.judge.authenticity import judge_file
from zshforge.judge.baseline_record import DEFAULT, PREVIOUS, Recorded, check_name, record_baseline
from zshforge.model.baseline import Baseline, PrepluginBaseline
from zshforge.model.baseline_list import BaselineList, BaselineRow
from zshforge.model.errors import BaselineRefused, NothingRecorded, ZfError
from zshforge.model.run import Run
from zshforge.store.artifacts import read_artifact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from zshforge.model.baseline_list import BaselineState
    from zshforge.model.run import Fingerprint
    from zshforge.model.settings import Settings
    from zshforge.model.summary import Summary

_PRE = "preplugin-baseline.json"


def baseline_file(name: str, metrics: Path) -> Path:
    """Where the baseline of that name lies.

    Raises:
        UsageError: The name is none.
    """
    check_name(name)
    return metrics / "perf-baseline.json" if name == DEFAULT else metrics / "baselines" / f"{name}.json"


def save_baseline(
    source: Path, name: str, *, metrics: Path, machine: Mapping[str, str | int], now: str, settings: Settings
) -> Recorded:
    """Save the run of a file as a baseline.

    Args:
        source: A run, as ``zf capture`` writes it.
        name: What to save it as.
        metrics: The workspace's folder of metrics.
        machine: This machine (:func:`zshforge.capture.fingerprint.this_machine`).
        now: UTC in ISO 8601.
        settings: The group ``baseline``, and what marks an outlier.

    Raises:
        NothingRecorded: There is no such file.
        ArtifactInvalid: It is not a run.
        BaselineRefused: The run is empty, short, all zero, identical, not authentic, or of another machine.
        UsageError: The name is none.
    """
    check_name(name)
    run = read_artifact(source, Run)
    if told := elsewhere(run.fingerprint, machine):
        raise BaselineRefused(
            f"the run was measured on another machine ({'; '.join(told)}), so no baseline",
            where=str(source),
            hint="save it where it was measured",
        )
    return record_baseline(run, name, metrics=metrics, now=now, settings=settings)


def find_baseline(name: str, metrics: Path) -> Baseline:
    """The baseline of that name.

    Raises:
        NothingRecorded: There is none.
        ArtifactInvalid: The file is not one.
        UsageError: The name is none.
    """
    file = baseline_file(name, metrics)
    if not file.exists():
        raise NothingRecorded(
            f"there is no baseline {name}", where=str(file), hint=f"zf baseline save {name}, after zf capture"
        )
    return read_artifact(file, Baseline)


def list_baselines(metrics: Path, machine: Mapping[str, str | int]) -> BaselineList:
    """Every baseline of a folder of metrics; one that cannot be used is listed with the reason."""
    return BaselineList(baselines=tuple(_row(file, metrics, machine) for file in _files(metrics)))


def _files(metrics: Path) -> Iterator[Path]:
    named = sorted((metrics / "baselines").glob("*.json"))
    for file in (metrics / "perf-baseline.json", *named, metrics / _PRE):
        if file.exists() and not file.stem.endswith(PREVIOUS):
            yield file


def _row(file: Path, metrics: Path, machine: Mapping[str, str | int]) -> BaselineRow:
    where = str(file.relative_to(metrics))
    try:
        made = _described(file, where, machine)
    except ZfError as error:
        return _unusable(file, where, error.what)
    verdict = judge_file(file)
    if verdict.verdict != "authentic":
        return _unusable(file, where, f"it is {verdict.verdict}", *verdict.reasons)
    return made


def _described(file: Path, where: str, machine: Mapping[str, str | int]) -> BaselineRow:
    if file.name == _PRE:
        return _pre_row(read_artifact(file, PrepluginBaseline), where, machine)
    return _full_row(read_artifact(file, Baseline), where, machine)


def _unusable(file: Path, where: str, *reasons: str) -> BaselineRow:
    return BaselineRow(name=file.stem, kind="unknown", file=where, state="unusable", reasons=reasons)


def _full_row(made: Baseline, where: str, machine: Mapping[str, str | int]) -> BaselineRow:
    return BaselineRow(
        name=made.name,
        kind=made.kind,
        file=where,
        state=_state(made.fingerprint, machine),
        reasons=elsewhere(made.fingerprint, machine),
        config=made.config,
        config_digest=made.config_digest,
        run_id=made.run_id,
        recorded_at=made.recorded_at,
        samples=sum(sample.authentic for sample in made.samples),
        first_prompt_ms=_median(made.latencies, "first_prompt_ms"),
        pre_plugin_total_ms=_median(made.lifecycle, "pre_plugin_total_ms"),
    )


def _pre_row(made: PrepluginBaseline, where: str, machine: Mapping[str, str | int]) -> BaselineRow:
    return BaselineRow(
        name=made.tag,
        kind="pre_plugin",
        file=where,
        state=_state(made.fingerprint, machine),
        reasons=elsewhere(made.fingerprint, machine),
        config=made.config,
        config_digest=made.config_digest,
        run_id=made.run_id,
        recorded_at=made.captured_at,
        samples=made.sample_count,
        pre_plugin_total_ms=made.p50_ms,
    )


def _state(conditions: Fingerprint, machine: Mapping[str, str | int]) -> BaselineState:
    return "elsewhere" if elsewhere(conditions, machine) else "usable"


def _median(summaries: Mapping[str, Summary], name: str) -> float | None:
    return summaries[name].median if name in summaries else None
