"""From what a session showed to a sample: every number is the difference of two stamps, or it is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zshforge.model.sample import Latencies, Resources, Sample, Undisturbed

if TYPE_CHECKING:
    from zshforge.capture.lifecycle import Story
    from zshforge.capture.observation import Observation

#: Flags that forbid to call a sample authentic.
DISQUALIFYING = ("clock_stepped",)


class Origin(Struct, frozen=True, kw_only=True):
    """Which session of which plan."""

    index: int
    config: str
    state: str = "warm"
    attempt: int = 1


def make_sample(
    seen: Observation,
    story: Story,
    origin: Origin,
    *,
    exit_ms: float | None,
    recording: str | None = None,
    looked: Observation | None = None,
) -> Sample:
    """One sample of one session, or of two.

    Args:
        seen: What was observed.
        story: The lifecycle that follows from it, or from ``looked``.
        origin: Its place in the plan.
        exit_ms: How long ``zsh -ic exit`` took, measured apart.
        recording: The name of the file with what the screen showed.
        looked: The session that the lifecycle is of, where it is not the same one.
    """
    latencies, reasons = _latencies(seen, exit_ms)
    flags = (*looked.flags, *seen.flags) if looked else seen.flags
    return Sample(
        index=origin.index,
        config=origin.config,
        state=origin.state,
        attempt=origin.attempt,
        authentic=_authentic(seen, story, flags),
        flags=tuple(dict.fromkeys((*flags, *story.problems))),
        markers=story.markers,
        undisturbed=_undisturbed(seen) if looked else None,
        segments=story.segments,
        start_ms=story.start_ms,
        unattributed_ms=story.unattributed_ms,
        lifecycle=story.lifecycle,
        provenance=story.provenance,
        latencies=latencies,
        reasons=story.reasons | reasons,
        salvage=story.salvage,
        counters={
            "instructions_user": seen.instructions_user,
            "forks_before_prompt": seen.forks_before_prompt,
            "execs_before_prompt": seen.execs_before_prompt,
        },
        capabilities=seen.capabilities,
        resources=Resources(
            user_ms=seen.status.user_ms if seen.status else None,
            sys_ms=seen.status.sys_ms if seen.status else None,
            peak_rss_kb=seen.peak_rss_kb,
        ),
        prompt_seen_by=seen.prompt_by,
        exit_status=seen.status.code if seen.status else None,
        recording=recording,
    )


def _undisturbed(seen: Observation) -> Undisturbed | None:
    if seen.spawn_us is None:
        return None
    return Undisturbed(spawn_us=seen.spawn_us, first_prompt_us=seen.prompt_us, first_command_us=seen.command_us)


def _authentic(seen: Observation, story: Story, flags: tuple[str, ...]) -> bool:
    """Every marker that this configuration can have is native or observed, in order, and nothing disqualifies."""
    if story.problems or any(flag in flags for flag in DISQUALIFYING):
        return False
    if None in (seen.spawn_us, seen.prompt_us, seen.command_us):
        return False
    trio = (story.provenance.pre, story.provenance.post, story.provenance.prompt)
    return not story.applies or all(provenance.authentic for provenance in trio)


def _latencies(seen: Observation, exit_ms: float | None) -> tuple[Latencies, dict[str, str]]:
    reasons = dict(seen.reasons)
    found = {
        "first_prompt_ms": _between(seen.spawn_us, seen.prompt_us),
        "first_command_ms": _between(seen.spawn_us, seen.command_us),
        "input_ms": min(seen.input_us) / 1000 if seen.input_us else None,
        "command_ms": seen.prompt_mean_us / 1000 if seen.prompt_mean_us is not None else None,
        "exit_ms": exit_ms,
    }
    kept = {name: value for name, value in found.items() if name not in reasons}
    for name, value in kept.items():
        if value is None:
            reasons[name] = "not measured in this session"
    return Latencies(**kept), reasons


def _between(first_us: int | None, last_us: int | None) -> float | None:
    return (last_us - first_us) / 1000 if first_us is not None and last_us is not None else None
