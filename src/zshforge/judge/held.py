"""A recorded run or baseline as what later comparisons need of it: numbers of authentic sessions, and every doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.authentic_run import run_signs, samples_signs
from zshforge.judge.authentic_signs import verdict_of
from zshforge.judge.baselines import find_baseline
from zshforge.judge.own_cost import Cost, costs
from zshforge.model.baseline import Baseline
from zshforge.model.difference import Source
from zshforge.model.errors import ArtifactInvalid
from zshforge.model.markers import Provenance
from zshforge.model.run import Run
from zshforge.model.sample import LIFECYCLE_METRICS
from zshforge.stats.describe import median
from zshforge.store.artifacts import read_artifact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zshforge.model.run import Fingerprint
    from zshforge.model.sample import Sample


class Held(NamedTuple):
    """What a recorded run says.

    Attributes:
        source: The run.
        fingerprint: The machine and the conditions.
        samples: Its authentic sessions.
        totals: Median of each lifecycle total that was seen, in milliseconds, by the guide's segment names.
        segments: Median cost of each segment over the sessions that showed it.
        native: Whether the shell itself stamped every total.
        doubts: Why its numbers may not be used; empty when they may.
    """

    source: Source
    fingerprint: Fingerprint
    samples: tuple[Sample, ...]
    totals: dict[str, float]
    segments: dict[str, Cost]
    native: bool
    doubts: tuple[str, ...]


def total_name(metric: str) -> str:
    """The guide's segment name of a lifecycle total: ``prompt_ready_ms`` is ``prompt_ready``."""
    return metric.removesuffix("_ms")


def read_held(file: Path, name: str = "") -> Held:
    """Read a run or a baseline.

    Args:
        file: What ``zf capture`` or ``zf baseline save`` wrote.
        name: What to call it; the file's name if it is empty.

    Raises:
        NothingRecorded: There is no such file.
        ArtifactInvalid: It is broken, or neither of both.
    """
    record = read_artifact(file)
    if not isinstance(record, Run | Baseline):
        raise ArtifactInvalid(
            "is neither a run nor a baseline", where=str(file), hint="perf-multi-current.json, or a baseline's file"
        )
    return held_of(record, name or file.name)


def held_named(word: str, metrics: Path, cwd: Path) -> Held:
    """What a word of the command line names: a file, or a baseline.

    Raises:
        NothingRecorded: There is neither a file nor a baseline of that name.
        ArtifactInvalid: It is broken.
        UsageError: It cannot be the name of a baseline.
    """
    file = cwd / word
    if file.is_file() or "/" in word:
        return read_held(file, word)
    return held_of(find_baseline(word, metrics), word)


def last_run(metrics: Path) -> Path:
    """Where the last run lies."""
    return metrics / "perf-multi-current.json"


def held_of(record: Run | Baseline, name: str) -> Held:
    """What a record says, with every doubt about it."""
    every = record.per_run if isinstance(record, Run) else record.samples
    counted = tuple(sample for sample in every if sample.authentic)
    return Held(
        source=Source(
            name=name,
            run_id=record.run_id,
            timestamp=record.timestamp,
            config=record.config,
            config_digest=record.fingerprint.config_digest,
            samples=len(counted),
        ),
        fingerprint=record.fingerprint,
        samples=counted,
        totals=_totals(counted),
        segments=_segments(counted),
        native=bool(counted) and all(_native(sample) for sample in counted),
        doubts=_doubts(record, counted),
    )


def _doubts(record: Run | Baseline, counted: Sequence[Sample]) -> tuple[str, ...]:
    if not counted:
        return (f"{record.run_id} has no authentic sample",)
    short = isinstance(record, Run) and (record.partial or record.auth_shortfall > 0)
    told = (f"{record.run_id} is partial",) if short else ()
    if isinstance(record, Run):
        verdict, reasons = verdict_of(run_signs(record))
        return told if verdict == "authentic" else (*told, f"{record.run_id} is {verdict}", *reasons)
    signs = [
        s for s in samples_signs(counted, record.samples, record.latencies, record.lifecycle) if s.weight != "note"
    ]
    return (f"{record.run_id} is not authentic", *(sign.text for sign in signs)) if signs else told


def _totals(samples: Sequence[Sample]) -> dict[str, float]:
    found = {}
    for metric in LIFECYCLE_METRICS:
        values = [value for s in samples if (value := getattr(s.lifecycle, metric)) is not None]
        if (middle := median(values)) is not None:
            found[total_name(metric)] = middle
    return found


def _segments(samples: Sequence[Sample]) -> dict[str, Cost]:
    by_name: dict[str, list[Cost]] = {}
    for sample in samples:
        for name, cost in costs(sample.segments).items():
            by_name.setdefault(name, []).append(cost)
    return {
        name: Cost(median([c.ms for c in each]) or 0.0, median([c.own_ms for c in each]) or 0.0)
        for name, each in by_name.items()
    }


def _native(sample: Sample) -> bool:
    trio = sample.provenance
    return {trio.pre, trio.post, trio.prompt} == {Provenance.NATIVE}
