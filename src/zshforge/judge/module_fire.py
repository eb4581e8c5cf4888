"""Whether markers and segments of a configuration fire, told from its sessions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from zshforge.judge.modes import EXIT_CODES
from zshforge.model.markers import LIFECYCLE, Provenance
from zshforge.model.module_fire import Diagnostics, FiredLabel, MarkerRow, ModuleFire, RequiredLabel
from zshforge.model.sample import ProvenanceTrio
from zshforge.stats.describe import median, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zshforge.judge.required_labels import Requirement
    from zshforge.model.comparison import Mode, Verdict
    from zshforge.model.markers import Segment
    from zshforge.model.module_fire import LabelStatus
    from zshforge.model.run import Run
    from zshforge.model.sample import Sample
    from zshforge.model.settings import Settings

_POST = "post_plugin"
#: Flags of a sample that are defects of marker lines, alone or before a colon.
_DEFECTS = (
    "empty_log",
    "malformed",
    "foreign_line",
    "exit_before_prompt",
    "twice",
    "order",
    "negative",
    "contradiction",
)


def module_fire(run: Run, required: Sequence[Requirement], settings: Settings, *, strict: bool) -> ModuleFire:
    """What fired in the sessions of a run, and whether that is all that must.

    Args:
        run: Its samples count whether authentic or not.
        required: The labels that must fire.
        settings: What an outlier is.
        strict: Whether a finding stops anybody.
    """
    made = _seen(run, required, settings)
    if run.per_run:
        silent = _seen(_silenced(run), required, settings)
        made = replace(made, can_fail=judged(silent, strict=True).verdict == "fail")
    return judged(made, strict=strict)


def judged(made: ModuleFire, *, strict: bool) -> ModuleFire:
    """The same with verdict, exit code, reasons and recommendations, as far as its fields tell them."""
    reasons, advice = _findings(made)
    verdict: Verdict = "fail" if reasons else "pass"
    if made.samples == 0 or made.can_fail is False:
        verdict, reasons = "unknown", ("no session was seen" if made.samples == 0 else "this check could not fail",)
    mode: Mode = "gate" if strict else "warn"
    return replace(
        made,
        verdict=verdict,
        mode=mode,
        exit_code=int(EXIT_CODES[mode][verdict]),
        reasons=reasons,
        recommendations=advice,
    )


def _seen(run: Run, required: Sequence[Requirement], settings: Settings) -> ModuleFire:
    samples = run.per_run
    labels = _labels(samples, settings)
    post = [label for label in labels if label.phase == _POST]
    times = [label.median_ms for label in post if label.median_ms is not None]
    native = {word: _native(samples, word) for word in ("pre", "post", "prompt")}
    return ModuleFire(
        timestamp=run.timestamp,
        config=run.config,
        framework=run.framework,
        run_id=run.run_id,
        verdict="unknown",
        mode="warn",
        exit_code=0,
        reasons=(),
        samples=len(samples),
        pre_native=native["pre"],
        post_native=native["post"],
        prompt_native=native["prompt"],
        lifecycle_post_ms=_total(samples, lambda sample: sample.lifecycle.post_plugin_total_ms),
        lifecycle_prompt_ms=_total(samples, lambda sample: sample.lifecycle.prompt_ready_ms),
        post_segment_count=len(post),
        post_segment_sum_ms=sum(times) if times else None,
        post_segment_labels=tuple(label.name for label in post),
        diagnostics=Diagnostics(emits_granular_segments=_granular(samples), emits_native_prompt=native["prompt"]),
        markers=_markers(samples),
        labels=labels,
        required=tuple(_required(one, labels, len(samples)) for one in required),
        problems=tuple(sorted({flag for s in samples for flag in s.flags if flag.split(":")[0] in _DEFECTS})),
        recommendations=(),
    )


def _native(samples: Sequence[Sample], word: str) -> int:
    return int(bool(samples) and all(getattr(s.provenance, word) is Provenance.NATIVE for s in samples))


def _granular(samples: Sequence[Sample]) -> int:
    return int(bool(samples) and all(any(_is_native_post(part) for part in s.segments) for s in samples))


def _is_native_post(segment: Segment) -> bool:
    return segment.phase == _POST and segment.provenance is Provenance.NATIVE


def _total(samples: Sequence[Sample], of: Callable[[Sample], float | None]) -> float | None:
    return median([ms for sample in samples if (ms := of(sample)) is not None])


def _markers(samples: Sequence[Sample]) -> tuple[MarkerRow, ...]:
    found: dict[str, Counter[str]] = {name: Counter() for name in LIFECYCLE}
    for sample in samples:
        for marker in sample.markers:
            found[marker.name][str(marker.provenance)] += 1
    return tuple(MarkerRow(name=name, provenance=dict(counts)) for name, counts in found.items() if counts)


def _labels(samples: Sequence[Sample], settings: Settings) -> tuple[FiredLabel, ...]:
    """Each name with its time in a session, which of a repeated segment is the sum."""
    first: dict[str, Segment] = {}
    times: dict[str, dict[int, float]] = {}
    for number, sample in enumerate(samples):
        for segment in sample.segments:
            first.setdefault(segment.name, segment)
            each = times.setdefault(segment.name, {})
            each[number] = each.get(number, 0.0) + segment.ms
    return tuple(_label(first[name], list(each.values()), settings) for name, each in times.items())


def _label(segment: Segment, times: Sequence[float], settings: Settings) -> FiredLabel:
    told = summarise(times, outlier_factor=settings.number("outlier.factor"), mad_z=settings.number("outlier.mad_z"))
    return FiredLabel(
        name=segment.name,
        phase=segment.phase,
        kind=segment.kind,
        provenance=str(segment.provenance),
        samples=len(times),
        median_ms=told.median,
        mean_ms=told.mean,
        stddev_ms=told.stddev,
        min_ms=told.min,
        max_ms=told.max,
    )


def _required(wanted: Requirement, labels: Sequence[FiredLabel], samples: int) -> RequiredLabel:
    count = next((label.samples or 0 for label in labels if label.name == wanted.name), 0)
    status: LabelStatus = "missing" if not count else "fired" if count == samples else "sometimes"
    return RequiredLabel(name=wanted.name, why=wanted.why, status=status, samples=count)


def _silenced(run: Run) -> Run:
    """The same sessions, as if nothing had fired."""
    quiet = tuple(replace(sample, provenance=ProvenanceTrio(), segments=()) for sample in run.per_run)
    return replace(run, per_run=quiet)


def _findings(made: ModuleFire) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why it is no pass, and what to do, each once."""
    found = [*_marker_findings(made), *_label_findings(made), *_contradictions(made)]
    return tuple(why for why, _ in found), tuple(dict.fromkeys(what for _, what in found if what))


