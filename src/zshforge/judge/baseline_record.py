"""Recording baselines: only from a whole run that the authenticity check accepts, and never without a way back."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.authentic_run import run_signs
from zshforge.judge.authentic_signs import identical, verdict_of
from zshforge.model.baseline import Baseline, BaselineKind, PrepluginBaseline, SegmentMedian
from zshforge.model.errors import BaselineRefused, UsageError
from zshforge.stats.describe import iqr_fences, mean, median, nearest_rank, sample_stddev, summarise
from zshforge.store.artifacts import write_artifact
from zshforge.store.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from msgspec import Struct

    from zshforge.model.run import Run
    from zshforge.model.sample import Sample
    from zshforge.model.settings import Settings

DEFAULT = "default"
"""The baseline that comparisons use when no other is named."""

_KINDS: dict[str, BaselineKind] = {DEFAULT: "current", "legacy": "legacy"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
PREVIOUS = ".previous"
"""What the name of an earlier baseline, which a later one replaced, ends with."""


class Recorded(NamedTuple):
    """What was written.

    Attributes:
        files: The baselines.
        notes: Sentences about what was not written, and where an earlier baseline is kept.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def check_name(name: str) -> None:
    """Refuse what cannot be a baseline's name.

    Raises:
        UsageError: It would be no plain file name, or that of an earlier baseline.
    """
    if not _NAME.fullmatch(name) or name.endswith(PREVIOUS):
        raise UsageError(
            f"{name!r} is no name for a baseline", hint="letters, digits, dots, dashes; at most 64, not x.previous"
        )


def record_baseline(run: Run, name: str, *, metrics: Path, now: str, settings: Settings) -> Recorded:
    """Write the baseline of a run, and the one of its pre-plugin phase where that is long enough.

    Args:
        run: What was measured.
        name: ``default`` or another one (:func:`check_name`).
        metrics: The workspace's folder of metrics.
        now: UTC in ISO 8601.
        settings: The group ``baseline``, and what marks an outlier.

    Raises:
        BaselineRefused: The run is short, partial, or not authentic; nothing was written.
        ZfError: The file system refused.
    """
    made = baseline_of(run, name, now)
    path = metrics / "perf-baseline.json" if name == DEFAULT else metrics / "baselines" / f"{name}.json"
    files, notes = [path], _replace(path, made)
    pre_path = metrics / "preplugin-baseline.json"
    try:
        pre = preplugin_of(run, name, settings)
    except BaselineRefused as refused:
        notes.append(f"no pre-plugin baseline: {refused.what}")
    else:
        notes += _replace(pre_path, pre)
        files.append(pre_path)
    return Recorded(tuple(files), tuple(notes))


def baseline_of(run: Run, name: str, now: str) -> Baseline:
    """Make the baseline of a run.

    Raises:
        BaselineRefused: The run is short, partial, or not authentic.
    """
    _refuse(run)
    segments = (
        SegmentMedian(
            name=s.name, phase=s.phase, kind=s.kind, samples=s.samples, ms=s.ms.median, self_ms=s.self_ms.median
        )
        for s in run.segments
    )
    return Baseline(
        name=name,
        kind=_KINDS.get(name, "named"),
        recorded_at=now,
        run_id=run.run_id,
        timestamp=run.timestamp,
        config=run.config,
        config_digest=run.fingerprint.config_digest,
        framework=run.framework,
        fingerprint=run.fingerprint,
        latencies=run.latencies,
        lifecycle=run.lifecycle,
        counters=run.counters,
        capabilities=run.capabilities,
        segments=tuple(segments),
        guidelines_checksum=run.guidelines_checksum,
        samples=run.per_run,
    )


