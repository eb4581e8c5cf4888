"""The files that a capture leaves in a workspace, each validated and replaced atomically."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.model.current import Current, CurrentSegment
from zshforge.model.markers import Provenance, Segment
from zshforge.model.run import Run, RunSet
from zshforge.stats.describe import mean
from zshforge.store.artifacts import write_artifact
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.model.sample import Sample
    from zshforge.store.workspace import Workspace

_TOTALS = (
    ("PRE_PLUGIN_COMPLETE", "pre_plugin_start", "pre_plugin_end"),
    ("POST_PLUGIN_COMPLETE", "pre_plugin_end", "post_plugin_end"),
    ("PROMPT_READY_COMPLETE", "pre_plugin_end", "prompt_ready"),
)


def write_artifacts(workspace: Workspace, runs: Sequence[Run]) -> tuple[Path, ...]:
    """Write what was measured; one configuration also gets the guide's single-run files.

    Returns:
        The files, in the order in which they were written.
    """
    multi = workspace.metrics / "perf-multi-current.json"
    first = runs[0]
    write_artifact(
        multi,
        first if len(runs) == 1 else RunSet(seed=first.seed, order=tuple(r.config for r in runs), runs=tuple(runs)),
    )
    written = [multi]
    one_config = [run for run in runs if run.config == first.config]
    if len(one_config) == len(runs) and any(run.per_run for run in runs):
        current = workspace.metrics / "perf-current.json"
        write_artifact(current, current_of(runs))
        lines = segment_lines(_last(runs[-1]), runs[-1].guidelines_checksum)
        path = workspace.metrics / "perf-current-segments.txt"
        atomic_write(path, ("\n".join(lines) + "\n").encode())
        written += [current, path]
    return tuple(written)


def current_of(runs: Sequence[Run]) -> Current:
    """The last cold and the last warm sample of one configuration."""
    by_state = {run.state: run for run in runs if run.per_run}
    samples = {state: _last(run) for state, run in by_state.items()}
    shown_state = "warm" if "warm" in samples else "cold"
    shown, run = samples[shown_state], by_state[shown_state]
    times = {state: sample.latencies.first_prompt_ms for state, sample in samples.items()}
    both = [times[state] for state in ("cold", "warm") if times.get(state) is not None]
    missing = {
        f"{state}_ms": f"no {state} session was measured (--state)"
        for state in ("cold", "warm")
        if state not in samples
    }
    return Current(
        run_id=run.run_id,
        timestamp=run.timestamp,
        config=run.config,
        framework=run.framework,
        mean_ms=mean([t for t in both if t is not None]) if len(both) == 2 else None,  # noqa: PLR2004  cold and warm
        cold_ms=times.get("cold"),
        warm_ms=times.get("warm"),
        pre_plugin_cost_ms=shown.lifecycle.pre_plugin_total_ms,
        post_plugin_cost_ms=shown.lifecycle.post_plugin_total_ms,
        prompt_ready_ms=shown.lifecycle.prompt_ready_ms,
        segments_available=bool(shown.segments),
        lifecycle=shown.lifecycle,
        marker_provenance=shown.provenance,
        markers_native=run.markers_native,
        latencies=shown.latencies,
        post_plugin_segments=_segments(samples),
        guidelines_checksum=run.guidelines_checksum,
        reasons=shown.reasons | missing,
        samples=samples,
    )


def segment_lines(sample: Sample, checksum: str | None = None) -> list[str]:
    """One session's log in the guide's format, with the absolute stamps that prove it, and its policy's checksum."""
    stamps = {marker.name: marker for marker in sample.markers if marker.stamp_us is not None}
    lines = [
        f"MARK name={marker.name} us={marker.stamp_us}"
        for marker in sample.markers
        if marker.stamp_us is not None and marker.provenance is not Provenance.MISSING and marker.name in _LOGGED
    ]
    for segment in sorted(sample.segments, key=lambda s: s.start_us):
        lines.append(_segment_line(segment, sample.state))
        if segment.phase == "post_plugin":
            lines.append(f"POST_PLUGIN_SEGMENT {_word(segment.name)} {int(segment.ms)}")
    for word, first, last in _TOTALS:
        if first in stamps and last in stamps:
            start, end = stamps[first].stamp_us or 0, stamps[last].stamp_us or 0
            lines.append(f"{word} {(end - start) // 1000} start_us={start} end_us={end}")
    if checksum is not None:
        lines.append(f"POLICY checksum={checksum}")
    return lines


_LOGGED = ("rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end", "prompt_ready")


def _segment_line(segment: Segment, state: str) -> str:
    return (
        f"SEGMENT name={_word(segment.name)} ms={int(segment.ms)} phase={segment.phase} sample={state} "
        f"start_us={segment.start_us} end_us={segment.end_us}"
    )


def _word(label: str) -> str:
    return "_".join(label.split()) or "unnamed"


def _last(run: Run) -> Sample:
    """The last authentic sample, or the last one when none is."""
    authentic = [sample for sample in run.per_run if sample.authentic]
    return (authentic or list(run.per_run))[-1]


def _segments(samples: dict[str, Sample]) -> tuple[CurrentSegment, ...]:
    costs = {
        state: {s.name: s.ms for s in sample.segments if s.phase == "post_plugin"} for state, sample in samples.items()
    }
    labels = dict.fromkeys(label for cost in costs.values() for label in cost)
    found = []
    for label in labels:
        cold, warm = (costs.get(state, {}).get(label) for state in ("cold", "warm"))
        average = (cold + warm) / 2 if cold is not None and warm is not None else None
        found.append(CurrentSegment(label=label, cold_ms=cold, warm_ms=warm, mean_ms=average))
    return tuple(found)
