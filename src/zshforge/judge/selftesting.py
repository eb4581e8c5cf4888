"""Starts a configuration a few times, and tells whether its markers and segments fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.capture.campaign import capture
from zshforge.judge.module_fire import module_fire
from zshforge.judge.required_labels import required_labels
from zshforge.model.settings import Resolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.capture.campaign import Progress, Request
    from zshforge.model.module_fire import ModuleFire
    from zshforge.model.settings import Settings


def selftest(request: Request, labels: Sequence[str], progress: Progress) -> ModuleFire:
    """Run the sessions and judge them.

    Args:
        request: Its first configuration is tried.
        labels: What must fire besides what the configuration and the settings require.
        progress: Told of every session.

    Raises:
        SessionFailed: Not a single session got to its first command.
    """
    settings = request.settings
    run = capture(replace(request, settings=_planned(settings)), progress).runs[0]
    required = required_labels(run.framework, settings, labels)
    return module_fire(run, required, settings, strict=settings.flag("selftest.strict"))


def _planned(settings: Settings) -> Settings:
    """What observing costs is not asked here."""
    plan = {"capture.samples": settings.integer("selftest.samples"), "capture.overhead_pairs": 0}
    values = {name: Resolved(value=value, origin="zf selftest") for name, value in plan.items()}
    return replace(settings, values=settings.values | values)
