"""Waiting for what a configuration that marks itself writes late: its prompt mark, then its last segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.capture.marks import read_marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zshforge.capture.plan import SessionPlan
    from zshforge.capture.pump import Pipe, Pump

_PROMPT = "MARK name=prompt_ready "


def wait_for_marks(pump: Pump, marks: Pipe | None, plan: SessionPlan, reasons: dict[str, str]) -> None:
    """Give late lines their time; a descriptor that every writer has closed is not waited for.

    Args:
        pump: Reads the descriptor meanwhile.
        marks: The descriptor's lines; ``None`` when the configuration does not mark itself.
        plan: How long to wait for the prompt mark and for the segments, in milliseconds.
        reasons: Told why ``prompt_ready_ms`` is missing when the mark did not come.
    """
    if marks is None:
        return
    pump.until(lambda: marks.closed or _marked(marks), plan.prompt_grace_ms / 1000)
    if not _marked(marks):
        reasons["prompt_ready_ms"] = (
            "the configuration closed its descriptor without a prompt mark"
            if marks.closed
            else f"no prompt mark within {plan.prompt_grace_ms:g} ms after the prompt (capture.prompt_grace_ms)"
        )
    window_ms = segment_window_ms(
        (text for _, text in marks.lines), share=plan.adaptive_wait_share, most_ms=plan.adaptive_wait_ms
    )
    pump.until(lambda: marks.closed, window_ms / 1000)


def segment_window_ms(lines: Iterable[str], *, share: float, most_ms: float) -> float:
    """How long late segments are waited for, in milliseconds.

    Args:
        lines: What the configuration has written so far.
        share: Of the pre-plugin time (guide, backlog 14).
        most_ms: Never longer than this; this long when the pre-plugin time is not known.
    """
    stamps = read_marks(lines).stamps
    start, end = stamps.get("pre_plugin_start"), stamps.get("pre_plugin_end")
    if start is None or end is None or end < start:
        return most_ms
    return min(share * (end - start) / 1000, most_ms)


def _marked(marks: Pipe) -> bool:
    return any(text.startswith(_PROMPT) for _, text in marks.lines)
