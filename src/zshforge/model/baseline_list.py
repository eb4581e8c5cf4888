"""The baselines of a workspace, and whether later runs may be held against them (``baseline-list.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

BaselineState = Literal["usable", "elsewhere", "unusable"]


class BaselineRow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One baseline; what an unusable one says of itself is not repeated."""

    name: str
    """What it was saved as; the file's name when it cannot be read."""
    kind: str
    """``current``, ``legacy``, ``named``, ``pre_plugin`` or ``unknown``."""
    file: str
    """Where it lies, below the folder of metrics."""
    state: BaselineState
    """``usable``, ``elsewhere`` (measured under other conditions) or ``unusable``."""
    reasons: tuple[str, ...] = ()
    """Why it is not usable here; each condition that differs is named."""
    config: str | None = None
    """The measured configuration, as it was named."""
    config_digest: str | None = None
    """SHA-256 of what was measured."""
    run_id: str | None = None
    """The run that it was made from."""
    recorded_at: str | None = None
    """When it was saved, or when its run began: UTC, ISO 8601."""
    samples: int = 0
    """How many sessions are behind it."""
    first_prompt_ms: float | None = None
    """Median of the first prompt, in milliseconds."""
    pre_plugin_total_ms: float | None = None
    """Median of the pre-plugin total, in milliseconds."""


class BaselineList(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every baseline of a workspace (``baseline-list.v1``)."""

    schema: Literal["baseline-list.v1"] = "baseline-list.v1"
    baselines: tuple[BaselineRow, ...]
    """The current one first, then by name; the pre-plugin one last."""
