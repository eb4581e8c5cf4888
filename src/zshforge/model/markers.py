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
    stamp_us: int | None = None
    provenance: Provenance = Provenance.MISSING
    reason: str | None = None

    @classmethod
    def missing(cls, name: str, reason: str) -> Marker:
        """A moment that was not observed, and why."""
        return cls(name=name, reason=reason)


class Segment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named span inside a session, both ends in absolute microseconds."""

    name: str
    phase: str
    start_us: int
    end_us: int
    kind: str = "module"
    file: str | None = None
    self_us: int | None = None
    provenance: Provenance = Provenance.NATIVE

    @property
    def ms(self) -> float:
        """The span's length in milliseconds."""
        return (self.end_us - self.start_us) / 1000
