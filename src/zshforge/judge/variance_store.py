"""The variance state on disk: counts a run, takes comparisons, accepts a level; one writer at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.around import around_of
from zshforge.judge.baseline_record import DEFAULT, record_baseline
from zshforge.judge.held import held_of
from zshforge.judge.rules import rules_of
from zshforge.judge.standing import accept_level, begun_anew, stand, standing_rules, take_trial
from zshforge.judge.trials import trial_of
from zshforge.judge.trying import try_gate
from zshforge.judge.variance import begin, count_run
from zshforge.judge.variance_log import with_rows
from zshforge.model.comparison import Comparison
from zshforge.model.errors import BaselineRefused, NothingRecorded
from zshforge.model.variance import VarianceState
from zshforge.store.artifacts import read_artifact, write_artifact
from zshforge.store.atomic import atomic_write
from zshforge.store.turns import sole_writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from zshforge.capture.campaign import Progress, Request
    from zshforge.model.run import Run
    from zshforge.model.settings import Settings


class Outcome(NamedTuple):
    """What became of evidence.

    Attributes:
        state: The state with it.
        notes: Sentences about what was passed over, and what else was done.
    """

    state: VarianceState
    notes: tuple[str, ...]


class Known(NamedTuple):
    """A recorded comparison, and what its second side is known to be slower by.

    Attributes:
        file: The comparison.
        injected_ms: ``None`` for any other.
    """

    file: Path
    injected_ms: float | None


def read_state(metrics: Path) -> VarianceState:
    """The state of a workspace.

    Args:
        metrics: The workspace's folder of metrics.

    Raises:
        NothingRecorded: No run was counted yet.
        ArtifactInvalid: The file is broken.
    """
    file = _file(metrics)
    if not file.exists():
        raise NothingRecorded("no run was counted yet", where=str(file), hint="zf variance, after zf capture")
    return read_artifact(file, VarianceState)


def count_in(metrics: Path, run: Run, settings: Settings, now: str, *, restart: bool) -> Outcome:
    """Count a run, and write the log and the state, in this order: rows that stand there are not written again.

    Args:
        metrics: The workspace's folder of metrics.
        run: The run.
        settings: Every threshold.
        now: UTC in ISO 8601.
        restart: Begin anew, as for another configuration.

    Raises:
        UsageError: The run is of another configuration, or of other caches.
        ArtifactInvalid: The state or the baseline is broken; nothing was written.
        LockBusy: Others were writing.
    """
    rules = standing_rules(settings)
    with _writing(metrics, settings):
        known = read_state(metrics) if _file(metrics).exists() else None
        before = known or begin(run, rules.variance)
        if known is not None and restart:
            before = begun_anew(known, run, now, rules)
        made = count_run(before, run, rules.variance)
        told = (made.note,) if made.note else ()
        if not made.counted:
            return Outcome(before, told)
        state = stand(before, made, held_of(run, run.run_id), around_of(metrics, settings), rules)
        log = metrics / "variance-log.md"
        text = log.read_text(errors="surrogateescape") if log.exists() else ""
        atomic_write(log, with_rows(text, state).encode(errors="surrogateescape"))
        write_artifact(_file(metrics), state)
        adaptive = (state.previous_mode, state.mode, state.verdict) == ("adaptive", "adaptive", "pass")
        return Outcome(state, (*told, _as_baseline(metrics, run, settings, now)) if adaptive else told)


def take_in(metrics: Path, known: Sequence[Known], settings: Settings, now: str) -> Outcome:
    """Take recorded comparisons as evidence, all of them or none.

    Raises:
        NothingRecorded: No run was counted yet, or a file is not there.
        ArtifactInvalid: A file is no comparison, or its verdict does not follow from its values.
        UsageError: A comparison is of other conditions.
        LockBusy: Others were writing.
    """
    rules, told = standing_rules(settings), []
    with _writing(metrics, settings):
        state = read_state(metrics)
        for one in known:
            found = read_artifact(one.file, Comparison)
            trial = trial_of(found, str(one.file), state.fingerprint, rules.ladder, one.injected_ms)
            if any(trial.identity == taken.identity for taken in state.ladder.trials):
                told.append(f"{one.file} was already taken, and a comparison counts once")
            state = take_trial(state, trial, now, rules)
        write_artifact(_file(metrics), state)
    return Outcome(state, tuple(told))


def accept_in(metrics: Path, reason: str, settings: Settings, now: str) -> VarianceState:
    """Accept the level of the latest run, with the reason.

    Raises:
        NothingRecorded: No run was counted yet.
        LockBusy: Others were writing.
    """
    with _writing(metrics, settings):
        state = accept_level(read_state(metrics), reason, now)
        write_artifact(_file(metrics), state)
    return state


def tried_in(metrics: Path, request: Request, same: int, progress: Progress) -> tuple[Known, ...]:
    """Try the gate on purpose, and keep every comparison in ``trials/``.

    Raises:
        SessionFailed: A copy yielded no sample at all.
        UsageError: The configuration cannot be copied as a whole.
    """
    rules, injected_ms = rules_of(request.settings), request.settings.integer("ladder.injected_ms")
    files = []
    for tried in try_gate(request, rules, same, injected_ms, progress):
        file = metrics / "trials" / f"{tried.made.stages[0].before.run_id}.json"
        write_artifact(file, tried.made)
        files.append(Known(file, tried.injected_ms))
    return tuple(files)


@contextmanager
def _writing(metrics: Path, settings: Settings) -> Iterator[None]:
    with sole_writer(metrics, settings.number("integrity.lock_timeout_ms") / 1000):
        yield


def _file(metrics: Path) -> Path:
    return metrics / "variance-state.json"


def _as_baseline(metrics: Path, run: Run, settings: Settings, now: str) -> str:
    """The guide's last mode: the baseline follows runs that pass; the creep guard stays where it is."""
    try:
        done = record_baseline(run, DEFAULT, metrics=metrics, now=now, settings=settings)
    except BaselineRefused as refused:
        return f"the baseline stays as it is: {refused}"
    return f"adaptive: {run.run_id} is the baseline now ({done.files[0].name})"
