"""Runs that could have been measured here, made from stamps: totals and segments as a test wants them."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from zshforge.capture.fingerprint import this_machine
from zshforge.model.markers import Marker, Provenance, Segment
from zshforge.model.run import Fingerprint, Isolation, Overhead, ProvenanceCounts, Run, SegmentSummary, Stability
from zshforge.model.sample import Capabilities, Latencies, Lifecycle, ProvenanceTrio, Sample
from zshforge.model.summary import Summary
from zshforge.stats.describe import summarise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PRE = (5.306, 5.412, 5.201, 5.355, 5.288)
POST = (20.688, 21.105, 20.402, 20.911, 20.533)
_PROMPT_US = (885, 921, 873, 904, 866, 893, 915, 879)
_BASE_US = 1_700_000_000_000_000
_NATIVE = ProvenanceTrio(pre=Provenance.NATIVE, post=Provenance.NATIVE, prompt=Provenance.NATIVE)


def recorded_sample(index: int, pre_ms: float, post_ms: float, segments: Mapping[str, float]) -> Sample:
    """One session with these totals and, one after the other from the end of the first phase, these segments."""
    spawn = _BASE_US + index * 3_000_000
    wobble = _PROMPT_US[index % len(_PROMPT_US)]
    started = spawn + 2_000 + wobble
    pre_end = started + round(pre_ms * 1000)
    post_end = pre_end + round(post_ms * 1000)
    ready = post_end + wobble
    stamps = {
        "spawn": spawn,
        "rc_start": started - wobble // 9,
        "pre_plugin_start": started,
        "pre_plugin_end": pre_end,
        "plugins_end": pre_end + (post_end - pre_end) // 3,
        "post_plugin_end": post_end,
        "prompt_ready": ready,
        "first_prompt_seen": ready + wobble + index,
        "first_command_seen": ready + 41_000 + 3 * wobble,
        "idle": ready + 61_000 + 5 * wobble,
    }
    return Sample(
        index=index,
        config="builtin",
        authentic=True,
        markers=tuple(Marker(name=n, stamp_us=at, provenance=Provenance.NATIVE) for n, at in stamps.items()),
        segments=tuple(_segments(pre_end, segments)),
        lifecycle=Lifecycle(
            pre_plugin_total_ms=(pre_end - started) / 1000,
            post_plugin_total_ms=(post_end - pre_end) / 1000,
            prompt_ready_ms=(ready - pre_end) / 1000,
        ),
        provenance=_NATIVE,
        latencies=Latencies(
            first_prompt_ms=(stamps["first_prompt_seen"] - spawn) / 1000,
            first_command_ms=(stamps["first_command_seen"] - spawn) / 1000,
        ),
    )


def _segments(start_us: int, segments: Mapping[str, float]) -> list[Segment]:
    made = []
    for name, ms in segments.items():
        end_us = start_us + round(ms * 1000)
        made.append(Segment(name=name, phase="post_plugin", start_us=start_us, end_us=end_us))
        start_us = end_us
    return made


def recorded_run(
    run_id: str = "r1",
    pre: Sequence[float] = PRE,
    post: Sequence[float] = POST,
    segments: Mapping[str, Sequence[float]] | None = None,
    *,
    host: str | None = None,
) -> Run:
    """A run of as many sessions as there are totals; ``segments`` has a value for each of them."""
    each = [{name: values[i] for name, values in (segments or {}).items()} for i in range(len(pre))]
    samples = tuple(recorded_sample(i + 1, pre[i], post[i], each[i]) for i in range(len(pre)))
    return Run(
        run_id=run_id,
        timestamp="2025-01-01T00:00:00Z",
        config="builtin",
        framework="plain",
        state="warm",
        seed=1,
        requested_samples=len(samples),
        samples=len(samples),
        authentic_samples=len(samples),
        auth_shortfall=0,
        partial=False,
        markers_native=True,
        sample_flags=(),
        stability=Stability(verdict="stable"),
        latencies={m: _summary(samples, "latencies", m) for m in ("first_prompt_ms", "first_command_ms")},
        lifecycle={m: _summary(samples, "lifecycle", m) for m in Lifecycle.__struct_fields__},
        provenance=ProvenanceCounts(),
        capabilities=Capabilities(),
        segments=tuple(_told(name, values) for name, values in (segments or {}).items()),
        unattributed_ms=Summary.unknown("not asked"),
        counters={},
        overhead=Overhead(method="native markers"),
        fingerprint=_fingerprint(host or platform.node()),
        isolation=Isolation(method="throw-away"),
        per_run=samples,
    )


def _told(name: str, values: Sequence[float]) -> SegmentSummary:
    summary = summarise(values, outlier_factor=2.0, mad_z=3.5)
    own = Summary.unknown("native segments have no self time")
    return SegmentSummary(
        name=name, phase="post_plugin", kind="module", file=None, samples=len(values), ms=summary, self_ms=own
    )


def _summary(samples: Sequence[Sample], group: str, metric: str) -> Summary:
    values = [getattr(getattr(sample, group), metric) for sample in samples]
    return summarise(values, outlier_factor=2.0, mad_z=3.5)


def _fingerprint(host: str) -> Fingerprint:
    here = this_machine(host)
    return Fingerprint(
        host=str(here["host"]),
        system=str(here["system"]),
        kernel=str(here["kernel"]),
        cpu=str(here["cpu"]),
        cpu_count=int(here["cpu_count"]),
        zsh="5.9",
        zsh_path="/bin/zsh",
        columns=80,
        rows=24,
        term="xterm",
        locale="C",
        login=False,
        state="warm",
        config_digest="0123456789abcdef",
        tool="0",
    )
