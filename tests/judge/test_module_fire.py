"""Whether markers and segments fire: what a run shows, what it must show, and what a recorded document says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from recorded_runs import recorded_run

from zshforge.judge.module_fire import module_fire
from zshforge.judge.module_fire_file import module_fire_of
from zshforge.judge.required_labels import Requirement, required_labels
from zshforge.model.errors import ArtifactInvalid, NothingRecorded
from zshforge.model.markers import Marker, Provenance
from zshforge.model.sample import ProvenanceTrio
from zshforge.model.settings import load_settings
from zshforge.store.artifacts import write_artifact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.model.module_fire import ModuleFire
    from zshforge.model.run import Run

SETTINGS = load_settings(environ={})
SEGMENTS = {"compinit": (12.0, 13.0, 11.0, 12.5, 12.1), "20-essential": (3.0, 3.1, 2.9, 3.0, 3.2)}
COMPINIT = Requirement(name="compinit", why="a test wants it")


def fired(run: Run, required: Sequence[Requirement] = (), *, strict: bool = True) -> ModuleFire:
    return module_fire(run, required, SETTINGS, strict=strict)


def observed(run: Run) -> Run:
    """The same sessions, seen from outside alone."""
    trio = ProvenanceTrio(pre=Provenance.OBSERVED, post=Provenance.OBSERVED, prompt=Provenance.OBSERVED)
    samples = tuple(
        replace(
            sample,
            provenance=trio,
            markers=tuple(replace(m, provenance=Provenance.OBSERVED) for m in sample.markers),
            segments=tuple(replace(s, provenance=Provenance.OBSERVED, kind="file") for s in sample.segments),
        )
        for sample in run.per_run
    )
    return replace(run, framework="plain", per_run=samples)


def without_segment(run: Run, session: int, name: str) -> Run:
    samples = list(run.per_run)
    kept = tuple(s for s in samples[session].segments if s.name != name)
    samples[session] = replace(samples[session], segments=kept)
    return replace(run, per_run=tuple(samples))


def test_native_markers_and_segments_pass_and_carry_the_guides_fields() -> None:
    made = fired(recorded_run(segments=SEGMENTS), [COMPINIT])
    assert (made.verdict, made.exit_code, made.reasons) == ("pass", 0, ())
    assert (made.diagnostics.emits_granular_segments, made.diagnostics.emits_native_prompt) == (1, 1)
    assert (made.pre_native, made.post_native, made.prompt_native) == (1, 1, 1)
    assert made.post_segment_labels == ("compinit", "20-essential")
    assert made.post_segment_count == 2
    assert made.post_segment_sum_ms == pytest.approx(12.1 + 3.0)
    assert made.lifecycle_post_ms == pytest.approx(20.688)
    assert made.recommendations == ()


def test_each_label_has_its_statistics() -> None:
    made = fired(recorded_run(segments=SEGMENTS))
    label = next(label for label in made.labels if label.name == "compinit")
    assert (label.samples, label.min_ms, label.max_ms, label.median_ms) == (5, 11.0, 13.0, 12.1)
    assert label.mean_ms == pytest.approx(12.12)
    assert label.stddev_ms == pytest.approx(0.7396, abs=1e-3)
    assert (label.phase, label.provenance) == ("post_plugin", "native")


def test_what_was_only_observed_is_not_native_and_is_told_as_such() -> None:
    made = fired(observed(recorded_run(segments=SEGMENTS)))
    assert (made.diagnostics.emits_granular_segments, made.diagnostics.emits_native_prompt) == (0, 0)
    assert (made.verdict, made.exit_code) == ("fail", 1)
    assert len(made.labels) == 2
    assert any("from outside" in advice for advice in made.recommendations)


def test_soft_tells_the_same_and_stops_nobody() -> None:
    made = fired(observed(recorded_run(segments=SEGMENTS)), strict=False)
    assert (made.verdict, made.mode, made.exit_code) == ("fail", "warn", 0)


def test_one_session_without_a_native_prompt_is_enough_to_fail() -> None:
    run = recorded_run(segments=SEGMENTS)
    markers = [Marker.missing(m.name, "no") if m.name == "prompt_ready" else m for m in run.per_run[2].markers]
    trio = ProvenanceTrio(pre=Provenance.NATIVE, post=Provenance.NATIVE)
    odd = replace(run.per_run[2], provenance=trio, markers=tuple(markers))
    made = fired(replace(run, per_run=(*run.per_run[:2], odd, *run.per_run[3:])))
    assert made.diagnostics.emits_native_prompt == 0
    assert "native in 4 of 5" in " ".join(made.reasons)


def test_a_required_label_must_fire_in_every_session() -> None:
    run = recorded_run(segments=SEGMENTS)
    statuses = {
        fired(seen, [COMPINIT]).required[0].status
        for seen in (run, without_segment(run, 1, "compinit"), recorded_run(segments={"x": SEGMENTS["compinit"]}))
    }
    assert statuses == {"fired", "sometimes", "missing"}
    made = fired(without_segment(run, 1, "compinit"), [COMPINIT])
    assert (made.verdict, made.exit_code) == ("fail", 1)
    assert "compinit" in " ".join(made.reasons)


def test_a_label_of_another_name_does_not_count_for_a_required_one() -> None:
    made = fired(recorded_run(segments={"compinit-extra": SEGMENTS["compinit"]}), [COMPINIT])
    assert made.required[0].status == "missing"


def test_defects_of_marker_lines_fail() -> None:
    run = recorded_run(segments=SEGMENTS)
    odd = replace(run.per_run[0], flags=("twice:prompt_ready", "not_idle"))
    made = fired(replace(run, per_run=(odd, *run.per_run[1:])))
    assert made.problems == ("twice:prompt_ready",)
    assert made.verdict == "fail"


def test_no_session_is_unknown_and_no_pass() -> None:
    made = fired(replace(recorded_run(), per_run=()))
    assert (made.verdict, made.exit_code) == ("unknown", 3)
    assert made.lifecycle_post_ms is None


def test_the_same_sessions_silenced_would_fail() -> None:
    assert fired(recorded_run(segments=SEGMENTS), [COMPINIT]).can_fail


def test_the_shipped_configuration_requires_each_of_its_modules() -> None:
    names = {label.name for label in required_labels("zshforge", SETTINGS, ())}
    assert {"compinit", "10-core-functions", "60-ui-prompt", "00-path-safety"} <= names
    assert "p10k_theme" not in names


def test_other_configurations_require_what_their_settings_say() -> None:
    settings = load_settings(environ={"ZF_CAPTURE_REQUIRED_LABELS": "compinit, prompt"})
    assert [label.name for label in required_labels("plain", settings, ("mine",))] == ["compinit", "prompt", "mine"]
    assert required_labels("plain", SETTINGS, ()) == ()


SAMPLE = {
    "schema": "perf-module-fire-selftest.v1",
    "timestamp": "20250905T211854",
    "pre_native": 0,
    "post_native": 0,
    "prompt_native": 0,
    "lifecycle_post_ms": 0,
    "lifecycle_prompt_ms": 0,
    "post_segment_count": 1,
    "post_segment_sum_ms": 22,
    "post_segment_labels": ["zgenom-init"],
    "diagnostics": {"emits_granular_segments": 1, "emits_native_prompt": 0},
    "recommendations": ["Native PROMPT_READY_COMPLETE was not observed."],
}


def written(folder: Path, **changes: object) -> Path:
    file = folder / "module-fire.json"
    file.write_text(json.dumps(SAMPLE | changes))
    return file


def test_the_predecessors_document_fails_for_its_missing_prompt(tmp_path: Path) -> None:
    made = module_fire_of(written(tmp_path), (), strict=True)
    assert (made.verdict, made.exit_code) == ("fail", 1)
    assert (made.diagnostics.emits_granular_segments, made.diagnostics.emits_native_prompt) == (1, 0)
    assert made.lifecycle_post_ms is None  # zero is what it wrote for what it had not seen
    assert [(label.name, label.median_ms) for label in made.labels] == [("zgenom-init", None)]
    assert any("22 ms" in reason for reason in made.reasons)


def test_required_labels_of_a_document_are_judged_too(tmp_path: Path) -> None:
    made = module_fire_of(written(tmp_path), (COMPINIT,), strict=False)
    assert made.required[0].status == "missing"
    assert made.exit_code == 0


def test_a_document_that_contradicts_itself_is_no_pass(tmp_path: Path) -> None:
    lying = written(
        tmp_path,
        pre_native=1,
        post_native=1,
        prompt_native=1,
        post_segment_count=3,
        diagnostics={"emits_granular_segments": 1, "emits_native_prompt": 1},
    )
    made = module_fire_of(lying, (), strict=True)
    assert made.verdict == "fail"
    assert any("3 segments" in reason for reason in made.reasons)


def test_our_own_document_is_read_back_and_judged_again(tmp_path: Path) -> None:
    before = fired(recorded_run(segments=SEGMENTS), [COMPINIT], strict=False)
    write_artifact(tmp_path / "module-fire.json", before)
    again = module_fire_of(tmp_path / "module-fire.json", (), strict=True)
    assert (again.verdict, again.mode, again.labels) == ("pass", "gate", before.labels)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"schema": "other.v1"}', '{"schema": "perf-module-fire-selftest.v1"}', "\0"],
)
def test_broken_documents_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ArtifactInvalid):
        module_fire_of(tmp_path / "x.json", (), strict=False)


def test_a_document_that_is_not_there_is_nothing_recorded(tmp_path: Path) -> None:
    with pytest.raises(NothingRecorded):
        module_fire_of(tmp_path / "x.json", (), strict=False)
