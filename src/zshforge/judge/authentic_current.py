"""Judging our single-run artifact: what it says of a session is held against the session's own sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from zshforge.judge.authentic_run import sample_signs
from zshforge.judge.authentic_signs import Sign
from zshforge.model.current import Current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.judge.formats import Document


def judge_current_sample(document: Document) -> Iterator[Sign]:
    """The last sample of a configuration, ``perf-current.v2``."""
    try:
        current = msgspec.convert(document.content, Current)
    except msgspec.ValidationError as error:
        yield Sign("doubt", f"calls itself perf-current.v2 and is not: {error}")
        return
    counted = [sample for sample in current.samples.values() if sample.authentic]
    if not counted:
        yield Sign("doubt", f"none of its {len(current.samples)} samples is authentic")
        return
    for sample in counted:
        yield from sample_signs(sample)
    yield from _told_signs(current)
    yield Sign("proof", f"{len(counted)} authentic sample with stamps in order; every number is the sample's own")


def _told_signs(current: Current) -> Iterator[Sign]:
    shown = current.samples.get("warm") or current.samples["cold"]
    pairs = {
        "pre_plugin_cost_ms": shown.lifecycle.pre_plugin_total_ms,
        "post_plugin_cost_ms": shown.lifecycle.post_plugin_total_ms,
        "prompt_ready_ms": shown.lifecycle.prompt_ready_ms,
    }
    for state, sample in current.samples.items():
        pairs[f"{state}_ms"] = sample.latencies.first_prompt_ms
    for name, truth in pairs.items():
        if getattr(current, name) != truth:
            yield Sign("made_up", f"{name} is {getattr(current, name)}, its sample says {truth}")
