"""The story of one session: lifecycle markers, the three totals, segments, and what nobody accounts for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from zshforge.capture.marks import NATIVE_MOMENTS, read_marks
from zshforge.capture.spans import Span, segments, spans
from zshforge.model.markers import LIFECYCLE, Marker, Provenance, Segment
from zshforge.model.sample import Lifecycle, ProvenanceTrio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.capture.observation import Observation
    from zshforge.shell.frameworks import Framework

_FIRST_COMMAND = ("./s", "/control/s")  # how the names end that SessionPlan.typed and .typed_again source
_NO_FILES = "no start file was seen: there is none, or it was over between two looks"
_UNSEEN = "the session ended before it"


class Story(Struct, frozen=True, kw_only=True):
    """What one session tells about itself."""

    markers: tuple[Marker, ...]
    lifecycle: Lifecycle
    provenance: ProvenanceTrio
    segments: tuple[Segment, ...]
    start_ms: float | None
    """From the exec until the prompt stands and keys are read; the segments' own times and the rest add up to it."""
    unattributed_ms: float | None
    problems: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    salvage: dict[str, float] = field(default_factory=dict)
    checksum: str | None = None
    applies: bool = True
    """Whether the session had phases: none without a start file, and none that was long enough to be seen."""


def native_story(seen: Observation, labels: Sequence[str] = ()) -> Story:
    """A session of a configuration that marks its own moments, and must have marked these segments."""
    marks = read_marks(seen.marks, labels=labels)
    stamps = {name: (us, Provenance.NATIVE) for name, us in marks.stamps.items() if name in NATIVE_MOMENTS}
    reasons = {name: "the configuration did not mark it" for name in NATIVE_MOMENTS if name not in stamps}
    markers = _markers(seen, stamps, reasons)
    lifecycle, trio, missing = _totals(markers)
    ready_us = _ready_us(seen, marks.stamps.get("prompt_ready"))
    attributed = sum(s.ms for s in _outermost(_before(marks.segments, ready_us)))
    salvage = {}
    if lifecycle.post_plugin_total_ms is None:
        parts = sum(s.ms for s in _outermost(marks.segments) if s.phase == "post_plugin")
        if parts:
            salvage["post_plugin_total_ms"] = parts
    return Story(
        markers=markers,
        lifecycle=lifecycle,
        provenance=trio,
        segments=_with_own_time(marks.segments),
        start_ms=_since_spawn(seen, ready_us),
        unattributed_ms=_rest(seen, ready_us, attributed),
        problems=marks.problems + _order_problems(markers),
        reasons=missing,
        salvage=salvage,
        checksum=marks.checksum,
    )


def foreign_story(seen: Observation, framework: Framework, labels: Sequence[str] = ()) -> Story:
    """A session of any configuration, divided by the files that the shell was seen to source; these must be there."""
    ready, command = _editor(seen)
    # An instant prompt is on the screen long before the start files have ended.
    found = spans(seen.looks, max(seen.prompt_us, ready or command or 0)) if seen.prompt_us is not None else []
    instant = _instant(seen, found)
    if ready is None and seen.prompt_us is not None and not instant:
        ready = seen.prompt_us
    ready_us = _ready_us(seen, ready if instant else None)
    moments, reasons = _boundaries(seen, framework, found, ready)
    stamps = {name: (us, Provenance.OBSERVED) for name, us in moments.items()}
    markers = _markers(seen, stamps, reasons)
    lifecycle, trio, missing = _totals(markers)
    phase_of = {span.start_us: _phase(span.start_us, moments) for span in found}
    parts = segments(found, phase_of)
    before = spans(seen.looks, ready_us) if ready_us is not None else []
    attributed = sum(span.self_us for span in before) / 1000
    return Story(
        markers=markers,
        lifecycle=lifecycle,
        provenance=trio,
        segments=parts,
        start_ms=_since_spawn(seen, ready_us),
        unattributed_ms=_rest(seen, ready_us, attributed) if seen.watch_refused is None else None,
        problems=(*_order_problems(markers), *_missing_labels(parts, labels)),
        reasons=missing,
        applies=framework.name != "none" and ("rc_start" in moments or seen.watch_refused is not None),
    )


