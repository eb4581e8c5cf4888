"""The first screen after a capture: what a person feels, where it goes, and how far to trust it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.console import Group
from rich.text import Text

from zshforge.model.sample import CAPABILITY_NAMES
from zshforge.model.summary import Summary
from zshforge.report.bars import UNKNOWN, Piece, bar, flow, milliseconds, scale_style, spread, visible
from zshforge.report.set_table import set_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zshforge.model.run import Run, RunSet

#: What the terminal of the first minute shows (VT100 and after); a normal run needs no scrolling.
SCREEN_LINES = 24

_LABEL = 9
_MOST_SEGMENTS = 9
_NOT_MEASURED = Summary(reason="not measured")
_TRIO = (
    ("pre", "pre_plugin_total_ms"),
    ("post", "post_plugin_total_ms"),
    ("prompt", "prompt_ready_ms"),
)
_FELT = (("input", "input_ms"), ("command", "command_ms"))
_ABLE = {"git_prompt": "git prompt", "own_tty": "own terminal"}


class _Row(NamedTuple):
    name: str
    value: float | None
    reason: str = ""


def render(run: Run, *, budgets: Mapping[str, float], width: int, next_command: str) -> Group:
    """The screen of one run.

    Times are medians in milliseconds; the number behind ± is the sample standard deviation of the first prompt, the
    same that stands in the artifact. Shares are of the median time to the first prompt; a segment's row counts its own
    time, without the segments inside it, so that the rows do not count anything twice.

    Args:
        run: What was measured.
        budgets: Milliseconds by the name of the latency (``first_prompt_ms``, …); colours follow zsh-bench's scale:
            up to half of the budget green, up to all of it yellow, up to twice orange, above red.
        width: Columns of the terminal.
        next_command: One command to try next.
    """
    above = [*_headline(run, budgets, width), *_identity(run, width), *_trio(run, width)]
    below = [*_trust(run, width), *_labelled("next", next_command, width, "bold")]
    # two lines are the heading and the row of what was not attributed, one is left for the shell's own prompt
    room = max(SCREEN_LINES - len(above) - len(below) - 3, 3)
    return Group(*above, *_segments(run, width, min(room, _MOST_SEGMENTS)), *below)


def render_set(
    runs: RunSet,
    *,
    budgets: Mapping[str, float],
    width: int,
    next_command: str,
    verbose: bool = False,
) -> Group:
    """Several configurations as one table, the reason of each unknown below it, and one command to try next.

    Args:
        runs: What was measured, in the order in which it is shown.
        budgets: As for ``render``.
        width: Columns of the terminal.
        next_command: One command to try next.
        verbose: Also show the screen of each run.
    """
    blocks: list[Text | Group] = [*set_table(runs.runs, budgets, width)]
    for run in runs.runs:
        doubts = [*_unknown_latencies(run), *_stability_doubts(run), *_failure_text(run)]
        for doubt in doubts:
            blocks += _paragraph(f"{visible(run.config)}: {doubt}", width)
        if verbose:
            above = [*_headline(run, budgets, width), *_identity(run, width), *_trio(run, width)]
            blocks.append(Group(Text(), *above, *_segments(run, width, _MOST_SEGMENTS), *_trust(run, width)))
    return Group(*blocks, *_labelled("next", next_command, width, "bold"))


def _headline(run: Run, budgets: Mapping[str, float], width: int) -> list[Text]:
    first = _latency(run, "first_prompt_ms")
    budget = budgets.get("first_prompt_ms")
    style = scale_style(first.median, budget)
    pieces = [Piece(_to_prompt(run, first), f"bold {style}".strip())]
    if budget is not None:
        over = first.median is not None and first.median > budget
        share = f" ({first.median / budget:.0%})".replace("%", " %") if over and first.median else ""
        pieces.append(Piece(f"{'over ' if over else ''}budget {budget:g}{share}", style if over else ""))
    command = _latency(run, "first_command_ms")
    pieces.append(_piece("to first command", command, budgets.get("first_command_ms"), trailing=True))
    pieces += [_piece(name, _latency(run, metric), budgets.get(metric)) for name, metric in _FELT]
    return flow(pieces, width=width)


def _to_prompt(run: Run, first: Summary) -> str:
    sessions = f"{run.authentic_samples} of " if run.authentic_samples < run.requested_samples else ""
    plural = "" if run.requested_samples == 1 else "s"
    verdict = "stability unknown" if run.stability.verdict == "unknown" else run.stability.verdict
    facts = f"{sessions}{run.requested_samples} session{plural}, {verdict}"
    if first.median is None:
        return f"time to prompt unknown ({_reason(first)}, {facts})"
    deviation = "" if first.stddev is None else f"±{spread(first.stddev, first.median)}, "
    return f"{milliseconds(first.median)} ms to prompt ({deviation}{facts})"


def _piece(name: str, summary: Summary, budget: float | None, *, trailing: bool = False) -> Piece:
    if summary.median is None:
        return Piece(f"{name.removeprefix('to ')} unknown ({_reason(summary)})", UNKNOWN)
    value = milliseconds(summary.median)
    over = f" (over {budget:g})" if budget is not None and summary.median > budget else ""
    text = f"{value} ms {name}" if trailing else f"{name} {value}"
    return Piece(text + over, scale_style(summary.median, budget))


def _identity(run: Run, width: int) -> list[Text]:
    facts = (run.config, run.framework, f"zsh {run.fingerprint.zsh}", run.state, f"run {run.run_id}")
    return flow([Piece(visible(fact)) for fact in facts], width=width)


def _trio(run: Run, width: int) -> list[Text]:
    pieces = []
    for name, metric in _TRIO:
        summary = run.lifecycle.get(metric, _NOT_MEASURED)
        if summary.median is None:
            pieces.append(Piece(f"{name} unknown ({_reason(summary)})", UNKNOWN))
        else:
            pieces.append(Piece(f"{name} {milliseconds(summary.median)} {_source(getattr(run.provenance, name))}"))
    return flow(pieces, width=width)


def _source(counts: Mapping[str, int]) -> str:
    seen = {word: count for word, count in counts.items() if count}
    if not seen:
        return "(source unknown)"
    if len(seen) == 1:
        return next(iter(seen))
    return "(" + ", ".join(f"{count} {word}" for word, count in seen.items()) + ")"


def _segments(run: Run, width: int, room: int) -> Iterator[Text]:
    whole = run.start_ms.median
    rows = _rows(run, room)
    if not rows:
        yield from flow([Piece("no segment was seen")], width=width)
        rows = []
    else:
        yield Text("segments, own time in ms, share of the start"[:width], "dim")
    rest = run.unattributed_ms
    rows.append(_Row("not attributed", rest.median, _reason(rest)))
    widest = min(max(len(row.name) for row in rows), max(width - 34, 12))
    for row in rows:
        yield from _segment_line(row, whole, widest, width)


def _rows(run: Run, room: int) -> list[_Row]:
    known = sorted(
        ((_segment_name(run, index), _own(run, index)) for index in range(len(run.segments))),
        key=lambda item: -(item[1] if item[1] is not None else -1.0),
    )
    shown = known if len(known) <= room else known[: room - 1]
    rows = [_Row(name, value, "no own time") for name, value in shown]
    smaller = known[len(shown) :]
    if smaller:
        rows.append(_Row(f"{len(smaller)} smaller ones", sum(value or 0.0 for _, value in smaller)))
    return rows


def _own(run: Run, index: int) -> float | None:
    segment = run.segments[index]
    return segment.ms.median if segment.self_ms.median is None else segment.self_ms.median


def _segment_name(run: Run, index: int) -> str:
    segment = run.segments[index]
    partly = f" ({segment.samples} of {run.samples})" if segment.samples < run.samples else ""
    return visible(segment.name) + partly


def _segment_line(row: _Row, whole: float | None, widest: int, width: int) -> list[Text]:
    name = _cut(row.name, widest)
    if row.value is None:
        return flow([Piece(f"  {name}  unknown ({row.reason})", UNKNOWN)], width=width)
    line = Text(f"  {name:<{widest}}  {milliseconds(row.value):>5}")
    if whole:
        share = row.value / whole
        drawn = min(width - widest - 17, 40)
        line.append(f"  {bar(share, drawn):<{drawn}}", "cyan").append(f" {share:>4.0%}".replace("%", " %"))
    return [line]


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else "…" + name[len(name) - width + 1 :]


def _trust(run: Run, width: int) -> Iterator[Text]:
    yield from _labelled("probe", _overhead(run), width, UNKNOWN if run.overhead.first_prompt_ms is None else "")
    yield from _able(run, width)
    if run.stability.verdict != "stable":
        for reason in _few(run.stability.reasons or ("no reason was given",)):
            yield from _labelled(run.stability.verdict, reason, width, "yellow")
        for advice in _few(run.stability.advice):
            yield from _labelled("advice", advice, width)
    for failure in _failure_text(run):
        yield from _labelled("failed", failure.removeprefix("failed "), width, "red")
    for note in _few(run.notes):
        yield from _labelled("note", note, width)


def _overhead(run: Run) -> str:
    cost = run.overhead
    if cost.first_prompt_ms is None:
        return f"cost unknown ({cost.reason or 'not measured'})"
    share = "" if cost.first_prompt_share is None else f", {cost.first_prompt_share * 100:.1f} % of the prompt"
    apart = "" if cost.in_latencies else ", not in the latencies"
    return f"cost {milliseconds(cost.first_prompt_ms)} ms{share}{apart} ({cost.pairs} pairs)"


def _able(run: Run, width: int) -> list[Text]:
    pieces = []
    for label, wanted, style in (("works", True, ""), ("missing", False, "yellow"), ("unknown", None, UNKNOWN)):
        told = [name for name in CAPABILITY_NAMES if getattr(run.capabilities, name) is wanted]
        # a shell that stays in the terminal it was started in lacks nothing
        names = [_ABLE.get(name, name) for name in told if wanted is not False or name != "own_tty"]
        if names:
            pieces.append(Piece(f"{label} {', '.join(names)}", style))
    return flow(pieces, width=width)


def _unknown_latencies(run: Run) -> Iterator[str]:
    for name, metric in (("prompt", "first_prompt_ms"), ("first command", "first_command_ms"), *_FELT):
        summary = _latency(run, metric)
        if summary.median is None:
            yield f"{name} unknown ({_reason(summary)})"


def _stability_doubts(run: Run) -> Iterator[str]:
    if run.stability.verdict != "stable":
        yield f"{run.stability.verdict}: {'; '.join(run.stability.reasons) or 'no reason was given'}"


def _failure_text(run: Run) -> Iterator[str]:
    if run.failures:
        again = sum(failure.retried for failure in run.failures)
        retried = f" ({again} tried again)" if again else ""
        first = run.failures[0]
        total = len(run.failures) + run.samples
        yield f"failed {len(run.failures)} of {total} sessions{retried}: {first.what} (phase {first.phase})"


def _few(lines: tuple[str, ...], most: int = 2) -> Iterator[str]:
    yield from lines[:most]
    if len(lines) > most:
        yield f"and {len(lines) - most} more (--json has all)"


def _labelled(label: str, text: str, width: int, style: str = "") -> list[Text]:
    lines = flow([Piece(visible(text), style)], width=max(width - _LABEL, 10))
    heads = [f"{label:<{_LABEL}}", *[" " * _LABEL] * (len(lines) - 1)]
    return [Text(head, "dim").append_text(line) for head, line in zip(heads, lines, strict=True)]


def _paragraph(text: str, width: int) -> list[Text]:
    return flow([Piece(visible(text))], width=width)


def _latency(run: Run, metric: str) -> Summary:
    return run.latencies.get(metric, _NOT_MEASURED)


def _reason(summary: Summary) -> str:
    return visible(summary.reason or "no reason was given")