def _marker_findings(made: ModuleFire) -> list[tuple[str, str]]:
    found = []
    for word, flag in (("pre", made.pre_native), ("post", made.post_native), ("prompt", made.prompt_native)):
        if not flag:
            found.append((f"the {word} marker is not native{_how_often(made, word)}", _how_to_mark(made)))
    if not made.diagnostics.emits_granular_segments:
        found.append(("the configuration writes no segments of its own in every session", _how_to_segment(made)))
    found += [
        (f"marker lines: {problem}", "look at the lines themselves: zf capture --json, and zf replay of the run")
        for problem in made.problems
    ]
    return found


def _how_often(made: ModuleFire, word: str) -> str:
    name = {"pre": "pre_plugin_end", "post": "post_plugin_end", "prompt": "prompt_ready"}[word]
    row = next((row for row in made.markers if row.name == name), None)
    if row is None or not made.samples:
        return ""
    told = ", ".join(f"{kind} in {count} of {made.samples}" for kind, count in sorted(row.provenance.items()))
    return f" ({told} sessions)"


def _observed(made: ModuleFire) -> bool:
    return any(label.provenance == str(Provenance.OBSERVED) for label in made.labels)


def _how_to_mark(made: ModuleFire) -> str:
    if made.framework == "zshforge":
        return "the prompt hook did not run: see which module replaces precmd_functions (zf explain), then zf replay"
    if _observed(made):
        return "this configuration marks nothing; zf measures its moments from outside, which needs no change of it"
    return "mark rc_start to prompt_ready on the descriptor ZF_MARK_FD, as the shipped configuration does"


def _how_to_segment(made: ModuleFire) -> str:
    if _observed(made):
        count = len(made.labels)
        return (
            f"{count} files and functions were seen from outside; zf explain tells their costs, and lines and commands"
        )
    return "put _zsh_perf_segment_start NAME post_plugin and _zsh_perf_segment_end NAME around what is to be seen"


def _label_findings(made: ModuleFire) -> list[tuple[str, str]]:
    found = []
    for label in made.required:
        if label.status == "missing":
            found.append((f"{label.name} did not fire ({label.why})", "zf explain tree: is its file sourced at all?"))
        elif label.status == "sometimes":
            why = f"{label.name} fired in {label.samples} of {made.samples} sessions ({label.why})"
            found.append((why, "what fires by chance depends on time or on caches: zf capture --state both"))
    return found


def _contradictions(made: ModuleFire) -> list[tuple[str, str]]:
    """What a document says of itself that cannot be: other numbers than labels, parts without a whole."""
    found = []
    again = "do not believe this document; measure again: zf selftest"
    if made.post_segment_count != len(made.post_segment_labels):
        counted, named = made.post_segment_count, len(made.post_segment_labels)
        found.append((f"it counts {counted} segments and names {named}", again))
    if made.post_segment_sum_ms and made.lifecycle_post_ms is None:
        found.append(
            (f"segments of {made.post_segment_sum_ms:g} ms stand in a post-plugin total that nobody saw", again)
        )
    if made.diagnostics.emits_granular_segments and not made.post_segment_labels:
        found.append(("it says that segments fire, and names none", again))
    return found
