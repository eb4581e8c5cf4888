"""The variance state: takes recorded runs as evidence, each once, and says what they allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from zshforge.judge.difference import conditions_apart
from zshforge.judge.held import held_of
from zshforge.judge.segment_advice import segment_spreads
from zshforge.judge.spread import ORDER, decide, identity_of, spread_of
from zshforge.model.errors import UsageError
from zshforge.model.sample import LIFECYCLE_METRICS
from zshforge.model.variance import Rsd, Spread, VarianceRun, VarianceState, VarianceThresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.judge.spread import VarianceRules
    from zshforge.model.ladder import Decision
    from zshforge.model.run import Run
    from zshforge.model.sample import Sample
    from zshforge.model.variance import MetricDecision

_WORDS = {"pre_plugin_total_ms": "pre", "post_plugin_total_ms": "post", "prompt_ready_ms": "prompt"}


class Counted(NamedTuple):
    """What became of a run.

    Attributes:
        state: The state with it, or as it was.
        counted: Whether it was taken as evidence.
        note: Why not, or what else happened; empty when there is nothing to say.
    """

    state: VarianceState
    counted: bool
    note: str


def begin(run: Run, rules: VarianceRules) -> VarianceState:
    """A state without any run, for the configuration and the machine of this one."""
    return _state(run, (), rules)


def count_run(state: VarianceState, run: Run, rules: VarianceRules) -> Counted:
    """Take a run as evidence, unless it was taken before or lies before the last one.

    Args:
        state: What the runs so far allow.
        run: The run; one that is not authentic ends every streak and gives no number.
        rules: The thresholds.

    Raises:
        UsageError: It is of another configuration, or of other caches.
    """
    odd = [f"{word} {new!r}, not {old!r}" for word, old, new in _subject(state, run) if old != new]
    if odd:
        raise UsageError(f"the run is of {', '.join(odd)}", where="variance-state.json", hint="zf variance --restart")
    identity = identity_of(run)
    if any(identity == known.identity or run.run_id == known.run_id for known in state.runs):
        return Counted(state, counted=False, note=f"{run.run_id} was already counted, and a run counts once")
    if state.runs and run.timestamp < state.runs[-1].timestamp:
        note = f"{run.run_id} is earlier than the last run that was counted, and streaks go forward"
        return Counted(state, counted=False, note=note)
    apart = conditions_apart(state.fingerprint, run.fingerprint)
    before = () if apart else state.runs
    note = f"the evidence begins anew: the runs before differ in {', '.join(apart)}" if apart and state.runs else ""
    made = _state(run, (*before, _evidence(run, identity, rules)), rules)
    return Counted(replace(made, notes=(note,) if note else ()), counted=True, note=note)


def _subject(state: VarianceState, run: Run) -> tuple[tuple[str, str, str], ...]:
    return ("config", state.config, run.config), ("state", state.fingerprint.state, run.fingerprint.state)


def _evidence(run: Run, identity: str, rules: VarianceRules) -> VarianceRun:
    held = held_of(run, run.run_id)
    if held.doubts:
        nothing = Spread(n=len(held.samples), doubtful=True, reason="; ".join(held.doubts))
        metrics = dict.fromkeys(rules.metrics, nothing)
    else:
        metrics = {name: _spread(held.samples, name, rules) for name in rules.metrics}
    return VarianceRun(
        run_id=run.run_id,
        identity=identity,
        timestamp=run.timestamp,
        config_digest=run.fingerprint.config_digest,
        metrics=metrics,
        decisions={},
    )


def _spread(samples: Sequence[Sample], name: str, rules: VarianceRules) -> Spread:
    group = "lifecycle" if name in LIFECYCLE_METRICS else "latencies"
    found = [(value, s) for s in samples if (value := getattr(getattr(s, group), name)) is not None]
    words = [str(getattr(s.provenance, _WORDS[name])) if name in _WORDS else "observed" for _, s in found]
    return spread_of([value for value, _ in found], {word: words.count(word) for word in sorted(set(words))}, rules)


def _state(run: Run, runs: Sequence[VarianceRun], rules: VarianceRules) -> VarianceState:
    history = {name: [one.metrics.get(name, _unasked(name)) for one in runs] for name in rules.metrics}
    decisions = decide(history, rules)
    overall = min((made.decision for made in decisions.values()), key=ORDER.index)
    if runs:
        runs = (*runs[:-1], replace(runs[-1], decisions={name: made.decision for name, made in decisions.items()}))
    latest = runs[-1].metrics if runs else {}
    following = _following(overall)
    return VarianceState(
        config=run.config,
        fingerprint=run.fingerprint,
        decision=overall,
        decisions=decisions,
        stable_run_count=min(made.streak for made in decisions.values()),
        next_step=following,
        missing=_missing(decisions, overall) if following else (),
        rsd={_WORDS.get(name, name): _rsd(latest.get(name)) for name in rules.metrics},
        thresholds=_thresholds(rules),
        requested_samples=run.requested_samples,
        authentic_samples=run.authentic_samples,
        auth_shortfall=run.auth_shortfall,
        partial=run.partial,
        markers_native=run.markers_native,
        segments_variance=segment_spreads([s for s in run.per_run if s.authentic], rules) if runs else (),
        runs=tuple(runs[-rules.keep_runs :]),
    )


def _unasked(name: str) -> Spread:
    return Spread(n=0, reason=f"{name} was not asked for when it was counted")


def _following(overall: Decision) -> Decision | None:
    """What comes next; the cautious three lead to the same."""
    steps: dict[Decision, Decision] = {"candidate": "enable_warn", "enable_warn": "enable_fail"}
    return None if overall == "enable_fail" else steps.get(overall, "candidate")


def _missing(decisions: dict[str, MetricDecision], overall: Decision) -> tuple[str, ...]:
    """A sentence for each lack, with the metrics that share it."""
    lacks: dict[str, list[str]] = {}
    for name, made in decisions.items():
        if made.missing is not None and ORDER.index(made.decision) <= max(ORDER.index(overall), ORDER.index("observe")):
            lacks.setdefault(made.missing, []).append(name)
    return tuple(f"{', '.join(names)}: {lack}" for lack, names in lacks.items())


def _rsd(spread: Spread | None) -> Rsd:
    if spread is None:
        return Rsd(mean=None, stddev=None, rsd=None)
    return Rsd(mean=spread.mean_ms, stddev=spread.stddev_ms, rsd=spread.rsd)


def _thresholds(rules: VarianceRules) -> VarianceThresholds:
    return VarianceThresholds(
        rsd_warn_max=rules.rsd_max,
        hold_rsd=rules.hold_rsd,
        min_samples=rules.min_samples,
        streak_required=rules.streak_warn,
        streak_fail=rules.streak_fail,
        window=rules.window,
        window_share=rules.window_share,
    )
