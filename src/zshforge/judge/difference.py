"""Two recorded runs, segment by segment: what regressed, what is new, what went, what improved, what drifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from zshforge.capture.fingerprint import differing
from zshforge.judge.modes import EXIT_CODES
from zshforge.model.difference import Drift, PerfDiff, SegmentChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zshforge.judge.held import Held
    from zshforge.model.comparison import Mode, Verdict
    from zshforge.model.difference import Tier
    from zshforge.model.run import Fingerprint
    from zshforge.model.settings import Settings

Kind = Literal["regressions", "new", "removed", "improvements", "unchanged"]

Details = dict[str, tuple[SegmentChange, ...]]

KINDS: tuple[Kind, ...] = ("regressions", "new", "removed", "improvements", "unchanged")


class Floors(NamedTuple):
    """What a change must reach, from the settings.

    Attributes:
        abs_ms: Milliseconds of a regression or an improvement.
        pct: Percent of the baseline of one.
        new_ms: What a new segment may cost.
        warn_pct: The lower tier of drift.
        fail_pct: The upper one.
        drift_ms: A smaller rise is no drift.
    """

    abs_ms: float
    pct: float
    new_ms: float
    warn_pct: float
    fail_pct: float
    drift_ms: float


def floors_of(settings: Settings) -> Floors:
    """The floors that hold."""
    return Floors(
        abs_ms=settings.number("diff.abs_ms"),
        pct=settings.number("diff.pct"),
        new_ms=settings.number("diff.new_ms"),
        warn_pct=settings.number("drift.warn_pct"),
        fail_pct=settings.number("drift.fail_pct"),
        drift_ms=settings.number("drift.min_ms"),
    )


def diff(baseline: Held, current: Held, floors: Floors, mode: Mode) -> PerfDiff:
    """Hold one recorded run against another.

    Numbers of a run that is not authentic, and runs of different conditions, are compared for diagnosis alone: the
    verdict is ``unknown``.
    """
    changes = list(changes_of(baseline, current, floors))
    details = details_of(changes)
    odd = conditions_apart(baseline.fingerprint, current.fingerprint)
    fell_back = baseline.native and not current.native
    verdict, reasons = _verdict(details, (*baseline.doubts, *current.doubts), odd, fell_back=fell_back)
    return PerfDiff(
        verdict=verdict,
        mode=mode,
        exit_code=EXIT_CODES[mode][verdict],
        reasons=reasons,
        baseline=baseline.source,
        current=current.source,
        differing=odd,
        markers_fell_back=fell_back,
        threshold_abs_ms=floors.abs_ms,
        threshold_pct=floors.pct,
        new_allow_ms=floors.new_ms,
        counts={kind: len(details[kind]) for kind in KINDS},
        details=details,
        drift=drift_of([c for _, c in changes], floors, known=verdict != "unknown"),
        notes=_notes(baseline, current),
    )


def changes_of(baseline: Held, current: Held, floors: Floors) -> Iterator[tuple[Kind, SegmentChange]]:
    """Every segment and total of either run, and what became of it."""
    return changes_between(all_costs(baseline), all_costs(current), floors)


def all_costs(held: Held) -> dict[str, float]:
    """Every segment and total of a run, in milliseconds."""
    return {name: cost.ms for name, cost in held.segments.items()} | held.totals


def changes_between(
    before: Mapping[str, float], after: Mapping[str, float], floors: Floors
) -> Iterator[tuple[Kind, SegmentChange]]:
    """What became of every name, by its milliseconds before and after."""
    for name in sorted(before.keys() | after.keys()):
        yield _change(name, before.get(name), after.get(name), floors)


def details_of(changes: Sequence[tuple[Kind, SegmentChange]]) -> Details:
    """The changes of each kind, the largest first."""
    return {kind: _sorted(change for of, change in changes if of == kind) for kind in KINDS}


def conditions_apart(one: Fingerprint, other: Fingerprint) -> tuple[str, ...]:
    """Conditions in which two runs differ, so that nothing follows from their difference."""
    odd = differing(one, other)
    return odd if one.state == other.state else (*odd, "state")


def drift_of(changes: Sequence[SegmentChange], floors: Floors, *, known: bool) -> Drift:
    """The guide's tiers over the rises of segments that both runs have.

    Args:
        changes: What became of each.
        floors: The tiers, and the smallest rise that counts.
        known: Whether the runs can be compared at all.
    """
    if not known:
        return Drift(tier="unknown", message="unknown", warn=0, fail=0, max_positive_regression_pct=None)
    rises = [
        (change.pct, change.name)
        for change in changes
        if change.pct is not None and change.pct > 0 and (change.delta_ms or 0.0) >= floors.drift_ms
    ]
    fail = sum(pct >= floors.fail_pct for pct, _ in rises)
    warn = sum(pct >= floors.warn_pct for pct, _ in rises) - fail
    largest, segment = max(rises, default=(0.0, None))
    tier: Tier = "fail" if fail else "warn" if warn else "low" if rises else "none"
    return Drift(
        tier=tier,
        message=_message(tier, fail or warn or len(rises), largest, floors),
        warn=warn,
        fail=fail,
        max_positive_regression_pct=largest,
        segment=segment,
    )


def _message(tier: Tier, count: int, largest: float, floors: Floors) -> str:
    if tier == "none":
        return "0"
    return f"{count} (<{floors.warn_pct:.1f}%)" if tier == "low" else f"{count} {tier} (+{largest:.1f}% max)"


def _change(name: str, before: float | None, after: float | None, floors: Floors) -> tuple[Kind, SegmentChange]:
    if before is None:
        over = after is not None and after >= floors.new_ms
        return "new", SegmentChange(name=name, current_ms=after, over=over)
    if after is None:
        return "removed", SegmentChange(name=name, baseline_ms=before)
    delta = after - before
    pct = 100 * delta / before if before > 0 else None
    large = abs(delta) >= floors.abs_ms and delta != 0 and (pct is None or abs(pct) >= floors.pct)
    kind: Kind = "unchanged" if not large else "regressions" if delta > 0 else "improvements"
    return kind, SegmentChange(
        name=name, baseline_ms=before, current_ms=after, delta_ms=delta, pct=pct, over=kind == "regressions"
    )


def _sorted(changes: Iterable[SegmentChange]) -> tuple[SegmentChange, ...]:
    def size(change: SegmentChange) -> float:
        known = (change.delta_ms, change.current_ms, change.baseline_ms)
        return abs(next((ms for ms in known if ms is not None), 0.0))

    return tuple(sorted(changes, key=lambda change: (-size(change), change.name)))


def _verdict(
    details: Details, doubts: Sequence[str], odd: Sequence[str], *, fell_back: bool
) -> tuple[Verdict, tuple[str, ...]]:
    if doubts:
        return "unknown", tuple(doubts)
    if odd:
        return "unknown", (f"the runs differ in {', '.join(odd)}, so nothing follows from their difference",)
    told = [grown(change) for change in details["regressions"]]
    told += [f"{c.name} is new and costs {c.current_ms:.0f} ms" for c in details["new"] if c.over]
    if told:
        return "fail", tuple(told)
    if not details["unchanged"] and not details["improvements"]:
        return "unknown", ("the runs have no segment in common",)
    if fell_back:
        return "warn", ("the shell stamped every total of the baseline itself, and does not any more",)
    return "pass", ("no segment rose beyond the floors",)


def grown(change: SegmentChange) -> str:
    """A regression in words."""
    share = "from nothing" if change.pct is None else f"{change.pct:+.1f} %"
    return f"{change.name} rose by {change.delta_ms:.0f} ms ({share})"


def _notes(baseline: Held, current: Held) -> tuple[str, ...]:
    notes = ["two recorded runs, not interleaved: zf compare proves what this shows"]
    if baseline.source.run_id == current.source.run_id:
        notes.append("both are the same run")
    return tuple(notes)
