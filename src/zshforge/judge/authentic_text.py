"""Judging what is written line by line: segment files, progress logs, benchmark lines."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from zshforge.judge.authentic_signs import KNOWN_SHARE, Sign, copied, fixed_share, identical, number
from zshforge.judge.formats import BENCH_LINE, PROGRESS_LINE, SEGMENT_LINE
from zshforge.model.markers import LIFECYCLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.judge.formats import Document

_FIELD = re.compile(r"(\w+)=(\S+)")

#: The three totals by the names that old and new lines use for them.
_TOTALS = {
    "PRE_PLUGIN_COMPLETE": "pre_plugin_total",
    "POST_PLUGIN_COMPLETE": "post_plugin_total",
    "PROMPT_READY_COMPLETE": "prompt_ready",
}
_TRIO = tuple(_TOTALS.values())
_BARE = re.compile(r"^(?P<name>\w+_COMPLETE|POST_PLUGIN_SEGMENT \S+) +(?P<ms>[\d.]+)")
_MARK = re.compile(r"^MARK name=(\w+) us=(\d{1,18})\b", re.MULTILINE)

#: Difference between a printed length and its stamps that cutting off explains, in milliseconds.
_CUT_OFF_MS = 1.0

#: Above this share of a total, what is in no segment is worth a word.
_NEARLY_ALL = 0.9


class _Line(NamedTuple):
    name: str
    printed_ms: float
    stamps: tuple[int, int] | None
    sample: str

    @property
    def ms(self) -> float:
        """By its stamps where it has them: they are finer than the printed length."""
        return self.printed_ms if self.stamps is None else (self.stamps[1] - self.stamps[0]) / 1000


def share_words(what: str = "pre") -> str:
    """The reason for a fixed share, in words."""
    return (
        f"{what} is {KNOWN_SHARE:.0%} of the total to the last digit in every sample: "
        "the stand-in that was written when no marker had been seen"
    )


def _number(text: str | None) -> float | None:
    try:
        return number(float(text)) if text is not None else None
    except ValueError:
        return None


def _stamps(fields: dict[str, str]) -> tuple[int, int] | None:
    start, end = _number(fields.get("start_us")), _number(fields.get("end_us"))
    return None if start is None or end is None else (int(start), int(end))


def _parsed(line: str) -> _Line | None:
    fields = dict(_FIELD.findall(line))
    if line.startswith("SEGMENT ") and (ms := _number(fields.get("ms"))) is not None:
        return _Line(fields.get("name", ""), ms, _stamps(fields), fields.get("sample", ""))
    if (found := _BARE.match(line)) and (ms := _number(found["ms"])) is not None:
        name = found["name"].removeprefix("POST_PLUGIN_SEGMENT ")
        return _Line(_TOTALS.get(name, name), ms, _stamps(fields), "")
    return None


def _lines(text: str) -> list[_Line]:
    """The lengths in the text, without markers of the policy and without lines that repeat a stamped one."""
    found = [line for raw in text.splitlines() if SEGMENT_LINE.match(raw) and (line := _parsed(raw))]
    stamped = {line.name for line in found if line.stamps}
    return [line for line in found if line.sample != "meta" and (line.stamps or line.name not in stamped)]


def _column(lines: Sequence[_Line], name: str) -> list[float]:
    return [line.ms for line in lines if line.name == name]


def _trio_signs(pre: Sequence[float], post: Sequence[float], prompt: Sequence[float]) -> Iterator[Sign]:
    if fixed_share(pre, post):
        yield Sign("made_up", share_words())
    if copied(prompt, post):
        yield Sign("made_up", f"prompt is identical to post ({_some(post)} ms): no prompt was seen, post was copied")
    if (post or prompt) and not any(post) and not any(prompt):
        yield Sign("made_up", "the post and prompt totals are all zero")
    for name, values in (("pre", pre), ("post", post), ("prompt", prompt)):
        if identical(values):
            yield Sign("made_up", f"all {len(values)} values of {name} are identical ({values[0]:g} ms)")


def _some(values: Sequence[float]) -> str:
    return ", ".join(f"{v:g}" for v in values[:3]) + (", …" if len(values) > 3 else "")  # noqa: PLR2004  a few


def _stamped(lines: Sequence[_Line]) -> Iterator[Sign]:
    stamped = [line for line in lines if line.stamps]
    for line in stamped:
        if line.ms < 0:
            yield Sign("made_up", f"{line.name} ends before it starts")
        elif abs(line.ms - line.printed_ms) > _CUT_OFF_MS:
            yield Sign("made_up", f"{line.name}: {line.printed_ms:g} ms are not the difference of its stamps")
    if bare := [line.name for line in lines if not line.stamps]:
        told = ", ".join(bare[:3]) + (", …" if len(bare) > 3 else "")  # noqa: PLR2004  a few
        yield Sign("doubt", f"no stamps for {told}: bare lengths, with nothing that shows who measured them")
    elif stamped:
        yield Sign("proof", f"all {len(stamped)} lengths are the difference of their own stamps")


def _moments(text: str) -> Iterator[Sign]:
    latest = (0, "")
    for name, stamp in _MARK.findall(text):
        if name == LIFECYCLE[1]:  # the next session begins
            latest = (0, "")
        if int(stamp) < latest[0]:
            yield Sign("made_up", f"the marker {name} is stamped before {latest[1]}, which it follows")
        latest = max(latest, (int(stamp), name))


def _unfinished(text: str, lines: Sequence[_Line]) -> Iterator[Sign]:
    begun, ended = sum(name == LIFECYCLE[1] for name, _ in _MARK.findall(text)), len(_column(lines, "prompt_ready"))
    if ended < begun:
        yield Sign("doubt", f"{begun} session{'' if begun == 1 else 's'} began, {ended} came to a prompt")


def _attribution(lines: Sequence[_Line]) -> Iterator[Sign]:
    post = sum(_column(lines, "post_plugin_total"))
    parts = [line for line in lines if line.name not in _TRIO and line.ms > 0]
    if post > 0 and not parts:
        yield Sign("note", "the post total has no segment in it")
    elif post > 0 and (rest := 1 - sum(line.ms for line in parts) / post) > _NEARLY_ALL:
        yield Sign("note", f"{rest:.1%} of the post total is in no segment")
    if any(line.sample == "mean" for line in lines):
        yield Sign("note", "means only: the values behind them are not in the file")


def judge_segments(document: Document) -> Iterator[Sign]:
    """A segment file, old or new: fixed shares, copies, and whether each length follows from its stamps."""
    text, _, rest = document.text.rpartition("\n")
    measured = _lines(text)
    if rest.strip():
        yield Sign("doubt", "half-written: the last line does not end")
    if not measured:
        yield Sign("doubt", "no length in it: nothing was measured")
        return
    if not any(line.ms for line in measured):
        yield Sign("made_up", f"all {len(measured)} lengths are zero")
        return
    yield from _moments(text)
    yield from _unfinished(text, measured)
    yield from _trio_signs(*(_column(measured, name) for name in _TRIO))
    yield from _stamped(measured)
    yield from _attribution(measured)


def judge_progress(document: Document) -> Iterator[Sign]:
    """A progress log of captures: sessions without a marker, and sessions whose phases were made up."""
    rows = [dict(_FIELD.findall(line)) for line in document.text.splitlines() if PROGRESS_LINE.match(line)]
    values = [tuple(_number(row.get(key)) or 0.0 for key in ("pre", "post", "prompt", "total_ms")) for row in rows]
    told = [(pre, post, prompt) for pre, post, prompt, _ in values if post > 0]
    if told:
        pre, post, prompt = zip(*told, strict=True)
        for sign in _trio_signs(pre, post, prompt):
            yield Sign(sign.weight, f"in the {len(told)} rows with a post total: {sign.text}")
    if unmarked := [total for *_, post, prompt, total in values if post == prompt == 0]:
        yield Sign(
            "doubt",
            f"{len(unmarked)} of {len(rows)} rows saw neither post nor prompt "
            f"({min(unmarked):g} to {max(unmarked):g} ms of wall time without a marker)",
        )
    yield Sign("doubt", "a progress log: no stamps, no provenance")


def bench_runs(text: str) -> dict[str, list[float]]:
    """The microseconds per call of each run, by function, as benchmark lines print them."""
    runs: dict[str, list[float]] = defaultdict(list)
    for found in BENCH_LINE.finditer(text):
        if (us := _number(found["us"])) is not None:
            runs[found["name"]].append(us)
    return dict(runs)


def judge_bench_lines(document: Document) -> Iterator[Sign]:
    """Bare benchmark lines: their runs are told, but no record says of what."""
    if "shimmed=1" in document.text:
        yield Sign("made_up", "a no-op stood in for functions (shimmed=1): what was timed is not what is named")
    yield Sign("doubt", f"bare log lines of {len(bench_runs(document.text))} functions, no record around them")
