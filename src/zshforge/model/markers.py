"""Stamps of a session's lifecycle, and where each stamp came from."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Provenance(StrEnum):
    """Who saw a stamp. Only the first two may enter a statistic."""

    NATIVE = "native"  # the shell wrote it
    OBSERVED = "observed"  # seen from outside: on the terminal, in the kernel's records, in the shell's state
    DERIVED = "derived"  # computed from others
    FALLBACK = "fallback"  # salvage, for diagnosis only
    MISSING = "missing"

    @property
    def authentic(self) -> bool:
        """Whether a stamp of this kind may be counted."""
        return self in (Provenance.NATIVE, Provenance.OBSERVED)


#: The moments of a session, in the order in which it walks them.
LIFECYCLE = (
    "spawn",
    "rc_start",
    "pre_plugin_start",
    "pre_plugin_end",
    "plugins_end",
    "post_plugin_end",
    "prompt_ready",
    "first_prompt_seen",
    "first_command_seen",
    "idle",
)


class Marker(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lifecycle moment: an absolute stamp in integer microseconds, or the reason why there is none."""

    name: str
    """Which moment."""
    stamp_us: int | None = None
    """Absolute microseconds."""
    provenance: Provenance = Provenance.MISSING
    """Who saw it."""
    reason: str | None = None
    """Why there is no stamp."""

    @classmethod
    def missing(cls, name: str, reason: str) -> Marker:
        """A moment that was not observed, and why."""
        return cls(name=name, reason=reason)


class Segment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named span inside a session, both ends in absolute microseconds."""

    name: str
    """A module, a function, or a file."""
    phase: str
    """The phase that it began in."""
    start_us: int
    """Its beginning, absolute microseconds."""
    end_us: int
    """Its end, absolute microseconds."""
    kind: str = "module"
    """``module``, ``file`` or ``function``."""
    file: str | None = None
    """The whole path of a sourced file."""
    self_us: int | None = None
    """Its length without the segments inside it, in microseconds."""
    provenance: Provenance = Provenance.NATIVE
    """Who saw it."""

    @property
    def ms(self) -> float:
        """The span's length in milliseconds."""
        return (self.end_us - self.start_us) / 1000
