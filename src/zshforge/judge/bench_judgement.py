"""Micro-benchmarks against their baseline, by the guide's factors (F18, F22, F30, F35, F36)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.capture.fingerprint import differing
from zshforge.model.bench import BenchBaseline, BenchChange, BenchJudgement, BenchMark
from zshforge.model.errors import BaselineRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.bench import BenchFunction, BenchRun
    from zshforge.model.comparison import Verdict
    from zshforge.model.settings import Settings

_WORST_FIRST: tuple[Verdict, ...] = ("fail", "warn", "pass")


class BenchRules(Struct, frozen=True, kw_only=True):
    """The factors and floors of the settings table."""

    warn_factor: float
    fail_factor: float
    floor_us: float
    stable_runs: int


def bench_rules(settings: Settings) -> BenchRules:
    """What the settings say."""
    return BenchRules(
        warn_factor=settings.number("bench.warn_factor"),
        fail_factor=settings.number("bench.fail_factor"),
        floor_us=settings.number("bench.floor_us"),
        stable_runs=settings.integer("bench.stable_runs"),
    )


def judge_bench(run: BenchRun, baseline: BenchBaseline | None, rules: BenchRules) -> BenchJudgement:
    """Hold a run against a baseline.

    A function whose body changed has no baseline any more: its ratio is told, and it warns at most. A stand-in is not
    judged, and neither is a run of other conditions: both read ``unknown``.
    """
    refusal = _refusal(run, baseline)
    if refusal is not None or baseline is None:
        return BenchJudgement(verdict="unknown", reasons=(refusal or "",))
    changes = tuple(_changes(run, baseline, rules))
    ratios = [change.ratio for change in changes if change.state == "same body" and change.ratio is not None]
    return BenchJudgement(
        verdict=next((word for word in _WORST_FIRST if any(change.verdict == word for change in changes)), "unknown"),
        reasons=tuple(_reasons(changes, rules)),
        changes=changes,
        worst_ratio=max(ratios, default=None),
        drift_count=sum(change.verdict != "pass" for change in changes),
        suggestion=_suggestion(baseline, changes, rules),
    )


def renewed_baseline(run: BenchRun, baseline: BenchBaseline | None, rules: BenchRules) -> BenchBaseline:
    """The baseline after a run: a function's mark is kept as long as its body is the same.

    Raises:
        BaselineRefused: A function only stands in for something, or the conditions are others.
    """
    shims = [f"{one.call}: {one.shim_reason}" for one in run.functions if one.shimmed]
    if shims:
        raise BaselineRefused("a stand-in's cost is nobody's baseline", where=", ".join(shims), hint="leave it out")
    if baseline is None:
        fresh = {one.call: _mark(one, run) for one in run.functions}
        return BenchBaseline(config=run.config, stable_runs=0, functions=_by_name(fresh), fingerprint=run.fingerprint)
    refusal = _refusal(run, baseline)
    if refusal is not None:
        raise BaselineRefused(refusal, hint="remove bench-core-baseline.json to begin anew")
    kept = {mark.name: mark for mark in baseline.functions}
    marks = {one.call: _kept(one, kept.get(one.call)) or _mark(one, run) for one in run.functions}
    quiet = judge_bench(run, baseline, rules).drift_count == 0
    return BenchBaseline(
        config=baseline.config,
        stable_runs=baseline.stable_runs + 1 if quiet else 0,
        functions=_by_name(marks),
        fingerprint=baseline.fingerprint,
    )


def _refusal(run: BenchRun, baseline: BenchBaseline | None) -> str | None:
    if baseline is None:
        return "there is no baseline (zf bench --save-baseline)"
    if run.shimmed_count:
        return f"{run.shimmed_count} of {len(run.functions)} functions are stand-ins"
    fields = differing(run.fingerprint, baseline.fingerprint)
    if fields:
        return f"the baseline is from other conditions: {', '.join(fields)}"
    if run.config != baseline.config:
        return f"the baseline is of {baseline.config}, not of {run.config}"
    return None


def _changes(run: BenchRun, baseline: BenchBaseline, rules: BenchRules) -> Iterator[BenchChange]:
    marks = {mark.name: mark for mark in baseline.functions}
    for one in run.functions:
        mark = marks.pop(one.call, None)
        yield BenchChange(name=one.call, state="new", verdict="warn") if mark is None else _change(one, mark, rules)
    for name in marks:
        yield BenchChange(name=name, state="gone", verdict="warn")


def _change(one: BenchFunction, mark: BenchMark, rules: BenchRules) -> BenchChange:
    then, now = mark.median_per_call_us, one.median_per_call_us
    ratio = now / then if then > 0 else None
    if one.body_sha256 != mark.body_sha256:
        return BenchChange(name=one.call, state="body changed", verdict="warn", ratio=ratio)
    verdict: Verdict = "pass"
    if now - then > rules.floor_us:
        verdict = "fail" if now > rules.fail_factor * then else "warn" if now > rules.warn_factor * then else "pass"
    return BenchChange(name=one.call, state="same body", verdict=verdict, ratio=ratio)


def _reasons(changes: tuple[BenchChange, ...], rules: BenchRules) -> Iterator[str]:
    for change in changes:
        if change.verdict == "pass":
            continue
        if change.state == "same body":
            limit = rules.fail_factor if change.verdict == "fail" else rules.warn_factor
            yield f"{change.name} costs {change.ratio:.2f} times its baseline (limit {limit:g})"
        elif change.ratio is not None:
            yield f"{change.name}: {change.state}, {change.ratio:.2f} times the former one's cost"
        else:
            yield f"{change.name}: {change.state}"
    if all(change.verdict == "pass" for change in changes):
        yield f"no function costs more than {rules.warn_factor:g} times its baseline"


def _suggestion(baseline: BenchBaseline, changes: tuple[BenchChange, ...], rules: BenchRules) -> str | None:
    if baseline.stable_runs < rules.stable_runs or any(change.verdict != "pass" for change in changes):
        return None
    return f"{baseline.stable_runs} stable runs: zf bench --mode gate"


def _kept(one: BenchFunction, mark: BenchMark | None) -> BenchMark | None:
    return mark if mark is not None and mark.body_sha256 == one.body_sha256 else None


def _mark(one: BenchFunction, run: BenchRun) -> BenchMark:
    return BenchMark(
        name=one.call,
        body_sha256=one.body_sha256,
        median_per_call_us=one.median_per_call_us,
        mad_us=one.mad_us,
        recorded_at=run.generated_at,
    )


def _by_name(marks: dict[str, BenchMark]) -> tuple[BenchMark, ...]:
    return tuple(marks[name] for name in sorted(marks))
