"""A comparison on the terminal: the answer first, then each metric with its bounds, then why and what to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import UNKNOWN, Piece, flow, milliseconds, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.comparison import Comparison, CounterVerdict, MetricVerdict

_STYLES = {
    "pass": "bold green",
    "warn": "bold yellow",
    "fail": "bold red",
    "inconclusive": UNKNOWN,
    "unknown": UNKNOWN,
}
_NARROW = 90


def render_comparison(made: Comparison, *, width: int, next_command: str) -> Group:
    """The screen of one comparison.

    Args:
        made: What was compared.
        width: Columns of the terminal.
        next_command: One command to try next.
    """
    lines = [Text("A  ", "dim").append(visible(made.before)), Text("B  ", "dim").append(visible(made.after))]
    lines = [_answer(made), *lines, Text()]
    lines += _table(made, width)
    lines += [*_counters(made), Text()]
    why = made.reasons[:1] if made.verdict == "pass" else made.reasons
    for label, texts in (("why", why), ("lost", made.capabilities_lost), ("gained", made.capabilities_gained)):
        for text in texts:
            lines += flow([Piece(f"{label:<8} {visible(text)}")], width=width)
    lines += _grown(made, width)
    lines += flow([Piece(f"odds     {_odds(made)}", "dim")], width=width)
    for note in made.notes:
        lines += flow([Piece(f"note     {visible(note)}", "dim")], width=width)
    return Group(*lines, *flow([Piece(f"next     {next_command}", "bold")], width=width))


def _answer(made: Comparison) -> Text:
    last = made.looks[-1]
    gates = [metric for metric in made.metrics.values() if metric.gates]
    text = Text(made.verdict, _STYLES[made.verdict])
    text.append(f"  {_sentence(made, gates)}", "bold")
    runs = "one run" if last.purpose == "first" else "two runs"
    return text.append(f" ({sum(stage.rounds for stage in made.stages)} pairs in {runs})", "dim")


def _sentence(made: Comparison, gates: list[MetricVerdict]) -> str:
    if made.capabilities_lost:
        return "B does less than A"
    moved = next((m for m in gates if m.change in {"slower", "faster"} and m.effect is not None), None)
    if made.verdict == "inconclusive":
        return "these pairs cannot tell whether B is slower"
    if made.verdict == "unknown":
        return "nothing was measured that could tell"
    if moved is None or moved.effect is None or moved.difference_ms is None:
        return "B is not slower than A"
    size = f"{abs(moved.effect):.1%} ({milliseconds(abs(moved.difference_ms))} ms)"
    cleared = made.verdict != "fail" and moved.change == "slower"
    return f"B is {size} {moved.change} than A" + (", which is too little to matter" if cleared else "")


def _odds(made: Comparison) -> str:
    """Over how many questions the chance of a false alarm is divided."""
    rules, gates = made.rules, sum(metric.gates for metric in made.metrics.values())
    asked = f"{gates} metrics together (Holm)" if gates > 1 else "one metric"
    told = f"a false alarm is allowed {rules.alpha:g} in all: over {len(rules.looks)} looks, and {asked}"
    told += ", by two tests each"
    return f"{told}; what fails is measured again" if rules.confirm else told


def _table(made: Comparison, width: int) -> Iterator[Text]:
    head = f"{'':<22}{'A':>8}{'B':>8}{'change':>9}{'between':>18}"
    wide = width >= _NARROW
    yield Text(head + (f"{'median':>9}  {'p':>7}" if wide else ""), "dim")
    for name, metric in made.metrics.items():
        if metric.before_ms is None and not metric.gates:
            continue
        yield _row(name, metric, wide=wide)


def _row(name: str, metric: MetricVerdict, *, wide: bool) -> Text:
    line = Text(f"{name.removesuffix('_ms'):<22}{_ms(metric.before_ms):>8}{_ms(metric.after_ms):>8}")
    change = "unknown" if metric.effect is None else f"{metric.effect:+.1%}"
    between = "" if metric.lower is None or metric.upper is None else f"{metric.lower:+.1%} … {metric.upper:+.1%}"
    line.append(f"{change:>9}{between:>18}")
    if wide:
        line.append("" if metric.median_effect is None else f"{metric.median_effect:>+9.1%}", "dim")
        line.append(f"  {'' if metric.p is None else f'{metric.p:.2g}':>7}", "dim")
    if not metric.gates:
        return line.append("  shown" if metric.change == "unclear" else f"  shown, {metric.change}", "dim")
    word = metric.verdict if metric.change in {"unclear", "same"} else f"{metric.verdict}, {metric.change}"
    return line.append(f"  {word}", _STYLES[metric.verdict])


def _counters(made: Comparison) -> Iterator[Text]:
    for name, counter in made.counters.items():
        line = Text(f"{name:<22}{_count(counter.before):>8}{_count(counter.after):>8}  ")
        yield line.append(_told(counter), "dim" if counter.verdict in {"pass", "unknown"} else _STYLES[counter.verdict])


def _told(counter: CounterVerdict) -> str:
    return (
        f"{counter.verdict}, {visible(counter.reason or '')}"
        if counter.verdict in {"warn", "fail"}
        else counter.verdict
    )


def _grown(made: Comparison, width: int) -> Iterator[Text]:
    for culprit in made.culprits[:5]:
        yield from flow(
            [Piece(f"grew     {visible(culprit.name)} by {milliseconds(culprit.difference_ms)} ms")], width=width
        )


def _ms(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1f}"


def _count(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.0f}"
