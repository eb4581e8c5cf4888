"""Judging what holds no measurement of its own: badges, states, ledgers, manifests, lists.

Such a file may be right or wrong, but no number in it was measured there; it can only ever be unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from zshforge.judge.authentic_signs import Sign, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zshforge.judge.formats import Document

#: The gating modes that the guide knows.
_MODES = ("observe", "warn", "gate")


def judge_badge(document: Document) -> Iterator[Sign]:
    """A badge: a sentence about a measurement elsewhere."""
    yield Sign("doubt", f"a badge: the text {document.fields.get('message')!r} is derived, no measurement is in it")


def judge_module_fire(document: Document) -> Iterator[Sign]:
    """A self-test of markers: which fired, and what the totals were."""
    fields = document.fields
    names = ("pre", "post", "prompt")
    silent = [name for name in names if fields.get(f"{name}_native") not in (1, True)]
    if silent:
        yield Sign("doubt", f"no native marker fired for {', '.join(silent)}")
    post, prompt = number(fields.get("lifecycle_post_ms")), number(fields.get("lifecycle_prompt_ms"))
    if not post or not prompt:
        yield Sign("doubt", "its lifecycle totals are zero: no measurement in it")
    parts = number(fields.get("post_segment_sum_ms"))
    if parts and not post:
        yield Sign("note", f"segments of {parts:g} ms stand in a post total of 0 ms")
    if post and post == prompt:
        yield Sign("doubt", f"prompt is identical to post ({post:g} ms)")
    if not silent and post and prompt:
        yield Sign("proof", "all three markers came from the shell itself, with totals above zero")


def _numbers_in(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _numbers_in(inner)
    elif (found := number(value)) is not None:
        yield found


def judge_variance_state(document: Document) -> Iterator[Sign]:
    """The state of variance gating, with the spreads that it rests on."""
    if any(_numbers_in(document.fields.get("rsd"))):
        yield Sign("doubt", "derived: it repeats spreads of samples that are not in it")
    else:
        yield Sign("doubt", "every mean and spread in it is null: it was derived from nothing")
    yield from _mode(document.fields)


def judge_gating_state(document: Document) -> Iterator[Sign]:
    """The stored streak of stable runs."""
    count = document.fields.get("stable_run_count")
    yield Sign("doubt", f"a mode and a streak of {count}, no measurement in it; no run is named for the streak")
    yield from _mode(document.fields)


def _mode(fields: Mapping[str, Any]) -> Iterator[Sign]:
    if (mode := fields.get("mode")) not in _MODES:
        yield Sign("note", f"the mode {mode!r} is none of {', '.join(_MODES)}")


def judge_governance(document: Document) -> Iterator[Sign]:
    """The governance badge with the statistics that it was made from."""
    sources, badge = document.fields.get("sources"), document.fields.get("badge")
    missing = [k for k, v in sources.items() if v == "missing"] if isinstance(sources, dict) else ["all"]
    if missing:
        yield Sign("doubt", f"sources are missing ({', '.join(missing)}), so its zeros were not measured")
    yield Sign("doubt", "derived: it repeats figures of other files, no measurement is in it")
    colour = badge.get("color") if isinstance(badge, dict) else None
    if missing and colour in ("green", "brightgreen"):
        yield Sign("note", f"it is {colour} although input is missing")


def judge_ledger(document: Document) -> Iterator[Sign]:
    """A ledger of module costs."""
    fields = document.fields
    overall = fields.get("overall")
    status = overall.get("status") if isinstance(overall, dict) else None
    if not fields.get("segments"):
        yield Sign("doubt", f"an empty ledger: no segment in it (status {status or 'not recorded'})")
    else:
        yield Sign("doubt", "derived: costs copied from a segment file, without stamps or provenance")


def judge_async_metrics(document: Document) -> Iterator[Sign]:
    """Counters of the asynchronous tasks."""
    pairs = dict(re.findall(r"^(\w+)=(.*)$", document.text, re.MULTILINE))
    figures = [value for key, value in pairs.items() if key.startswith("async_")]
    if pairs.get("export_mode", "").startswith("off"):
        yield Sign("doubt", f"exported with the asynchronous mode off ({pairs['export_mode']}): nothing was measured")
    if figures and all(value.strip() in ("0", "n/a") for value in figures):
        yield Sign("doubt", f"all {len(figures)} counters are zero")
    else:
        yield Sign("doubt", "bare counters, without stamps or provenance")
    absent = [key for key, value in pairs.items() if value.strip() == "n/a"]
    if absent:
        yield Sign("note", f"not available: {', '.join(absent)}")


def judge_manifest(document: Document) -> Iterator[Sign]:
    """The declaration of asynchronous tasks."""
    tasks = document.fields.get("tasks")
    count = len(tasks) if isinstance(tasks, list) else 0
    yield Sign("doubt", f"a declaration of {count} tasks: their times are limits and budgets, no measurement is in it")


def judge_options(document: Document) -> Iterator[Sign]:
    """A snapshot of shell options."""
    count = len(re.findall(r"^[a-z_]+=(?:on|off)$", document.text, re.MULTILINE))
    yield Sign("doubt", f"a list of {count} shell options: no measurement in it")
    if re.search(r"^#.*\b(?:edit manually|desired)\b", document.text, re.MULTILINE | re.IGNORECASE):
        yield Sign("note", "its own comment says that it was written by hand, as what is wanted")


def judge_collisions(document: Document) -> Iterator[Sign]:
    """A list of functions that are defined twice."""
    rows = document.fields.get("duplicates")
    count = len(rows) if isinstance(rows, list) else 0
    yield Sign("doubt", f"a list of {count} names that are defined twice: no measurement in it")


def judge_nothing(document: Document) -> Iterator[Sign]:
    """Anything else: no format in which this tool knows measurements."""
    if document.format == "empty-object":
        yield Sign("doubt", "an empty object: no measurement in it")
    elif document.content is None:
        yield Sign("doubt", f"plain text ({len(document.text.splitlines())} lines), no format that holds measurements")
    else:
        yield Sign("doubt", f"{document.format}: not a format that holds measurements of sessions")
