"""What the doctor found: whether this machine can measure, and what makes its timing noisy (``doctor.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

#: ``missing`` stops measuring; ``warn`` costs trust or a feature; ``unknown`` could not be found out.
CheckStatus = Literal["ok", "warn", "missing", "unknown"]


class Check(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was looked at: its state, what was found, and what to do when it is not ``ok``."""

    name: str
    """What was looked at."""
    status: CheckStatus
    """``missing`` stops measuring, ``warn`` costs trust or a feature."""
    what: str
    """What was found."""
    fix: str = ""
    """What to do, when there is something to do."""


class Doctor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All checks, in the order in which they are shown."""

    schema: Literal["doctor.v1"] = "doctor.v1"
    checks: tuple[Check, ...] = ()
    """One for each thing that was looked at."""

    @property
    def can_measure(self) -> bool:
        """Whether nothing that a capture cannot do without is missing."""
        return all(check.status != "missing" for check in self.checks)