def _editor(seen: Observation) -> tuple[int | None, int | None]:
    """When the line editor was first seen at work, and when the first command was; it may have been too quick."""
    commands = (us for us, look in seen.looks if any(f.name.endswith(_FIRST_COMMAND) for f in look.frames))
    command = next(commands, seen.command_us)
    at_work = (seen.edited_us, next((us for us, look in seen.looks if look.editing), None))
    # An editor that was seen only after the first command is that of the second prompt.
    return min((us for us in at_work if us is not None and (command is None or us <= command)), default=None), command


def _instant(seen: Observation, found: list[Span]) -> bool:
    """Whether files were still being sourced when the prompt was on the screen, beyond what looks can be late by."""
    return any(span.end_us > (seen.prompt_us or 0) + seen.looks_gap_us for span in found if span.kind == "source")


def _boundaries(
    seen: Observation, framework: Framework, found: list[Span], ready: int | None
) -> tuple[dict[str, int], dict[str, str]]:
    """Stamps of the phase boundaries, or why there are none.

    With a framework the plugin phase goes from the first of its files to the end of the last one. Without one there is
    no plugin phase: what comes before ``.zshrc`` is the pre phase, ``.zshrc`` and what follows it the post phase.
    """
    names = ("rc_start", "pre_plugin_start", "pre_plugin_end", "plugins_end", "post_plugin_end")
    reason = seen.watch_refused or (_NO_FILES if framework.name == "none" else "")
    moments: dict[str, int] = {}
    if ready is not None:
        moments["prompt_ready"] = ready
    files = [span for span in found if span.kind == "source"]
    if reason or all(span.name.startswith("/etc/") for span in files):
        reason = reason or _NO_FILES
        return moments, dict.fromkeys(names, reason) | ({} if ready else {"prompt_ready": reason})
    tops = [span for span in files if span.depth == 0]
    plugins = [span for span in files if framework.covers(span.name)]
    zshrc = next((span for span in tops if span.name.endswith("zshrc") and "/etc/" not in span.name), tops[-1])
    moments["rc_start"] = moments["pre_plugin_start"] = files[0].start_us
    moments["pre_plugin_end"] = plugins[0].start_us if plugins else zshrc.start_us
    # An end is seen up to one look late, but never lies behind the editor's beginning.
    latest = max(span.end_us for span in tops) if ready is None else min(ready, max(span.end_us for span in tops))
    moments["plugins_end"] = min(latest, max(span.end_us for span in plugins)) if plugins else zshrc.start_us
    moments["post_plugin_end"] = latest
    return moments, {"prompt_ready": "the line editor was not seen before the session went on"}


def _markers(
    seen: Observation, stamps: dict[str, tuple[int, Provenance]], reasons: dict[str, str]
) -> tuple[Marker, ...]:
    observed = {
        "spawn": seen.spawn_us,
        "first_prompt_seen": seen.prompt_us,
        "first_command_seen": seen.command_us,
        "idle": seen.idle_us,
    }
    stamps = {**stamps, **{n: (us, Provenance.OBSERVED) for n, us in observed.items() if us is not None}}
    return tuple(
        Marker(name=name, stamp_us=stamps[name][0], provenance=stamps[name][1])
        if name in stamps
        else Marker.missing(name, reasons.get(name, _UNSEEN))
        for name in LIFECYCLE
    )


