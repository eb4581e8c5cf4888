"""From samples to a run."""

from test_marks import GOOD

from zshforge.capture.aggregate import Frame, aggregate
from zshforge.capture.lifecycle import native_story
from zshforge.capture.observation import Observation
from zshforge.capture.sample import Origin, make_sample
from zshforge.judge.authenticity import judge_content
from zshforge.model.run import Fingerprint, Isolation, Overhead
from zshforge.model.sample import Sample
from zshforge.model.schema import decode, encode
from zshforge.model.settings import load_settings

SETTINGS = load_settings(environ={})
PRINT = Fingerprint(
    host="h", system="Linux", kernel="6", cpu="c", cpu_count=2, zsh="5.9", zsh_path="/usr/bin/zsh", columns=80, rows=24,
    term="xterm", locale="C.UTF-8", login=True, state="warm", config_digest="d", tool="0.1.0", load=0.1,
)  # fmt: skip


def frame(**changes: object) -> Frame:
    fields: dict[str, object] = {
        "run_id": "20260101T000000-abcdef",
        "timestamp": "2026-01-01T00:00:00Z",
        "config": "builtin",
        "framework": "zshforge",
        "state": "warm",
        "seed": 7,
        "requested": 4,
        "fingerprint": PRINT,
        "isolation": Isolation(method="copy"),
        "overhead": Overhead(method="none", reason="not measured"),
    }
    return Frame(**{**fields, **changes})  # type: ignore[arg-type]


def native(index: int, late_us: int = 0, lines: list[str] = GOOD) -> Sample:
    def moved(line: str) -> str:
        total = f"PROMPT_READY_COMPLETE {(3100 + late_us) // 1000}"
        return line.replace("us=4500", f"us={4500 + late_us}").replace("PROMPT_READY_COMPLETE 3", total)

    seen = Observation(
        spawn_us=50,
        prompt_us=5_050 + late_us,
        command_us=6_050 + late_us,
        idle_us=9_000_000,
        input_us=(700 + index,),
        prompt_mean_us=1_250,
        marks=tuple(moved(line) for line in lines),
    )
    return make_sample(seen, native_story(seen), Origin(index=index, config="builtin"), exit_ms=2.0 + index / 10)


def test_a_run_counts_what_was_asked_and_what_was_authentic() -> None:
    broken = native(4, lines=[line for line in GOOD if "post_plugin_end" not in line])
    run = aggregate(frame(), [native(1), native(2, 20), native(3, 35), broken], SETTINGS)
    assert run.requested_samples == 4
    assert run.samples == 4
    assert run.authentic_samples == 3
    assert run.auth_shortfall == 1
    assert run.partial is True
    assert "missing:post_plugin_end" in run.sample_flags
    assert run.markers_native is False


def test_only_authentic_samples_enter_the_lifecycle_and_salvage_enters_nothing() -> None:
    broken = native(4, lines=[line for line in GOOD if "post_plugin_end" not in line])
    run = aggregate(frame(), [native(1), native(2, 20), native(3, 35), broken], SETTINGS)
    assert broken.salvage
    assert len(run.lifecycle["post_plugin_total_ms"].values) == 3
    assert run.provenance.post == {"native": 3, "missing": 1}
    assert run.provenance.summary == "all_native"


def test_an_outlier_is_marked_with_the_segment_that_made_it_and_kept() -> None:
    slow = [line.replace("end_us=3600", "end_us=203600").replace("ms=2 phase", "ms=202 phase") for line in GOOD]
    slow = [line.replace("us=4000", "us=204000").replace("COMPLETE 2 start", "COMPLETE 202 start") for line in slow]
    slow = [line.replace("us=4500", "us=204500").replace("COMPLETE 3 start", "COMPLETE 203 start") for line in slow]
    seen = Observation(spawn_us=50, prompt_us=205_050, command_us=206_050, idle_us=9_000_000, marks=tuple(slow))
    outlier = make_sample(seen, native_story(seen), Origin(index=5, config="builtin"), exit_ms=None)
    run = aggregate(frame(requested=5), [native(n, 10 * n) for n in range(1, 5)] + [outlier], SETTINGS)
    marked = run.latencies["first_prompt_ms"].outliers
    assert [o.index for o in marked] == [4]
    assert marked[0].segment == "compinit"
    assert marked[0].provenance == "observed"
    assert len(run.latencies["first_prompt_ms"].values) == 5


def test_a_metric_that_nobody_measured_is_null_with_the_commonest_reason() -> None:
    run = aggregate(frame(requested=1), [native(1)], SETTINGS)
    empty = aggregate(frame(requested=1), [], SETTINGS)
    assert run.counters["instructions_user"].median is None
    assert empty.latencies["first_prompt_ms"].median is None
    assert empty.latencies["first_prompt_ms"].reason
    assert empty.stability.verdict == "unknown"


def test_a_run_survives_writing_and_reading_and_our_own_judge() -> None:
    run = aggregate(frame(), [native(n, 37 * n * n) for n in range(1, 5)], SETTINGS)
    data = encode(run)
    assert decode("perf-multi.v2", data, where="x") == run
    verdict = judge_content("x.json", data)
    assert verdict.verdict == "authentic", verdict.reasons


def test_segments_are_summarised_over_the_sessions_that_showed_them() -> None:
    run = aggregate(frame(), [native(n, n) for n in range(1, 5)], SETTINGS)
    assert [s.name for s in run.segments] == ["compinit", "00-path-safety"]
    assert run.segments[0].samples == 4
    assert run.segments[0].ms.median == 2.0
