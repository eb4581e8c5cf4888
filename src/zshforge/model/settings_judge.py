"""The settings of recorded comparisons: differences, drift, budgets, the ledger, the ladder."""

from __future__ import annotations

from zshforge.model.setting import Setting

_GUIDE_BUDGETS = "guide, section 4.1.2"

#: The segments that have a budget: interim and final ceiling in milliseconds, and whether it may be absent.
BUDGETED: dict[str, tuple[float, float, bool]] = {
    "pre_plugin_total": (120.0, 100.0, False),
    "post_plugin_total": (3000.0, 500.0, False),
    "prompt_ready": (3500.0, 1000.0, False),
    "compinit": (400.0, 250.0, False),
    "p10k_theme": (900.0, 600.0, True),
    "gitstatus_init": (250.0, 150.0, True),
}


def _milliseconds(name: str, default: float, meaning: str, source: str, *aliases: str) -> Setting:
    return Setting(name=name, default=default, unit="ms", meaning=meaning, source=source, aliases=aliases, low=0)


def _percent(name: str, default: float, meaning: str, source: str, *aliases: str) -> Setting:
    return Setting(name=name, default=default, unit="%", meaning=meaning, source=source, aliases=aliases, low=0)


def _count(name: str, default: int, unit: str, meaning: str, source: str, *, low: int = 1) -> Setting:
    return Setting(name=name, default=default, unit=unit, meaning=meaning, source=source, low=low)


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

_BUDGET = (
    Setting(
        name="budget.phase",
        default="interim",
        meaning="Which column of the budgets holds: interim or final.",
        source="guide",
        aliases=("PERF_BUDGET_PHASE",),
    ),
    Setting(
        name="budget.enforce",
        default=False,
        meaning="Whether an exceeded budget ends with 1; else it is a dry run.",
        source="guide",
        aliases=("ENFORCE",),
    ),
    *(
        _milliseconds(f"budget.interim.{name}_ms", interim, f"Interim budget of {name}.", _GUIDE_BUDGETS)
        for name, (interim, _, _) in BUDGETED.items()
    ),
    *(
        _milliseconds(f"budget.final.{name}_ms", final, f"Final budget of {name}.", _GUIDE_BUDGETS)
        for name, (_, final, _) in BUDGETED.items()
    ),
    *(
        _milliseconds(
            f"budget.override.{name}_ms",
            0.0,
            f"Replaces the budget of {name} in both phases; 0 does not.",
            "guide, environment overrides",
            f"BUDGET_{name.upper()}",
        )
        for name in BUDGETED
    ),
    *(
        Setting(
            name=f"budget.allow_missing.{name}",
            default=optional,
            meaning=f"Whether {name} may be absent from a run.",
            source="guide: segments of plugins that not everybody has",
            aliases=(f"ALLOW_MISSING_{name.upper()}",),
        )
        for name, (_, _, optional) in BUDGETED.items()
    ),
    _percent(
        "ratchet.override_pct",
        0.0,
        "How much above its baseline the pre-plugin total may lie, instead of the ratchet; 0 leaves it to the ratchet.",
        "guide",
        "PREPLUGIN_ALLOWED_REGRESSION_PCT",
    ),
    _percent("ratchet.first_pct", 10.0, "How much above its baseline the pre-plugin total may lie at first.", "guide"),
    _percent("ratchet.second_pct", 7.0, "The same after enough green runs.", "guide"),
    _percent("ratchet.third_pct", 5.0, "The same after as many again.", "guide"),
    _count(
        "ratchet.runs", 3, "runs", "Green, stable runs in a row that tighten it.", "guide: 3 consecutive green runs"
    ),
)