def _totals(markers: tuple[Marker, ...]) -> tuple[Lifecycle, ProvenanceTrio, dict[str, str]]:
    """The trio by the guide's definitions; a total has the weaker provenance of its two ends."""
    by_name = {marker.name: marker for marker in markers}
    ends = {
        "pre": ("pre_plugin_total_ms", by_name["pre_plugin_start"], by_name["pre_plugin_end"]),
        "post": ("post_plugin_total_ms", by_name["pre_plugin_end"], by_name["post_plugin_end"]),
        "prompt": ("prompt_ready_ms", by_name["pre_plugin_end"], by_name["prompt_ready"]),
    }
    totals: dict[str, float] = {}
    trio: dict[str, Provenance] = {}
    reasons: dict[str, str] = {}
    for word, (metric, first, last) in ends.items():
        if first.stamp_us is None or last.stamp_us is None:
            hole = first if first.stamp_us is None else last
            trio[word] = Provenance.MISSING
            reasons[metric] = f"{hole.name}: {hole.reason}"
            continue
        totals[metric] = (last.stamp_us - first.stamp_us) / 1000
        both = {first.provenance, last.provenance}
        trio[word] = Provenance.NATIVE if both == {Provenance.NATIVE} else Provenance.OBSERVED
    return Lifecycle(**totals), ProvenanceTrio(**trio), reasons


def _order_problems(markers: tuple[Marker, ...]) -> tuple[str, ...]:
    """Moments of the phases whose stamps run backwards; what the terminal shows may overtake them (instant prompts)."""
    latest, found = 0, []
    for marker in markers:
        if marker.stamp_us is None or marker.name in ("first_prompt_seen", "first_command_seen", "idle"):
            continue
        if marker.stamp_us < latest:
            found.append(f"order:{marker.name}")
        latest = max(latest, marker.stamp_us)
    return tuple(found)


def _missing_labels(found: tuple[Segment, ...], labels: Sequence[str]) -> tuple[str, ...]:
    names = {segment.name for segment in found}
    return tuple(f"missing:{label}" for label in labels if label not in names)


def _phase(stamp_us: int, moments: dict[str, int]) -> str:
    for name, phase in (
        ("pre_plugin_end", "pre_plugin"),
        ("plugins_end", "plugins"),
        ("post_plugin_end", "post_plugin"),
    ):
        if name in moments and stamp_us < moments[name]:
            return phase
    return "prompt"


def _with_own_time(found: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Each segment with what it cost besides the segments inside it."""
    own = {id(s): s.end_us - s.start_us for s in found}
    for inner in found:
        holders = [s for s in found if s is not inner and _inside(inner, s)]
        if holders:
            own[id(min(holders, key=lambda s: s.end_us - s.start_us))] -= inner.end_us - inner.start_us
    return tuple(replace(s, self_us=own[id(s)]) for s in found)


def _inside(inner: Segment, outer: Segment) -> bool:
    return outer.start_us <= inner.start_us and inner.end_us <= outer.end_us and inner.ms < outer.ms


def _outermost(found: tuple[Segment, ...]) -> list[Segment]:
    """Segments that lie in no other one, so that their sum counts nothing twice."""
    return [s for s in found if not any(o is not s and _inside(s, o) for o in found)]


def _before(found: tuple[Segment, ...], until_us: int | None) -> tuple[Segment, ...]:
    return tuple(s for s in found if until_us is None or s.end_us <= until_us)


def _ready_us(seen: Observation, editor_us: int | None) -> int | None:
    """When the start is over: a prompt that was painted first is on the screen long before keys are read."""
    if seen.prompt_us is None:
        return None
    return max(seen.prompt_us, editor_us or 0)


def _since_spawn(seen: Observation, until_us: int | None) -> float | None:
    return None if until_us is None or seen.spawn_us is None else (until_us - seen.spawn_us) / 1000


def _rest(seen: Observation, until_us: int | None, attributed_ms: float) -> float | None:
    """What no segment accounts for, so that the parts equal the whole."""
    whole = _since_spawn(seen, until_us)
    return None if whole is None else whole - attributed_ms
