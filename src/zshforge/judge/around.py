"""What the ladder holds a run against besides the runs before it: the saved baseline, budgets, required segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.judge.baseline_record import DEFAULT
from zshforge.judge.baselines import baseline_file
from zshforge.judge.budget import limits_of, phase_of
from zshforge.judge.held import held_named
from zshforge.judge.standing import Around

if TYPE_CHECKING:
    from pathlib import Path

    from zshforge.model.settings import Settings


def around_of(metrics: Path, settings: Settings) -> Around:
    """What there is.

    Args:
        metrics: The workspace's folder of metrics.
        settings: Budgets, and the segments that a run must show; those that a budget spares may be absent.

    Raises:
        ArtifactInvalid: The baseline is broken.
        UsageError: A setting names nothing.
    """
    held = limits_of(settings, phase_of(settings.text("budget.phase")), ())
    interim = limits_of(settings, "interim", ())
    words = settings.words("ladder.segments")
    return Around(
        baseline=held_named(DEFAULT, metrics, metrics) if baseline_file(DEFAULT, metrics).exists() else None,
        limits={name: limit.ms for name, limit in held.items()},
        interim_ms=interim["post_plugin_total"].ms,
        required=tuple(name for name in words if name not in held or not held[name].optional),
    )
