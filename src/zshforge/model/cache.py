"""A run that may be used again (``capture-cache.v1``), with everything that must still be the same."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.run import Run


class CachedRun(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One whole run and its key."""

    schema: Literal["capture-cache.v1"] = "capture-cache.v1"
    key: dict[str, str]
    """What matters, by name: the machine, the configuration's digest, the plan."""
    files: dict[str, str]
    """SHA-256 of each file that was sourced from outside of the configuration, by path."""
    run: Run
    """The run itself."""
