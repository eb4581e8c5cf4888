"""What the shipped configuration tells of its start: bare stamps, because a start is charged for what the shell does.

One line, the fields separated by tabs (``zsh/pre-plugin/01-segment-lib.zsh`` writes it)::

    STAMPS <rc_start> <hooks> <prompt_ready> <exit> <policy> <walk> <spans…>

A stamp is ``SECONDS:NANOSECONDS`` since 1970, nothing when there was no such moment. ``walk`` has
``//STAGE/NAME/NAME…//STAMP/STAMP…`` for each stage: its modules, when it began, when each module ended. A span is name,
phase (empty at its end) and stamp. The ends of the phases are those of the modules that stand for them.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = "STAMPS "
_SPACE = re.compile("[ \v\f\r]")
_FIELDS = 6
_SPAN = 3
_BOUNDARIES = {"40-pre-plugin-boundary": "pre_plugin_end", "85-post-plugin-boundary": "post_plugin_end"}


class _Span(NamedTuple):
    name: str
    phase: str
    start: int
    end: int


def guide_lines(line: str, sample: str = "unknown") -> tuple[str, ...]:
    """The lines of the guide's format that one line of numbers stands for; any other line is left as it is.

    Args:
        line: A line without its end; the stamps of the result are whole microseconds.
        sample: What the segments name as their context.

    Returns:
        Markers, totals, the checksum of the policy, segments; a line that is not whole is returned as it came, so that
        the reader of logs refuses it.
    """
    if not line.startswith(_WORD):
        return (line,)
    fields = _SPACE.sub("_", line[len(_WORD) :]).split("\t")
    try:
        return tuple(_lines(fields, sample))
    except (ValueError, IndexError):
        return (line,)


def _lines(fields: Sequence[str], sample: str) -> Iterator[str]:
    rc_start, hooks, ready, left = (_microseconds(field) if field else 0 for field in fields[:4])
    policy, walk = fields[4:_FIELDS]
    stages, modules = _walk(walk)
    ends = {_BOUNDARIES[module.name]: module.end for module in modules if module.name in _BOUNDARIES}
    yield from _markers(
        {
            "rc_start": rc_start,
            "pre_plugin_start": stages.get("pre", 0),
            "pre_plugin_end": ends.get("pre_plugin_end", 0),
            "plugins_end": stages.get("post") or stages.get("post-end", 0),
            "post_plugin_end": ends.get("post_plugin_end", 0),
            "prompt_ready": ready,
            "exit_before_prompt": left,
        }
    )
    if policy:
        yield f"POLICY checksum={policy}"
    found = [*modules, *_spans(fields[_FIELDS:], ready)]
    if hooks and ready:
        found.append(_Span("precmd", "prompt", hooks, ready))
    for name, phase, start, end in found:
        ms = (end - start) // 1000
        yield f"SEGMENT name={name} ms={ms} phase={phase} sample={sample} start_us={start} end_us={end}"
        if phase == "post_plugin":
            yield f"POST_PLUGIN_SEGMENT {name} {ms}"


def _microseconds(stamp: str) -> int:
    seconds, nanoseconds = stamp.split(":")
    return int(seconds) * 1_000_000 + int(nanoseconds) // 1000


def _markers(stamps: dict[str, int]) -> Iterator[str]:
    """The moments that there were, and the totals between them."""
    for name, us in stamps.items():
        if us:
            yield f"MARK name={name} us={us}"
    for total, first, last in (
        ("PRE_PLUGIN", "pre_plugin_start", "pre_plugin_end"),
        ("POST_PLUGIN", "pre_plugin_end", "post_plugin_end"),
        ("PROMPT_READY", "pre_plugin_end", "prompt_ready"),
    ):
        start, end = stamps[first], stamps[last]
        if start and end:
            yield f"{total}_COMPLETE {(end - start) // 1000} start_us={start} end_us={end}"


def _walk(text: str) -> tuple[dict[str, int], list[_Span]]:
    """When each stage began, and its modules, each from the end of the one before it, as far as the shell came."""
    groups = text.split("//")[1:]
    stages: dict[str, int] = {}
    modules = []
    for words, numbers in zip(groups[::2], groups[1::2], strict=True):
        stage, *names = words.split("/")
        stamps = [_microseconds(number) for number in numbers.split("/")]
        if len(stamps) > len(names) + 1:
            raise ValueError(text)
        stages[stage] = stamps[0]
        for name, (start, end) in zip(names, pairwise(stamps), strict=False):
            modules.append(_Span(_label(stage, name), _phase(stage), start, end))
    return stages, modules


def _label(stage: str, name: str) -> str:
    return f"local/{name}" if stage.startswith("local-") else name


def _phase(stage: str) -> str:
    return "other" if stage == "plugins" else stage.removeprefix("local-").removesuffix("-end") + "_plugin"


def _spans(words: Sequence[str], ready: int) -> Iterator[_Span]:
    """Spans that ended by the prompt; of each name its first start and its first end count."""
    began: dict[str, tuple[str, int] | None] = {}
    for name, phase, stamp in zip(words[::_SPAN], words[1::_SPAN], words[2::_SPAN], strict=True):
        if phase:
            began.setdefault(name, (phase, _microseconds(stamp)))
        elif (start := began.get(name)) and (not ready or _microseconds(stamp) <= ready):
            yield _Span(name, *start, _microseconds(stamp))
            began[name] = None
