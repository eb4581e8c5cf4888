"""The settings of recorded comparisons: differences, drift, budgets, the ledger, the ladder."""

from __future__ import annotations

from zshforge.model.setting import Setting


def _milliseconds(name: str, default: float, meaning: str, source: str, *aliases: str) -> Setting:
    return Setting(name=name, default=default, unit="ms", meaning=meaning, source=source, aliases=aliases, low=0)


def _percent(name: str, default: float, meaning: str, source: str, *aliases: str) -> Setting:
    return Setting(name=name, default=default, unit="%", meaning=meaning, source=source, aliases=aliases, low=0)


_DIFF = (
    _milliseconds(
        "diff.abs_ms", 75.0, "A segment regresses from this many milliseconds more on …", "guide's perf-diff"
    ),
    _percent("diff.pct", 25.0, "… if it is this much of the baseline, too.", "guide's perf-diff"),
    _milliseconds("diff.new_ms", 150.0, "A new segment may cost less than this.", "guide's perf-diff"),
    Setting(
        name="diff.fail",
        default=False,
        meaning="Whether zf diff ends with 1 when something regressed (--fail).",
        source="guide: a stored baseline observes until somebody decides otherwise",
        aliases=("PERF_DIFF_FAIL_ON_REGRESSION",),
    ),
    _percent(
        "drift.warn_pct", 5.0, "From this rise of a segment on, drift is told as a warning.", "guide, drift tiers"
    ),
    _percent("drift.fail_pct", 10.0, "From this rise on it is told as a failure.", "guide, drift tiers"),
    _milliseconds(
        "drift.min_ms",
        1.0,
        "A smaller rise is no drift, whatever its share.",
        "own: two runs of the same configuration differ by as much",
    ),
)

JUDGE_SETTINGS: tuple[Setting, ...] = _DIFF
