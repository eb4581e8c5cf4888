"""A capture that looks first whether the answer is already known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.capture.campaign import capture
from zshforge.capture.fingerprint import fingerprint
from zshforge.capture.reuse import Key, find, key_of, remember
from zshforge.model.run import RunSet
from zshforge.shell.copying import CopyLimits
from zshforge.shell.home import prepare
from zshforge.shell.leftovers import Scratch

if TYPE_CHECKING:
    from zshforge.capture.campaign import Progress, Request
    from zshforge.model.run import Run


def capture_or_reuse(request: Request, progress: Progress, cache: Path) -> RunSet:
    """Measure every configuration, or take all runs from the cache when each of them still holds.

    With ``capture.reuse`` a note of each run tells the decision; a run that fell short is never kept.

    Args:
        request: What to capture.
        progress: Told of every session.
        cache: The folder of kept runs.
    """
    if not request.settings.flag("capture.reuse"):
        return capture(request, progress)
    keys = _keys(request)
    decisions = [find(cache, key) for key in keys]
    known = [decision.run for decision in decisions if decision.run is not None]
    if len(known) == len(keys) and not request.settings.flag("capture.force"):
        runs = [replace(run, notes=(*run.notes, d.reason)) for run, d in zip(known, decisions, strict=True)]
        return RunSet(seed=runs[0].seed, order=tuple(run.config for run in runs), runs=tuple(runs))
    made = capture(request, progress)
    for key, run in zip(keys, made.runs, strict=True):
        remember(cache, key, run, files=_outside(run))
    forced = "measured: capture.force is set"
    notes = [forced if decision.run is not None else decision.reason for decision in decisions]
    return replace(
        made, runs=tuple(replace(run, notes=(*run.notes, note)) for run, note in zip(made.runs, notes, strict=True))
    )


def _keys(request: Request) -> list[Key]:
    """What each run would be measured under, in the order of the runs."""
    settings = request.settings
    limits = CopyLimits(
        copy_entry_mb=settings.integer("capture.copy_entry_mb"), copy_total_mb=settings.integer("capture.copy_total_mb")
    )
    keys = []
    for state in request.states:
        for config in request.configs:
            with Scratch(request.scratch) as folder:
                place = folder / "place"
                place.mkdir()
                home = prepare(config, place, limits)
                digest, checksum = home.digest, home.policy_checksum
            conditions = fingerprint(settings, request.zsh, host=request.host, state=state, digest=digest)
            keys.append(key_of(conditions, config=config.label, checksum=checksum, settings=settings))
    return keys


def _outside(run: Run) -> tuple[Path, ...]:
    """Files that were sourced from somewhere else than the throw-away copy, and are still there."""
    files = {Path(segment.file) for segment in run.segments if segment.file}
    return tuple(sorted(file for file in files if file.is_absolute() and file.is_file()))