_LEDGER = (
    _milliseconds("ledger.heavy_ms", 500.0, "A module is heavy from this own cost on …", "guide's perf-module-ledger"),
    _percent("ledger.heavy_pct", 10.0, "… or from this share of the start on.", "guide's perf-module-ledger"),
    _milliseconds("ledger.moderate_ms", 120.0, "It is moderate from this own cost on …", "guide's perf-module-ledger"),
    _percent("ledger.moderate_pct", 3.0, "… or from this share of the start on.", "guide's perf-module-ledger"),
    _milliseconds(
        "ledger.min_ms",
        1.0,
        "A cheaper module is light, whatever its share.",
        "own: a third of a start of 3 ms is nobody's burden",
    ),
    _count(
        "ledger.trend_runs", 10, "snapshots", "How many snapshots the trend looks back.", "own: two weeks of nights"
    ),
    Setting(
        name="ledger.fail_on_over",
        default=False,
        meaning="Whether zf ledger ends with 1 when a budget is exceeded (--fail-on-over).",
        source="guide: observe first",
        aliases=("PERF_LEDGER_FAIL_ON_OVER",),
    ),
)

_VARIANCE = (
    Setting(
        name="variance.metrics",
        default="pre_plugin_total_ms,post_plugin_total_ms,prompt_ready_ms",
        meaning="Which metrics must be steady; those of a configuration without phases may be first_prompt_ms alone.",
        source="guide: the lifecycle totals",
    ),
    _count(
        "variance.some_samples", 3, "samples", "Fewer samples of a run say nothing at all.", "guide: N of at least 3"
    ),
    _count(
        "variance.window", 3, "runs", "Of how many of the last runs two thirds must be stable.", "guide, two thirds"
    ),
    Setting(
        name="variance.window_share",
        default=0.6666,
        unit="fraction",
        meaning="That share; the latest run must be among them.",
        source="guide, two thirds",
        low=0,
        high=1,
    ),
    Setting(
        name="variance.streak_warn",
        default=2,
        unit="runs",
        meaning="Stable runs in a row that enable warnings.",
        source="guide, section 4.1.3",
        aliases=("VARIANCE_STREAK_REQUIRED",),
        low=1,
    ),
    _count("variance.streak_fail", 3, "runs", "Stable runs in a row that enable failures.", "guide's variance-state"),
    _count("variance.keep_runs", 30, "runs", "How many runs the state keeps.", "guide: rolling 30", low=3),
)

_LADDER = (
    _count("rolling.runs", 5, "runs", "Of how many runs before it the rolling baseline is the median.", "own"),
    _count("rolling.min_runs", 3, "runs", "Fewer make no rolling baseline.", "own: one wild run moves it by nothing"),
    _count(
        "rolling.sustained_runs",
        3,
        "runs",
        "Stable runs in a row that sustain a level, which later ones may exceed by drift.fail_pct at most.",
        "own: one lucky run is no level",
    ),
    _count("ladder.same_trials", 3, "comparisons", "Of a configuration with itself without alarm, for a gate.", "own"),
    _count("ladder.injected_trials", 1, "comparisons", "With a known slowdown that was detected, for a gate.", "own"),
    Setting(
        name="ladder.injected_ms",
        default=10,
        unit="ms",
        meaning="The slowdown that zf variance try puts in; whole hundredths of a second.",
        source="own: what a person begins to feel",
        low=10,
    ),
    Setting(
        name="ladder.detected_share",
        default=0.5,
        unit="fraction",
        meaning="How much of a known slowdown an alarm must see, to have seen it.",
        source="own: an alarm that sees less saw something else",
        low=0,
        high=1,
    ),
    _count("ladder.cycles", 3, "passes", "Passes in a row from gate to budget, and from there on.", "guide, 4.1.3"),
    Setting(
        name="ladder.adaptive",
        default=False,
        meaning="Whether the last mode may be reached, in which a run that passes becomes the baseline.",
        source="guide: optional",
    ),
    Setting(
        name="ladder.segments",
        default="compinit,p10k_theme,gitstatus_init",
        meaning="Segments that a run must show before a gate is earned, but those that budget.allow_missing spares.",
        source="guide, section 4.1.3",
    ),
)

JUDGE_SETTINGS: tuple[Setting, ...] = _DIFF + _BUDGET + _LEDGER + _VARIANCE + _LADDER
