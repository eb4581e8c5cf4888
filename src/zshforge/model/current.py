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
    """The segment's name."""
    cold_ms: float | None
    """In the last cold session."""
    warm_ms: float | None
    """In the last warm session."""
    mean_ms: float | None
    """Of both, when both were measured."""


class Current(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One configuration's last sample, cold and warm; every number is milliseconds."""

    schema: Literal["perf-current.v2"] = "perf-current.v2"
    run_id: str
    """The run that the sample is from."""
    timestamp: str
    """When that run began: UTC, ISO 8601."""
    config: str
    """The measured configuration, as it was named."""
    framework: str
    """The framework that was recognised."""
    mean_ms: float | None
    """Of ``cold_ms`` and ``warm_ms``, when both were measured."""
    cold_ms: float | None
    """First prompt of the last cold session."""
    warm_ms: float | None
    """First prompt of the last warm session."""
    pre_plugin_cost_ms: float | None
    """``pre_plugin_total_ms`` of the shown sample: the warm one where there is one."""
    post_plugin_cost_ms: float | None
    """``post_plugin_total_ms`` of the same."""
    prompt_ready_ms: float | None
    """``prompt_ready_ms`` of the same."""
    segments_available: bool
    """Whether that sample has segments."""
    lifecycle: Lifecycle
    """Its three totals."""
    marker_provenance: ProvenanceTrio
    """Where they came from."""
    markers_native: bool
    """Whether the shell itself reported all three totals in every sample of the run."""
    latencies: Latencies
    """The five latencies of the shown sample."""
    post_plugin_segments: tuple[CurrentSegment, ...]
    """The segments of the post-plugin phase, cold and warm."""
    guidelines_checksum: str | None
    """SHA-256 of the configuration's policy, when it has one."""
    reasons: dict[str, str]
    """Why a value is ``None``, by name."""
    samples: dict[str, Sample]
    """The sample behind the numbers, by state (``cold``, ``warm``)."""
