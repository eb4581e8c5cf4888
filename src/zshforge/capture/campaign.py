"""Many sessions of one or several configurations: prepare, warm up, interleave, retry, sum up, leave nothing."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from zshforge.capture.aggregate import Frame, aggregate
from zshforge.capture.fingerprint import fingerprint
from zshforge.capture.overhead import measure_overhead
from zshforge.capture.recording import keep
from zshforge.capture.sample import Origin
from zshforge.capture.schedule import interleaved, run_id
from zshforge.capture.stage import enter_stage
from zshforge.capture.subject import Subject
from zshforge.capture.working_folder import WorkingFolder
from zshforge.model.errors import SessionFailed
from zshforge.model.run import Failure, Fingerprint, RunSet
from zshforge.model.sample import LATENCY_NAMES, Sample
from zshforge.model.settings import Settings
from zshforge.shell.config import Config
from zshforge.shell.zsh import Zsh

if TYPE_CHECKING:
    from zshforge.capture.observation import Observation
    from zshforge.capture.subject import Surroundings
    from zshforge.model.run import Run


class Request(Struct, frozen=True, kw_only=True):
    """What to capture: each configuration in each state is one run."""

    configs: tuple[Config, ...]
    states: tuple[str, ...]
    """``warm``, ``cold``, or both."""
    settings: Settings
    zsh: Zsh
    scratch: Path
    """Where the throw-away folders are made."""
    seed: int
    user: str
    host: str
    recordings: Path | None = None
    """Where recordings are kept; ``None`` keeps none."""
    extra: dict[str, str] = {}
    """Environment that every session gets on top."""
    asked: tuple[str, ...] = LATENCY_NAMES
    """Latencies that are measured; what comes before the first command is seen anyway."""
    apart: bool = True
    """Phases that are looked for get a session of their own, so that the latencies are those of a shell left alone."""
    working_folder: WorkingFolder | None = None
    """Where the shells stand; ``None`` makes one for this capture alone (:func:`zshforge.capture.stage.standing`)."""
    enough: Callable[[int, Sequence[Sequence[Sample]]], bool] | None = None
    """Asked after each whole round, with the rounds and the samples of each run; true ends the run there."""


class Progress(Protocol):
    """Told of every session; a command line may show it."""

    def step(self, label: str, done: int, total: int) -> None:
        """A session is about to start."""

    def sample(self, made: Sample) -> None:
        """A session yielded a sample."""


class Campaign:
    """Stand-ins for callers that do not watch."""

    @staticmethod
    def quiet() -> Progress:
        """A progress that says nothing."""

        class Quiet:
            def step(self, label: str, done: int, total: int) -> None:
                pass

            def sample(self, made: Sample) -> None:
                pass

        return Quiet()


class _Runner(Struct, kw_only=True):
    """One configuration in one state, while it is measured."""

    subject: Subject
    state: str
    run_id: str
    conditions: Fingerprint
    requested: int = 0
    samples: list[Sample] = []
    warmups: list[Sample] = []
    failures: list[Failure] = []
    notes: list[str] = []


def capture(request: Request, progress: Progress) -> RunSet:
    """Measure.

    Raises:
        SessionFailed: A configuration yielded no sample at all; the error is that of its last session.
        UsageError: A setting names nothing usable.
    """
    with contextlib.ExitStack() as stack:
        surroundings = enter_stage(request, stack)
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        runners = _runners(request, surroundings, stamp, stack)
        _sessions(request, runners, progress)
        runs = tuple(_finish(request, runner, stamp) for runner in runners)
    return RunSet(seed=request.seed, order=tuple(run.config for run in runs), runs=runs)


def _runners(request: Request, surroundings: Surroundings, stamp: str, stack: contextlib.ExitStack) -> list[_Runner]:
    runners: list[_Runner] = []
    for state in request.states:
        for config in request.configs:
            index = len(runners)
            subject = Subject(config, surroundings, surroundings.scratch / f"c{index}")
            stack.callback(subject.home.remove)
            conditions = fingerprint(
                request.settings, request.zsh, host=request.host, state=state, digest=subject.home.digest
            )
            runners.append(
                _Runner(
                    subject=subject,
                    state=state,
                    run_id=run_id(stamp, request.seed, index),
                    conditions=conditions,
                )
            )
    return runners


def _sessions(request: Request, runners: Sequence[_Runner], progress: Progress) -> None:
    """Warm-ups of each, then all rounds interleaved."""
    settings = request.settings
    warmups, samples = settings.integer("capture.warmups"), settings.integer("capture.samples")
    warm = [runner for runner in runners if runner.state == "warm"]
    total, done = len(warm) * warmups + len(runners) * samples, 0
    for runner in warm:
        for index in range(1, warmups + 1):
            progress.step(f"warm-up {runner.subject.config.label}", done, total)
            with contextlib.suppress(_GaveUp):
                runner.warmups.append(_with_retries(request, runner, index))
                progress.sample(runner.warmups[-1])
            done += 1
    counts = [0] * len(runners)
    for which in interleaved(len(runners), samples, seed=request.seed):
        runner = runners[which]
        counts[which] += 1
        progress.step(runner.subject.config.label, done, total)
        with contextlib.suppress(_GaveUp):
            runner.samples.append(_with_retries(request, runner, counts[which]))
            progress.sample(runner.samples[-1])
        done += 1
        time.sleep(settings.number("capture.sleep_s"))
        if min(counts) == max(counts) and _told_enough(request, runners, counts[0]):
            break
    for runner, count in zip(runners, counts, strict=True):
        runner.requested = count


def _told_enough(request: Request, runners: Sequence[_Runner], rounds: int) -> bool:
    return request.enough is not None and request.enough(rounds, [runner.samples for runner in runners])


class _GaveUp(SessionFailed):
    """A session failed, and so did every retry, but others of its configuration yielded a sample."""


def _with_retries(request: Request, runner: _Runner, index: int) -> Sample:
    """One sample; every failed attempt is written down with its reason."""
    retries = request.settings.integer("capture.retries")
    for attempt in range(1, retries + 2):
        origin = Origin(index=index, config=runner.subject.config.label, state=runner.state, attempt=attempt)
        try:
            made = runner.subject.sample(origin, _keeper(request, runner), partial(_reset, runner))
        except SessionFailed as failed:
            runner.failures.append(_failure(failed, index, attempt, retried=attempt <= retries))
            if attempt > retries:
                if runner.samples or runner.warmups:
                    raise _GaveUp(failed.what, phase=failed.phase) from failed
                raise
        else:
            if attempt > retries or not _worth_another(made, runner):
                return made
            runner.failures.append(_failure(_doubt(made), index, attempt, retried=True))
    raise AssertionError  # the loop returns or raises


def _worth_another(made: Sample, runner: _Runner) -> bool:
    """Whether a sample lacks what others of its configuration had, so that another attempt may have it."""
    return not made.authentic and any(sample.authentic for sample in (*runner.warmups, *runner.samples))


def _doubt(made: Sample) -> SessionFailed:
    why = "; ".join(dict.fromkeys((*made.flags, *made.reasons.values()))) or "a moment was not seen"
    return SessionFailed(f"not authentic: {why}", phase="lifecycle")


def _reset(runner: _Runner) -> None:
    """Before each session; a warm one finds what earlier ones left."""
    if runner.state != "cold":
        return
    note = f"page cache: {runner.subject.home.reset()}"
    if note not in runner.notes:
        runner.notes.append(note)


def _failure(failed: SessionFailed, index: int, attempt: int, *, retried: bool) -> Failure:
    return Failure(
        index=index,
        attempt=attempt,
        phase=failed.phase,
        what=failed.what,
        retried=retried,
        screen=failed.screen,
        processes=failed.processes,
    )


def _keeper(request: Request, runner: _Runner) -> Callable[[Origin, Observation], str | None]:
    limit = request.settings.integer("capture.recording_kb") * 1024

    def keep_one(origin: Origin, seen: Observation) -> str | None:
        if request.recordings is None:
            return None
        return keep(request.recordings / runner.run_id, origin, seen, request.settings, limit)

    return keep_one


def _finish(request: Request, runner: _Runner, stamp: str) -> Run:
    subject = runner.subject
    overhead = measure_overhead(subject, runner.samples, request.settings)
    frame = Frame(
        run_id=runner.run_id,
        timestamp=stamp,
        config=subject.config.label,
        framework=subject.framework.name,
        state=runner.state,
        seed=request.seed,
        requested=runner.requested,
        fingerprint=runner.conditions,
        isolation=subject.home.isolation,
        overhead=overhead,
        checksum=subject.home.policy_checksum,
        warmups=tuple(runner.warmups),
        failures=tuple(runner.failures),
        notes=(*runner.notes, *subject.notes),
    )
    return aggregate(frame, runner.samples, request.settings)
