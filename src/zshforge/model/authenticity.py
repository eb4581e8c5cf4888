"""Whether recorded data are measurements (``authenticity.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Verdict = Literal["authentic", "synthetic", "unknown"]


class FileAuthenticity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one file is worth.

    ``authentic``: real measurements, provably. ``synthetic``: made-up numbers, or salvage counted as measurement.
    ``unknown``: cannot be told, or holds no measurement.
    """

    path: str
    """As it was named."""
    verdict: Verdict
    """What it is worth."""
    format: str
    """What the content was recognised as, by itself and not by the file's name."""
    reasons: tuple[str, ...]
    """Why, the weightiest first."""


class AuthenticityReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The judged files in the order in which they were named."""

    schema: Literal["authenticity.v1"] = "authenticity.v1"
    files: tuple[FileAuthenticity, ...] = ()
    """One for each file that was named."""

    @property
    def authentic(self) -> bool:
        """Whether there is a file and every one is authentic."""
        return bool(self.files) and all(file.verdict == "authentic" for file in self.files)
