"""What a run lacks, for standard error: lost sessions, repeated attempts, samples that may not be counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.run import Run
    from zshforge.model.sample import Sample


def shortfall_lines(run: Run) -> tuple[str, ...]:
    """One sentence for each lack, with the first reason; none for a whole run.

    Args:
        run: What was measured; warm-ups that failed stand among its failures, too.
    """
    return tuple(f"{run.config}: {line}" for line in _lines(run))


def _lines(run: Run) -> Iterator[str]:
    lost = run.requested_samples - run.samples
    if run.failures:
        first = run.failures[0]
        told = (
            f"{lost} of {run.requested_samples} sessions failed"
            if lost > 0
            else f"{_counted(len(run.failures), 'attempt')} failed, no sample was lost"
        )
        yield f"{told}; the first: {first.what} (phase {first.phase})"
    odd = [sample for sample in run.per_run if not sample.authentic]
    if odd:
        verb = "is" if len(odd) == 1 else "are"
        yield (
            f"{len(odd)} of {_counted(run.samples, 'sample')} {verb} not authentic; "
            f"the first (session {odd[0].index}): {_why(odd[0])}"
        )


def _why(sample: Sample) -> str:
    names = ("pre_plugin_total_ms", "post_plugin_total_ms", "prompt_ready_ms", "first_prompt_ms")
    reasons = dict.fromkeys(sample.reasons[name] for name in names if name in sample.reasons)
    return "; ".join((*sample.flags, *reasons)) or "no reason was recorded"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
