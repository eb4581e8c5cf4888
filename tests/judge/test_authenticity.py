"""Recorded data of the scripts before zf, of every format, are judged by what they claim."""

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zshforge.judge.authenticity import JUDGES, judge_content, judge_file, judge_files

FIXTURES = Path(__file__).parents[1] / "fixtures" / "authenticity"

#: File, format, verdict, and words that one of its reasons must hold.
EXPECTED = [
    ("async-off.txt", "async-metrics", "unknown", "nothing was measured"),
    ("badge.json", "badge", "unknown", "derived"),
    ("baseline-wrong-mean.json", "perf-baseline", "synthetic", "recorded as 1800"),
    ("baseline-zero.json", "perf-baseline", "synthetic", "all 5 raw values are zero"),
    ("baseline.json", "perf-baseline", "unknown", "not provable"),
    ("bench-log.txt", "bench-core.v1", "synthetic", "its own values give 21.4"),
    ("bench-log.txt", "bench-core.v1", "synthetic", "log text before the object"),
    ("bench-plain.json", "bench-core.v1", "unknown", "medians only"),
    ("bench-repeated.json", "bench-core.v1", "synthetic", "25.81 us for 3 functions"),
    ("bench-shimmed.json", "bench-core.v1", "synthetic", "1 of 2 functions are shimmed"),
    ("bench-shimmed.json", "bench-core.v1", "synthetic", "shimmed_count says 0"),
    ("collisions-comma.json", "function-collisions", "unknown", "comma before a closing bracket (line 5)"),
    ("current-copied.json", "perf-current", "synthetic", "prompt is identical to post"),
    ("current-derived.json", "perf-current", "unknown", "no native marker for pre, post, prompt"),
    ("current-halves.json", "perf-current", "synthetic", "cold and warm: pre is 30%"),
    ("current-native.json", "perf-current", "authentic", "reported by the shell itself"),
    ("current-zero.json", "perf-current", "synthetic", "all zero"),
    ("current-zero.json", "perf-current", "synthetic", "segments_available is true"),
    ("empty.json", "empty", "unknown", "empty"),
    ("gating-state.json", "variance-gating-state", "unknown", "'sentry' is none of"),
    ("governance-green.json", "governance-badge.v1", "unknown", "sources are missing (perf_drift)"),
    ("ledger-empty.json", "module-ledger", "unknown", "missing-script"),
    ("log-then-empty.txt", "empty-object", "unknown", "log text inside"),
    ("manifest.json", "async-manifest", "unknown", "limits and budgets"),
    ("module-fire-silent.json", "module-fire", "unknown", "no native marker fired"),
    ("multi-comma.json", "perf-multi.v1", "synthetic", "not JSON: a comma"),
    ("multi-half-written.json", "perf-multi.v1", "unknown", "half-written"),
    ("multi-native.json", "perf-multi.v1", "authentic", "reported the prompt in all 4 samples"),
    (
        "multi-ratio.json",
        "perf-multi.v1",
        "synthetic",
        "between post and prompt / post is the same in all 5 samples",
    ),
    ("multi-split.json", "perf-multi.v1", "synthetic", "pre is 30%"),
    ("multi-split.json", "perf-multi.v1", "synthetic", "4 of 4 have a prompt that is approx"),
    ("multi-split.json", "perf-multi.v1", "synthetic", "together outlast the start"),
    ("multi-wrong-mean.json", "perf-multi.v1", "synthetic", "mean is recorded as 334"),
    ("notes.md", "text", "unknown", "plain text"),
    ("options.txt", "options-snapshot", "unknown", "2 shell options"),
    ("preplugin-cut-off.json", "preplugin-baseline", "unknown", "mean is recorded as 33, its own values give 33.8"),
    ("progress-fast.log", "progress-log", "synthetic", "in the 5 rows with a post total: pre is 30%"),
    ("progress-unmarked.log", "progress-log", "unknown", "5 of 5 rows saw neither post nor prompt"),
    ("segments-backwards.txt", "segments", "synthetic", "plugins_end is stamped before pre_plugin_end"),
    ("segments-bare.txt", "segments", "unknown", "no stamps for pre_plugin_total"),
    ("segments-half-written.txt", "segments", "unknown", "half-written"),
    ("segments-lying.txt", "segments", "synthetic", "4 ms are not the difference of its stamps"),
    ("segments-split.txt", "segments", "synthetic", "post was copied"),
    ("segments-stamped.txt", "segments", "authentic", "difference of their own stamps"),
    ("simple-identical.json", "perf-multi-simple.v1", "synthetic", "all 5 values of post are identical (412 ms)"),
    ("simple-noise.json", "perf-multi-simple.v1", "unknown", "no provenance"),
    ("simple-split.json", "perf-multi-simple.v1", "synthetic", "pre is 30%"),
    ("variance-null.json", "variance-state.v1", "unknown", "derived from nothing"),
]


@pytest.mark.parametrize(("name", "form", "verdict", "words"), EXPECTED)
def test_a_file_gets_its_verdict_with_the_reason(name: str, form: str, verdict: str, words: str) -> None:
    told = judge_file(FIXTURES / name)
    assert (told.format, told.verdict) == (form, verdict)
    assert any(words in reason for reason in told.reasons), told.reasons


