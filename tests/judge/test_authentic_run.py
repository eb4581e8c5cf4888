"""Our own records pass when they were measured, and are caught when a number in them was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from zshforge.judge.authentic_run import sample_signs
from zshforge.judge.authenticity import judge_content
from zshforge.model.markers import Marker, Provenance
from zshforge.model.run import Run, RunSet
from zshforge.model.sample import Latencies, Lifecycle, Sample, Undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable

    from zshforge.model.authenticity import FileAuthenticity


def judged(run: Run | RunSet) -> FileAuthenticity:
    return judge_content("run.json", msgspec.json.encode(run))


@pytest.fixture
def samples(sample_maker: Callable[[int], Sample]) -> list[Sample]:
    return [sample_maker(index) for index in range(1, 9)]


@pytest.fixture
def run(samples: list[Sample], run_maker: Callable[[list[Sample]], Run]) -> Run:
    return run_maker(samples)


def with_marker(sample: Sample, marker: Marker) -> Sample:
    return replace(sample, markers=tuple(marker if m.name == marker.name else m for m in sample.markers))


def test_a_measured_run_is_authentic_and_says_why(run: Run) -> None:
    told = judged(run)
    assert (told.verdict, told.format) == ("authentic", "perf-multi.v2")
    assert told.reasons[0].startswith("8 of 8 samples are authentic (prompt native)")


def test_a_run_of_one_sample_is_authentic(samples: list[Sample], run_maker: Callable[[list[Sample]], Run]) -> None:
    assert judged(run_maker(samples[:1])).verdict == "authentic"


def test_a_run_without_a_lifecycle_is_authentic_by_its_latencies(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    assert judged(run_maker([replace(sample, lifecycle=Lifecycle()) for sample in samples])).verdict == "authentic"


def test_samples_that_are_told_as_not_authentic_do_not_spoil_the_others(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    lost = replace(samples[0], authentic=False, lifecycle=Lifecycle(), salvage={"prompt_ready_ms": 30.0})
    told = judged(run_maker([lost, *samples[1:]]))
    assert told.verdict == "authentic"
    assert "7 of 8" in told.reasons[0]


def test_a_set_is_as_good_as_its_worst_run_and_names_its_configuration(run: Run) -> None:
    assert judged(RunSet(seed=1, order=("builtin",), runs=(run,))).verdict == "authentic"
    worse = replace(run, config="other", authentic_samples=9)
    told = judged(RunSet(seed=1, order=("builtin", "other"), runs=(run, worse)))
    assert told.verdict == "synthetic"
    assert told.reasons[0] == "other: it counts 9 authentic samples and holds 8"


def test_a_set_of_no_runs_is_unknown() -> None:
    assert judged(RunSet(seed=1, order=(), runs=())).reasons == ("no run in it",)


def test_a_run_without_samples_is_unknown(run_maker: Callable[[list[Sample]], Run]) -> None:
    told = judged(run_maker([]))
    assert told.verdict == "unknown"
    assert "no sample in it" in told.reasons[0]


def test_a_run_without_an_authentic_sample_is_unknown(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    told = judged(run_maker([replace(sample, authentic=False) for sample in samples]))
    assert told.verdict == "unknown"
    assert told.reasons[0] == "none of its 8 samples is authentic"


def test_another_record_under_our_schemas_name_is_unknown(run: Run) -> None:
    record = msgspec.to_builtins(run) | {"rsd_pre": 0.01}
    told = judge_content("x", msgspec.json.encode(record))
    assert told.verdict == "unknown"
    assert "calls itself perf-multi.v2 and is not" in told.reasons[0]


@pytest.mark.parametrize("provenance", [Provenance.FALLBACK, Provenance.DERIVED, Provenance.MISSING])
def test_salvage_that_is_counted_is_synthetic(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run], provenance: Provenance
) -> None:
    bent = replace(samples[2], provenance=replace(samples[2].provenance, post=provenance))
    told = judged(run_maker([*samples[:2], bent, *samples[3:]]))
    assert told.verdict == "synthetic"
    assert told.reasons[0] == f"sample 3: post_plugin_total_ms is {provenance.value} and counted as authentic"


def test_stamps_that_run_backwards_are_synthetic(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    early = Marker(name="plugins_end", stamp_us=(samples[0].stamp("rc_start") or 0) - 5, provenance=Provenance.NATIVE)
    told = judged(run_maker([with_marker(samples[0], early), *samples[1:]]))
    assert told.verdict == "synthetic"
    assert any("plugins_end is stamped" in reason and "before pre_plugin_end" in reason for reason in told.reasons)


def test_an_early_prompt_on_the_screen_is_no_disorder(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    at = (samples[0].stamp("spawn") or 0) + 4_000
    seen = with_marker(samples[0], Marker(name="first_prompt_seen", stamp_us=at, provenance=Provenance.OBSERVED))
    seen = replace(seen, latencies=replace(seen.latencies, first_prompt_ms=4.0))
    assert judged(run_maker([seen, *samples[1:]])).verdict == "authentic"


def test_a_total_that_is_not_the_difference_of_its_stamps_is_synthetic(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    bent = replace(samples[0], lifecycle=replace(samples[0].lifecycle, prompt_ready_ms=12.0))
    told = judged(run_maker([bent, *samples[1:]]))
    assert told.verdict == "synthetic"
    assert told.reasons[0].startswith("sample 1: prompt_ready_ms is 12 ms, its stamps say ")


def test_a_total_may_count_from_either_start_of_the_configuration(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    def longer(sample: Sample) -> Sample:
        total = ((sample.stamp("pre_plugin_end") or 0) - (sample.stamp("rc_start") or 0)) / 1000
        return replace(sample, lifecycle=replace(sample.lifecycle, pre_plugin_total_ms=total))

    assert judged(run_maker([longer(sample) for sample in samples])).verdict == "authentic"


@pytest.mark.parametrize("marker", [Marker.missing("prompt_ready", "not seen"), None])
def test_a_total_without_its_stamps_is_synthetic(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run], marker: Marker | None
) -> None:
    rest = tuple(m for m in samples[0].markers if m.name != "prompt_ready")
    bent = replace(samples[0], markers=rest if marker is None else (*rest, marker))
    told = judged(run_maker([bent, *samples[1:]]))
    assert told.verdict == "synthetic"
    assert any("prompt_ready_ms" in reason for reason in told.reasons)


def test_a_stamp_that_nobody_saw_is_synthetic(samples: list[Sample], run_maker: Callable[[list[Sample]], Run]) -> None:
    bent = with_marker(samples[0], Marker(name="idle", stamp_us=2_000_000_000_000_000))
    told = judged(run_maker([bent, *samples[1:]]))
    assert "sample 1: the marker idle has a stamp that nobody saw" in told.reasons


def test_a_latency_that_is_not_the_difference_of_its_stamps_is_synthetic(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    bent = replace(samples[0], latencies=replace(samples[0].latencies, first_prompt_ms=9.0))
    assert "first_prompt_ms is 9" in judged(run_maker([bent, *samples[1:]])).reasons[0]


@pytest.mark.parametrize("name", ["median", "mean", "stddev", "min", "max", "p90", "p95", "mad"])
def test_a_statistic_that_does_not_follow_from_its_values_is_synthetic(run: Run, name: str) -> None:
    summary = run.latencies["first_prompt_ms"]
    bent = replace(summary, **{name: 1.5})
    told = judged(replace(run, latencies=run.latencies | {"first_prompt_ms": bent}))
    assert told.verdict == "synthetic"
    assert told.reasons[0].startswith(f"first_prompt_ms {name} is recorded as 1.5")


def test_values_that_are_not_those_of_the_samples_are_synthetic(run: Run) -> None:
    summary = run.lifecycle["prompt_ready_ms"]
    bent = replace(summary, values=tuple(reversed(summary.values)))
    told = judged(replace(run, lifecycle=run.lifecycle | {"prompt_ready_ms": bent}))
    assert told.reasons[0] == "the 8 values of prompt_ready_ms are not those of its authentic samples"


def test_identical_latencies_are_synthetic(samples: list[Sample], run_maker: Callable[[list[Sample]], Run]) -> None:
    same = [
        replace(
            sample,
            markers=tuple(m for m in sample.markers if m.name != "first_prompt_seen"),
            latencies=Latencies(first_prompt_ms=31.2),
        )
        for sample in samples
    ]
    assert "all 8 values of first_prompt_ms are identical (31.2 ms)" in judged(run_maker(same)).reasons


@pytest.mark.parametrize(
    ("share_of_post", "words"),
    [(0.3, "pre is 30% of the total"), (0.47, "pre / post is the same in all 8 samples (0.4700)")],
)
def test_a_pre_total_that_was_split_off_is_synthetic(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run], share_of_post: float, words: str
) -> None:
    def split(sample: Sample) -> Sample:
        post = round(1000 * (sample.lifecycle.post_plugin_total_ms or 0))
        pre_us = int(share_of_post * post)
        start = (sample.stamp("pre_plugin_end") or 0) - pre_us
        spawn = Marker(name="spawn", stamp_us=start - 9_000, provenance=Provenance.OBSERVED)
        moved = with_marker(sample, Marker(name="pre_plugin_start", stamp_us=start, provenance=Provenance.NATIVE))
        moved = with_marker(moved, Marker(name="rc_start", stamp_us=start - 90, provenance=Provenance.NATIVE))
        return replace(
            with_marker(moved, spawn),
            latencies=Latencies(first_prompt_ms=((sample.stamp("first_prompt_seen") or 0) - start + 9_000) / 1000),
            lifecycle=replace(sample.lifecycle, pre_plugin_total_ms=pre_us / 1000),
        )

    told = judged(run_maker([split(sample) for sample in samples]))
    assert told.verdict == "synthetic"
    assert any(words in reason for reason in told.reasons), told.reasons


def test_a_prompt_that_was_copied_from_post_is_synthetic(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    def copy(sample: Sample) -> Sample:
        ready = Marker(name="prompt_ready", stamp_us=sample.stamp("post_plugin_end"), provenance=Provenance.NATIVE)
        post = sample.lifecycle.post_plugin_total_ms
        return replace(with_marker(sample, ready), lifecycle=replace(sample.lifecycle, prompt_ready_ms=post))

    told = judged(run_maker([copy(sample) for sample in samples]))
    assert told.verdict == "synthetic"
    assert "prompt is identical to post" in told.reasons[0]


def test_a_prompt_that_always_follows_closely_after_post_is_no_pattern(
    samples: list[Sample], run_maker: Callable[[list[Sample]], Run]
) -> None:
    def close(sample: Sample) -> Sample:
        at = (sample.stamp("post_plugin_end") or 0) + 240 + sample.index % 2
        ready = Marker(name="prompt_ready", stamp_us=at, provenance=Provenance.NATIVE)
        total = (at - (sample.stamp("pre_plugin_end") or 0)) / 1000
        return replace(with_marker(sample, ready), lifecycle=replace(sample.lifecycle, prompt_ready_ms=total))

    assert judged(run_maker([close(sample) for sample in samples[:4]])).verdict == "authentic"


def test_a_half_written_run_is_unknown(run: Run) -> None:
    data = msgspec.json.encode(run)
    told = judge_content("x", data[: len(data) // 2])
    assert (told.verdict, told.format) == ("unknown", "perf-multi.v2")
    assert told.reasons == ("half-written: it ends inside a value",)


def test_a_long_run_of_reasons_is_shortened(samples: list[Sample], run_maker: Callable[[list[Sample]], Run]) -> None:
    bent = [
        replace(sample, lifecycle=replace(sample.lifecycle, prompt_ready_ms=1.0 + i))
        for i, sample in enumerate(samples * 3)
    ]
    told = judged(run_maker(bent))
    assert len(told.reasons) == 13
    assert told.reasons[-1] == "and 12 more of the kind"


def test_a_latency_is_held_against_the_stamps_of_the_session_it_comes_from(samples: list[Sample]) -> None:
    sample = samples[0]
    told = sample.latencies.first_prompt_ms or 0
    apart = Undisturbed(spawn_us=1_000_000, first_prompt_us=1_000_000 + round(told * 1000))
    assert list(sample_signs(replace(sample, undisturbed=apart))) == []
    moved = replace(apart, first_prompt_us=(apart.first_prompt_us or 0) + 500)
    assert [sign.weight for sign in sample_signs(replace(sample, undisturbed=moved))] == ["made_up"]
