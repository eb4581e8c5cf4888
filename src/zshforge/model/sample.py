"""What one session yielded."""

from __future__ import annotations

from msgspec import Struct, field

from zshforge.model.markers import Marker, Provenance, Segment


class Latencies(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The five latencies of zsh-bench, by its definitions, in milliseconds."""

    first_prompt_ms: float | None = None
    first_command_ms: float | None = None
    command_ms: float | None = None
    input_ms: float | None = None
    exit_ms: float | None = None


LATENCY_NAMES = Latencies.__struct_fields__


class Capabilities(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the configuration had working at the first command; ``None`` when the session did not get that far."""

    completion: bool | None = None
    highlighting: bool | None = None
    suggestions: bool | None = None
    git_prompt: bool | None = None
    own_tty: bool | None = None


CAPABILITY_NAMES = Capabilities.__struct_fields__


class Resources(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the session used, as the kernel accounts it (the shell and the children it waited for)."""

    user_ms: float | None = None
    sys_ms: float | None = None
    peak_rss_kb: int | None = None


class Counter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Deterministic work, or the reason why it could not be counted."""

    value: int | None = None
    reason: str | None = None


class ProvenanceTrio(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the three lifecycle totals of a session came from."""

    pre: Provenance = Provenance.MISSING
    post: Provenance = Provenance.MISSING
    prompt: Provenance = Provenance.MISSING


class Lifecycle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The guide's trio, in milliseconds, each the difference of two observed stamps.

    ``pre_plugin_total_ms``: start of the configuration to the end of the pre-plugin phase.
    ``post_plugin_total_ms`` and ``prompt_ready_ms``: from the end of the pre-plugin phase.
    """

    pre_plugin_total_ms: float | None = None
    post_plugin_total_ms: float | None = None
    prompt_ready_ms: float | None = None


LIFECYCLE_METRICS = Lifecycle.__struct_fields__


class Sample(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One session: stamps, spans, latencies, counters, capabilities, and the provenance of each."""

    index: int
    """Position in the plan, from 1."""
    config: str
    state: str = "warm"
    """``warm`` or ``cold``: named states of the caches, not first and second."""
    attempt: int = 1
    authentic: bool = False
    flags: tuple[str, ...] = ()
    markers: tuple[Marker, ...] = ()
    segments: tuple[Segment, ...] = ()
    unattributed_ms: float | None = None
    lifecycle: Lifecycle = Lifecycle()
    provenance: ProvenanceTrio = ProvenanceTrio()
    latencies: Latencies = Latencies()
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a value of this sample is ``None``, by name."""
    salvage: dict[str, float] = field(default_factory=dict)
    """Stand-ins in milliseconds, for diagnosis only: they enter no statistic."""
    counters: dict[str, Counter] = field(default_factory=dict)
    capabilities: Capabilities = Capabilities()
    resources: Resources = Resources()
    prompt_seen_by: str | None = None
    exit_status: int | None = None
    recording: str | None = None

    def stamp(self, name: str) -> int | None:
        """The stamp of a lifecycle moment in microseconds, or ``None``."""
        return next((m.stamp_us for m in self.markers if m.name == name), None)