def test_no_fixture_is_left_unjudged() -> None:
    assert {name for name, *_ in EXPECTED} == {path.name for path in FIXTURES.iterdir()}


def test_the_name_of_a_file_plays_no_part() -> None:
    data = (FIXTURES / "multi-split.json").read_bytes()
    assert judge_content("notes.md", data).reasons == judge_content("perf-multi.v2.json", data).reasons


def test_a_missing_file_is_unknown_and_says_so(tmp_path: Path) -> None:
    told = judge_file(tmp_path / "gone.json")
    assert told.verdict == "unknown"
    assert told.reasons == ("cannot be read: No such file or directory",)


def test_a_folder_and_a_pipe_are_unknown_and_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert judge_file(tmp_path).reasons == ("not a regular file",)
    assert judge_file(tmp_path / "pipe").reasons == ("not a regular file",)


def test_a_path_that_is_not_utf8_can_be_told(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    assert msgspec.json.encode(judge_file(path))


def test_a_report_is_authentic_only_when_every_file_is() -> None:
    good, bad = FIXTURES / "multi-native.json", FIXTURES / "badge.json"
    assert judge_files([good, good]).authentic
    assert not judge_files([good, bad]).authentic
    assert not judge_files([]).authentic


@pytest.mark.parametrize("cut", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("name", ["multi-native.json", "current-native.json", "segments-stamped.txt"])
def test_what_was_cut_off_is_never_authentic(name: str, cut: float) -> None:
    data = (FIXTURES / name).read_bytes()
    assert judge_content(name, data[: int(cut * len(data)) - 1]).verdict != "authentic"


totals = st.lists(st.integers(min_value=50, max_value=20_000), min_size=3, max_size=12)


@given(totals)
def test_samples_that_were_split_off_their_totals_are_always_synthetic(posts: list[int]) -> None:
    rows = [
        {
            "index": i,
            "cold_ms": post + 3,
            "warm_ms": post,
            "pre_plugin_cost_ms": max(1, 3 * post // 10),
            "post_plugin_cost_ms": post,
            "prompt_ready_ms": post + 40 + i,
            "prompt_provenance": "native",
        }
        for i, post in enumerate(posts, 1)
    ]
    told = judge_content("x", msgspec.json.encode({"schema": "perf-multi.v1", "per_run": rows, "aggregate": {}}))
    assert told.verdict == "synthetic"
    assert any("pre is 30%" in reason for reason in told.reasons)


scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 10**6), st.floats(0, 1e9), st.just("fast"))
rows = st.lists(
    st.one_of(scalars, st.fixed_dictionaries({"cold_ms": scalars, "prompt_provenance": scalars})), max_size=3
)
json_values = st.one_of(scalars, rows, st.fixed_dictionaries({"values": rows, "post": scalars, "mean": scalars}))

#: Fields that judges look at, so that the search reaches them with values of any type.
FIELDS = (
    *("per_run", "aggregate", "metrics", "raw_runs", "raw_mean_ms", "filtered_runs", "samples_ms", "mean_ms"),
    *("functions", "shimmed_count", "tag", "cold_ms", "warm_ms", "pre_plugin_cost_ms", "post_plugin_cost_ms"),
    *("prompt_ready_ms", "markers_observed", "marker_provenance", "rsd", "sources", "badge", "segments", "overall"),
    *("tasks", "mode", "stable_run_count", "duplicates", "message", "authentic_samples", "runs", "config"),
)


@given(st.sampled_from(sorted(JUDGES)), st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6))
def test_any_json_under_any_schema_gets_a_verdict_with_a_reason(schema: str, fields: dict[str, object]) -> None:
    told = judge_content("x", msgspec.json.encode({"schema": schema, **fields}))
    assert told.reasons
    assert told.verdict != "authentic"


@pytest.mark.parametrize(
    "line",
    [
        "SEGMENT name=x ms=1 start_us=inf end_us=nan",
        "SEGMENT name=x ms=1e999",
        "PRE_PLUGIN_COMPLETE 1.2.3",
        "MARK name=x us=99999999999999999999999999",
        "phase=cold state=x total_ms=9 pre=inf post=nan prompt=-1",
        "BENCH name=x per_call_us=1.2.3",
    ],
)
def test_lines_with_odd_numbers_get_a_verdict(line: str) -> None:
    told = judge_content("x", f"{line}\n".encode())
    assert told.verdict != "authentic"
    assert told.reasons


def test_a_ratio_can_be_told_although_the_first_row_is_empty() -> None:
    posts = [0, 9871, 9312, 9555, 9705, 9177]
    rows = [{"pre_plugin_cost_ms": int(0.41 * post), "post_plugin_cost_ms": post} for post in posts]
    told = judge_content("x", msgspec.json.encode({"per_run": rows, "aggregate": {}}))
    assert told.verdict == "synthetic"
    assert any("pre / post is the same" in reason for reason in told.reasons)
