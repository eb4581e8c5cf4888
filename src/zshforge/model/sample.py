"""What one session yielded."""

from __future__ import annotations

from msgspec import Struct, field

from zshforge.model.markers import Marker, Provenance, Segment


class Latencies(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The five latencies of zsh-bench, by its definitions, in milliseconds."""

    first_prompt_ms: float | None = None
    """From the start of the shell to its first prompt on the screen."""
    first_command_ms: float | None = None
    """From the start of the shell to the end of the first command's output."""
    command_ms: float | None = None
    """Mean time of an empty command: from Enter to the next prompt."""
    input_ms: float | None = None
    """From a waiting key to the finished redraw of a long line; the lowest of several."""
    exit_ms: float | None = None
    """Wall time of ``zsh -lic exit``, measured apart and shown for contrast only."""


LATENCY_NAMES = Latencies.__struct_fields__


class Capabilities(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the configuration had working at the first command; ``None`` when the session did not get that far."""

    completion: bool | None = None
    """The completion system is set up (``compinit`` and ``compdef`` are there)."""
    highlighting: bool | None = None
    """A syntax highlighter is loaded."""
    suggestions: bool | None = None
    """Autosuggestions are loaded."""
    git_prompt: bool | None = None
    """The branch was on the screen when the first command ran."""
    own_tty: bool | None = None
    """The configuration started a terminal of its own (tmux, screen)."""


CAPABILITY_NAMES = Capabilities.__struct_fields__


class Resources(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the session used, as the kernel accounts it (the shell and the children it waited for)."""

    user_ms: float | None = None
    """Processor time in user mode."""
    sys_ms: float | None = None
    """Processor time in the kernel."""
    peak_rss_kb: int | None = None
    """The shell's largest resident memory."""


class Counter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Deterministic work, or the reason why it could not be counted."""

    value: int | None = None
    """The count."""
    reason: str | None = None
    """Why there is none."""


class ProvenanceTrio(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the three lifecycle totals of a session came from."""

    pre: Provenance = Provenance.MISSING
    """Of ``pre_plugin_total_ms``."""
    post: Provenance = Provenance.MISSING
    """Of ``post_plugin_total_ms``."""
    prompt: Provenance = Provenance.MISSING
    """Of ``prompt_ready_ms``."""


class Lifecycle(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The guide's trio, in milliseconds, each the difference of two observed stamps.

    ``pre_plugin_total_ms``: start of the configuration to the end of the pre-plugin phase.
    ``post_plugin_total_ms`` and ``prompt_ready_ms``: from the end of the pre-plugin phase.
    """

    pre_plugin_total_ms: float | None = None
    """``pre_plugin_start`` to ``pre_plugin_end``."""
    post_plugin_total_ms: float | None = None
    """``pre_plugin_end`` to ``post_plugin_end``."""
    prompt_ready_ms: float | None = None
    """``pre_plugin_end`` to ``prompt_ready``."""


LIFECYCLE_METRICS = Lifecycle.__struct_fields__


class Undisturbed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Moments of the session that nobody looked into: absolute stamps in integer microseconds."""

    spawn_us: int
    """The start of the shell."""
    first_prompt_us: int | None = None
    """When the first prompt was on the screen."""
    first_command_us: int | None = None
    """When the first command had printed."""


class Sample(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one session yielded: stamps, spans, latencies, counters, capabilities, and the provenance of each.

    Where the phases can only be told by looking at the call stack, which costs the shell time, it is two sessions:
    markers, segments and totals are of the one that was looked into, everything else of the other.
    """

    index: int
    """Position in the plan, from 1."""
    config: str
    """The measured configuration, as it was named."""
    state: str = "warm"
    """``warm`` or ``cold``: named states of the caches, not first and second."""
    attempt: int = 1
    """Which try yielded it, from 1; the failed ones stand among the run's failures."""
    authentic: bool = False
    """Every marker was native or observed, in order, and nothing disqualifies: it may enter statistics."""
    flags: tuple[str, ...] = ()
    """What was odd about the session, one word each."""
    markers: tuple[Marker, ...] = ()
    """The lifecycle moments, in the order in which a session walks them."""
    undisturbed: Undisturbed | None = None
    """Moments of the session that the latencies are of, where it is not the one that the markers are of."""
    segments: tuple[Segment, ...] = ()
    """Named spans of the session."""
    start_ms: float | None = None
    """Time until the prompt stood and keys were read: the first prompt, or later where that was painted before."""
    unattributed_ms: float | None = None
    """Part of ``start_ms`` that no segment accounts for."""
    lifecycle: Lifecycle = Lifecycle()
    """The three totals."""
    provenance: ProvenanceTrio = ProvenanceTrio()
    """Where the three totals came from."""
    latencies: Latencies = Latencies()
    """The five latencies."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why a value of this sample is ``None``, by name."""
    salvage: dict[str, float] = field(default_factory=dict)
    """Stand-ins in milliseconds, for diagnosis only: they enter no statistic."""
    counters: dict[str, Counter] = field(default_factory=dict)
    """Deterministic work, by name."""
    capabilities: Capabilities = Capabilities()
    """What worked at the first command."""
    resources: Resources = Resources()
    """What the session used."""
    prompt_seen_by: str | None = None
    """How the first prompt was recognised: ``token``, ``osc133``, ``native`` or ``editor``."""
    exit_status: int | None = None
    """How the shell ended; negative for a signal."""
    recording: str | None = None
    """What the screen showed: a file below ``artifacts/recordings``, for ``zf replay``."""

    def stamp(self, name: str) -> int | None:
        """The stamp of a lifecycle moment in microseconds, or ``None``."""
        return next((m.stamp_us for m in self.markers if m.name == name), None)