def preplugin_of(run: Run, tag: str, settings: Settings) -> PrepluginBaseline:
    """Make the baseline of a run's pre-plugin phase.

    Raises:
        BaselineRefused: Too few authentic values, all zero, all the same, or too few between the fences.
    """
    sources = [s for s in run.per_run if s.authentic and s.lifecycle.pre_plugin_total_ms is not None]
    raw = [s.lifecycle.pre_plugin_total_ms or 0.0 for s in sources]
    _refuse_values(raw, settings.integer("baseline.pre_runs"))
    kept, discarded = _filtered(raw, settings)
    if len(kept) < settings.integer("baseline.pre_min_runs"):
        wanted = settings.integer("baseline.pre_min_runs")
        raise BaselineRefused(
            f"{len(kept)} of {len(raw)} are left between the fences, baseline.pre_min_runs asks for {wanted}",
            hint="more samples (-n), or a quieter machine",
        )
    return PrepluginBaseline(
        samples_ms=tuple(raw),
        filtered_ms=tuple(kept),
        discarded=tuple(discarded),
        sample_count=len(raw),
        mean_ms=mean(raw) or 0.0,
        stdev_ms=sample_stddev(raw),
        min_ms=min(raw),
        max_ms=max(raw),
        p50_ms=median(raw) or 0.0,
        p90_ms=nearest_rank(raw, 90) or 0.0,
        p95_ms=nearest_rank(raw, 95) or 0.0,
        filtered=summarise(
            kept, outlier_factor=settings.number("outlier.factor"), mad_z=settings.number("outlier.mad_z")
        ),
        provenance=_sources(sources),
        captured_at=run.timestamp,
        tag=tag,
        run_id=run.run_id,
        config=run.config,
        config_digest=run.fingerprint.config_digest,
        fingerprint=run.fingerprint,
        guidelines_checksum=run.guidelines_checksum,
    )


def _refuse(run: Run) -> None:
    """Tell why a run may not be a baseline, the plainest reason first."""
    if not run.authentic_samples:
        raise BaselineRefused("no authentic sample, so no baseline", where=run.config, hint="zf capture tells why")
    if run.partial or run.auth_shortfall:
        told = f"{run.authentic_samples} of {run.requested_samples} samples are authentic"
        raise BaselineRefused(
            f"the run is partial ({told}), so no baseline", where=run.config, hint="look at its flags and failures"
        )
    if not any(value for s in run.per_run for value in _numbers(s)):
        raise BaselineRefused("every number of the run is zero, so no baseline", where=run.config)
    verdict, reasons = verdict_of(run_signs(run))
    if verdict != "authentic":
        raise BaselineRefused(f"the run is {verdict}, so no baseline: {'; '.join(reasons)}", where=run.config)


def _numbers(sample: Sample) -> list[float | None]:
    return [getattr(group, name) for group in (sample.latencies, sample.lifecycle) for name in group.__struct_fields__]


def _refuse_values(raw: Sequence[float], wanted: int) -> None:
    if len(raw) < wanted:
        raise BaselineRefused(
            f"{len(raw)} authentic samples, baseline.pre_runs asks for {wanted}", hint=f"zf capture -n {wanted}"
        )
    if not any(raw):
        raise BaselineRefused(f"the pre-plugin totals of all {len(raw)} samples are all zero")
    if identical(raw):
        raise BaselineRefused(f"the pre-plugin totals of all {len(raw)} samples are identical ({raw[0]:g} ms)")


def _filtered(raw: Sequence[float], settings: Settings) -> tuple[list[float], list[float]]:
    fences = iqr_fences(raw, settings.number("baseline.iqr_factor")) if settings.flag("baseline.iqr_filter") else None
    if fences is None:
        return list(raw), []
    inside = [fences[0] <= value <= fences[1] for value in raw]
    pairs = list(zip(raw, inside, strict=True))
    return [value for value, kept in pairs if kept], [value for value, kept in pairs if not kept]


def _sources(samples: Sequence[Sample]) -> dict[str, int]:
    words = [sample.provenance.pre.value for sample in samples]
    return {word: words.count(word) for word in sorted(set(words))}


def _replace(path: Path, record: Struct) -> list[str]:
    """Put a record in the place of an earlier one, which is kept as it is beside it."""
    previous = path.with_name(f"{path.stem}{PREVIOUS}{path.suffix}")
    notes: list[str] = []
    with contextlib.suppress(FileNotFoundError):
        atomic_write(previous, path.read_bytes())
        notes.append(f"the earlier {path.name} is {previous.name}")
    write_artifact(path, record)
    return notes
