"""The last sample of a configuration (``perf-current.v2``): the guide's single-run artifact.

Format history:

* ``perf-current`` (the predecessor): integer means of a cold and a warm start, synthesised when markers were missing.
* ``perf-current.v2``: what was observed; the state that was not measured is ``null`` with a reason.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.sample import Latencies, Lifecycle, ProvenanceTrio, Sample


class CurrentSegment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One segment of the last cold and the last warm session, in milliseconds."""

    label: str
    cold_ms: float | None
    warm_ms: float | None
    mean_ms: float | None


class Current(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One configuration's last sample, cold and warm; every number is milliseconds."""

    schema: Literal["perf-current.v2"] = "perf-current.v2"
    run_id: str
    timestamp: str
    config: str
    framework: str
    mean_ms: float | None
    """Of ``cold_ms`` and ``warm_ms``, when both were measured."""
    cold_ms: float | None
    """First prompt of the last cold session."""
    warm_ms: float | None
    """First prompt of the last warm session."""
    pre_plugin_cost_ms: float | None
    post_plugin_cost_ms: float | None
    prompt_ready_ms: float | None
    segments_available: bool
    lifecycle: Lifecycle
    marker_provenance: ProvenanceTrio
    markers_native: bool
    latencies: Latencies
    post_plugin_segments: tuple[CurrentSegment, ...]
    guidelines_checksum: str | None
    reasons: dict[str, str]
    samples: dict[str, Sample]
    """The sample behind the numbers, by state (``cold``, ``warm``)."""
