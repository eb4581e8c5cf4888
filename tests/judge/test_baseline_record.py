"""A baseline is recorded from a whole, authentic run alone; an earlier one of its name is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from zshforge.judge.authenticity import judge_file
from zshforge.judge.baseline_record import baseline_of, check_name, preplugin_of, record_baseline
from zshforge.model.baseline import Baseline, PrepluginBaseline
from zshforge.model.errors import BaselineRefused, ExitCode, UsageError
from zshforge.model.run import Run, SegmentSummary
from zshforge.model.sample import Latencies, Lifecycle, Sample
from zshforge.model.settings import Settings, load_settings
from zshforge.model.summary import Summary
from zshforge.store.artifacts import read_artifact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

NOW = "2025-01-02T00:00:00Z"


@pytest.fixture
def samples(sample_maker: Callable[[int], Sample]) -> list[Sample]:
    return [sample_maker(index) for index in range(1, 9)]


@pytest.fixture
def run(samples: list[Sample], run_maker: Callable[[Sequence[Sample]], Run]) -> Run:
    return run_maker(samples)


def settings(**changes: object) -> Settings:
    return load_settings(environ={}, overrides={name.replace("__", "."): v for name, v in changes.items()})


def with_pre(run: Run, values: Sequence[float]) -> Run:
    """The same run with other pre-plugin totals, in its samples and in its summary."""
    lives = [replace(s.lifecycle, pre_plugin_total_ms=v) for s, v in zip(run.per_run, values, strict=True)]
    told = tuple(replace(s, lifecycle=life) for s, life in zip(run.per_run, lives, strict=True))
    return replace(run, per_run=told)


def test_a_baseline_says_what_was_measured_where_and_when(run: Run) -> None:
    segment = SegmentSummary(
        name="compinit",
        phase="post_plugin",
        kind="function",
        file=None,
        samples=8,
        ms=Summary(median=4.5),
        self_ms=Summary(median=4.0),
    )
    made = baseline_of(replace(run, segments=(segment,)), "default", NOW)
    assert (made.name, made.kind, made.recorded_at) == ("default", "current", NOW)
    assert (made.run_id, made.config, made.config_digest) == (run.run_id, "builtin", run.fingerprint.config_digest)
    assert made.fingerprint == run.fingerprint
    assert made.latencies == run.latencies
    assert made.lifecycle == run.lifecycle
    assert [(s.name, s.ms, s.self_ms) for s in made.segments] == [("compinit", 4.5, 4.0)]
    assert made.samples == run.per_run


@pytest.mark.parametrize(("name", "kind"), [("default", "current"), ("legacy", "legacy"), ("before-zinit", "named")])
def test_the_name_tells_the_kind(run: Run, name: str, kind: str) -> None:
    assert baseline_of(run, name, NOW).kind == kind


def test_a_run_that_fell_short_is_refused_with_the_count(run: Run) -> None:
    short = replace(run, requested_samples=10, auth_shortfall=2, partial=True)
    with pytest.raises(BaselineRefused, match="8 of 10") as caught:
        baseline_of(short, "default", NOW)
    assert caught.value.exit_code == ExitCode.INCONCLUSIVE


def test_a_run_without_a_sample_is_refused(run_maker: Callable[[Sequence[Sample]], Run]) -> None:
    with pytest.raises(BaselineRefused, match="no authentic sample"):
        baseline_of(run_maker([]), "default", NOW)


def test_a_run_whose_numbers_are_all_zero_is_refused(run: Run) -> None:
    nothing = tuple(
        replace(s, latencies=Latencies(first_prompt_ms=0.0), lifecycle=Lifecycle(), markers=()) for s in run.per_run
    )
    with pytest.raises(BaselineRefused, match="zero"):
        baseline_of(replace(run, per_run=nothing), "default", NOW)


def test_a_run_whose_values_are_identical_is_refused(run: Run, run_maker: Callable[[Sequence[Sample]], Run]) -> None:
    same = [replace(s, latencies=Latencies(first_command_ms=71.24), markers=()) for s in run.per_run]
    with pytest.raises(BaselineRefused, match="identical"):
        baseline_of(run_maker([replace(s, lifecycle=Lifecycle()) for s in same]), "default", NOW)


def test_a_run_with_a_made_up_number_is_refused_with_the_reason(run: Run) -> None:
    forged = with_pre(run, [5.0] * 8)
    with pytest.raises(BaselineRefused, match="pre_plugin_total_ms"):
        baseline_of(forged, "default", NOW)


def test_the_pre_plugin_baseline_keeps_raw_and_filtered_values_and_what_was_discarded(run: Run) -> None:
    values = [5.1, 5.3, 5.2, 5.0, 5.4, 5.2, 5.1, 9.9]
    made = preplugin_of(with_pre(run, values), "stage-2", settings())
    assert (made.segment, made.tag, made.sample_count) == ("pre_plugin_total", "stage-2", 8)
    assert made.samples_ms == tuple(values)
    assert made.filtered_ms == tuple(values[:-1])
    assert made.discarded == (9.9,)
    assert made.mean_ms == pytest.approx(sum(values) / 8)
    assert (made.min_ms, made.max_ms, made.p95_ms) == (5.0, 9.9, 9.9)
    assert made.p50_ms == pytest.approx(5.2)
    assert made.filtered.mean == pytest.approx(sum(values[:-1]) / 7)
    assert made.filtered.max == 5.4
    assert made.fingerprint == run.fingerprint


def test_the_filter_can_be_switched_off(run: Run) -> None:
    made = preplugin_of(
        with_pre(run, [5.1, 5.3, 5.2, 5.0, 5.4, 5.2, 5.1, 9.9]), "t", settings(baseline__iqr_filter=False)
    )
    assert made.filtered_ms == made.samples_ms
    assert made.discarded == ()


@pytest.mark.parametrize(
    ("values", "changes", "told"),
    [
        (
            [5.0 + n / 10 for n in range(8)],
            {"baseline__pre_runs": 9},
            "8 authentic samples, baseline.pre_runs asks for 9",
        ),
        ([0.0] * 8, {}, "all zero"),
        ([5.123] * 8, {}, "identical"),
        ([5.1, 5.2, 5.3, 5.2, 9.0, 5.1, 5.2, 0.5], {"baseline__pre_min_runs": 7}, "6 of 8 are left"),
    ],
)
def test_there_is_no_pre_plugin_baseline_of_values_that_say_nothing(
    run: Run, values: list[float], changes: dict[str, object], told: str
) -> None:
    with pytest.raises(BaselineRefused, match=told):
        preplugin_of(with_pre(run, values), "t", settings(**changes))


def test_both_files_are_written_and_pass_the_authenticity_check(run: Run, tmp_path: Path) -> None:
    done = record_baseline(run, "default", metrics=tmp_path, now=NOW, settings=settings())
    assert done.files == (tmp_path / "perf-baseline.json", tmp_path / "preplugin-baseline.json")
    assert read_artifact(done.files[0], Baseline).run_id == run.run_id
    assert read_artifact(done.files[1], PrepluginBaseline).tag == "default"
    assert [judge_file(file).verdict for file in done.files] == ["authentic", "authentic"]


def test_another_name_has_a_file_of_its_own(run: Run, tmp_path: Path) -> None:
    done = record_baseline(run, "legacy", metrics=tmp_path, now=NOW, settings=settings())
    assert done.files[0] == tmp_path / "baselines" / "legacy.json"
    assert not (tmp_path / "perf-baseline.json").exists()


def test_an_earlier_baseline_of_that_name_is_kept_byte_by_byte(run: Run, tmp_path: Path) -> None:
    foreign = b'{"raw_runs": [5000, 4560]}\n'
    (tmp_path / "perf-baseline.json").write_bytes(foreign)
    record_baseline(run, "default", metrics=tmp_path, now=NOW, settings=settings())
    assert (tmp_path / "perf-baseline.previous.json").read_bytes() == foreign
    record_baseline(run, "default", metrics=tmp_path, now="2025-01-03T00:00:00Z", settings=settings())
    assert read_artifact(tmp_path / "perf-baseline.previous.json", Baseline).recorded_at == NOW
    assert (tmp_path / "preplugin-baseline.previous.json").exists()


def test_a_refused_baseline_leaves_the_earlier_one_where_it_is(run: Run, tmp_path: Path) -> None:
    record_baseline(run, "default", metrics=tmp_path, now=NOW, settings=settings())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}
    with pytest.raises(BaselineRefused):
        record_baseline(replace(run, partial=True), "default", metrics=tmp_path, now=NOW, settings=settings())
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == before


def test_too_few_samples_for_the_pre_plugin_baseline_are_told_and_the_other_is_written(
    run_maker: Callable[[Sequence[Sample]], Run], samples: list[Sample], tmp_path: Path
) -> None:
    done = record_baseline(run_maker(samples[:3]), "default", metrics=tmp_path, now=NOW, settings=settings())
    assert done.files == (tmp_path / "perf-baseline.json",)
    assert any("baseline.pre_runs" in note for note in done.notes)


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".hidden", "a b", "x.previous", "n" * 65])
def test_a_name_that_is_no_file_name_is_a_usage_error(name: str) -> None:
    with pytest.raises(UsageError, match="baseline"):
        check_name(name)


@pytest.mark.parametrize("name", ["default", "legacy", "2025-01-01", "refactor-stage2-preplugin", "v1.2_x"])
def test_a_plain_word_is_a_name(name: str) -> None:
    check_name(name)


def bent(path: Path, **fields: object) -> Path:
    content = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode({**content, **fields}))
    return path


@pytest.mark.parametrize(
    ("fields", "verdict", "told"),
    [
        ({"mean_ms": 1.0}, "synthetic", "mean"),
        ({"filtered_ms": [1.0]}, "synthetic", "filtered"),
        ({"provenance": {"fallback": 8}}, "synthetic", "fallback"),
        ({"sample_count": 80}, "synthetic", "80"),
        ({"extra": 1}, "unknown", "calls itself"),
    ],
)
def test_a_pre_plugin_baseline_that_was_bent_is_found_out(
    run: Run, tmp_path: Path, fields: dict[str, object], verdict: str, told: str
) -> None:
    record_baseline(run, "default", metrics=tmp_path, now=NOW, settings=settings())
    found = judge_file(bent(tmp_path / "preplugin-baseline.json", **fields))
    assert found.verdict == verdict
    assert any(told in reason for reason in found.reasons), found.reasons


@pytest.mark.parametrize(
    ("fields", "verdict", "told"),
    [
        ({"latencies": {"first_prompt_ms": {"median": 1.0, "values": [1.0]}}}, "synthetic", "first_prompt_ms"),
        ({"samples": []}, "unknown", "no sample"),
        ({"extra": 1}, "unknown", "calls itself"),
    ],
)
def test_a_baseline_that_was_bent_is_found_out(
    run: Run, tmp_path: Path, fields: dict[str, object], verdict: str, told: str
) -> None:
    record_baseline(run, "default", metrics=tmp_path, now=NOW, settings=settings())
    found = judge_file(bent(tmp_path / "perf-baseline.json", **fields))
    assert found.verdict == verdict
    assert any(told in reason for reason in found.reasons), found.reasons
