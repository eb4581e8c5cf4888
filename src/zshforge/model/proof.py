"""What a part of a configuration really costs (``proof.v1``), and what became dearer (``explanation-diff.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Proof(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part was emptied in a copy, and both were measured in turn."""

    schema: Literal["proof.v1"] = "proof.v1"
    config: str
    """The configuration."""
    name: str
    """What was to be proven, as the user named it."""
    removed: tuple[str, ...]
    """The files that were emptied, or the lines that were emptied or changed."""
    metric: Literal["first_prompt_ms", "first_command_ms"]
    """What was compared; the first command where a prompt stands on the screen before the start files have ended."""
    pairs: int
    """Pairs of sessions, one with and one without it."""
    with_ms: float
    """Median with it."""
    without_ms: float
    """Median without it."""
    cost_ms: float
    """Median difference: what it really costs."""
    lower_ms: float | None
    """Lower bound of that; ``null`` when there are too few pairs."""
    upper_ms: float | None
    """Upper bound of that."""
    confidence: float
    """How sure each bound is."""
    notes: tuple[str, ...] = ()
    """What else is to be known."""

    @property
    def conclusive(self) -> bool:
        """Whether it is sure that the cost is not nothing."""
        return self.lower_ms is not None and self.upper_ms is not None and self.lower_ms * self.upper_ms > 0


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One place whose own time is not the same in both configurations."""

    kind: str
    """``file``, ``function``, ``command`` or ``shell``."""
    name: str
    """Its name; of a file the path below the configuration."""
    here_ms: float
    """Its own time in the first configuration; 0 where it is missing."""
    there_ms: float
    """The same in the other one."""
    change_ms: float
    """The first minus the other: above 0 it is dearer here."""
    within_noise: bool
    """Whether the sessions of one configuration differ by as much."""


class ExplanationDiff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is dearer in one configuration than in another, by name."""

    schema: Literal["explanation-diff.v1"] = "explanation-diff.v1"
    config: str
    """The configuration that is explained."""
    against: str
    """The other one."""
    wall_ms: float
    """Median time to the prompt."""
    against_wall_ms: float
    """The same of the other one."""
    changes: tuple[Change, ...]
    """The largest first; with what is unattributed they add up to the difference of the times."""
