"""How much of a HOME is copied, from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.shell.copying import CopyLimits

if TYPE_CHECKING:
    from zshforge.model.settings import Settings


def copy_limits(settings: Settings) -> CopyLimits:
    """What is copied, and what is linked because of its size."""
    return CopyLimits(
        copy_entry_mb=settings.integer("capture.copy_entry_mb"),
        copy_total_mb=settings.integer("capture.copy_total_mb"),
    )
