"""The settings of micro-benchmarks."""

from __future__ import annotations

from zshforge.model.setting import Setting

BENCH_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="bench.rounds",
        default=41,
        unit="rounds",
        meaning="Rounds of each function that is fast enough.",
        source="own: a median of 41 rounds repeats within a few percent on a shared machine",
        low=5,
    ),
    Setting(
        name="bench.round_ms",
        default=4.0,
        unit="ms",
        meaning="How long a round takes, at least; calls are repeated until it does.",
        source="own: 4,000 times what reading the clock costs, and short beside a disturbance",
        low=0.1,
    ),
    Setting(
        name="bench.budget_s",
        default=2.0,
        unit="s",
        meaning="How long all rounds of one function may take; a slow one gets fewer of them, but five.",
        source="own: ten functions in half a minute",
        low=0.1,
    ),
    Setting(
        name="bench.call_deadline_s",
        default=15.0,
        unit="s",
        meaning="How long one request to the shell may take before its call is given up.",
        source="own: the same as for a prompt",
        low=0.1,
    ),
    Setting(
        name="bench.trim_share",
        default=0.05,
        unit="fraction",
        meaning="Share of the largest rounds that the trimmed median leaves out; the raw one stands beside it.",
        source="guide, F20",
        low=0,
        high=0.5,
    ),
    Setting(
        name="bench.warn_factor",
        default=2.0,
        unit="x baseline",
        meaning="A function of unchanged body warns above this many times its baseline.",
        source="guide, F22 and F30",
        aliases=("BENCH_CORE_REGRESS_WARN_FACTOR", "MICRO_WARN_FACTOR", "BENCH_WARN_FACTOR"),
        low=1,
    ),
    Setting(
        name="bench.fail_factor",
        default=3.0,
        unit="x baseline",
        meaning="A function of unchanged body fails above this many times its baseline.",
        source="guide, F22 and F30",
        aliases=("BENCH_CORE_REGRESS_FAIL_FACTOR", "MICRO_FAIL_FACTOR", "BENCH_FAIL_FACTOR"),
        low=1,
    ),
    Setting(
        name="bench.floor_us",
        default=2.0,
        unit="us",
        meaning="A difference of less than this is no finding, whatever its factor.",
        source="own: what the alignment of a shell's memory alone changes",
        low=0,
    ),
    Setting(
        name="bench.stable_runs",
        default=2,
        unit="runs",
        meaning="After this many runs in a row without a finding, gating is suggested.",
        source="guide, F36",
        low=1,
    ),
    Setting(
        name="bench.mode",
        default="observe",
        meaning="What the verdict does to the exit code: observe, warn, gate, budget or adaptive.",
        source="guide: observe first, gate after stable runs",
    ),
)
