"""The settings of the advice."""

from __future__ import annotations

from zshforge.model.setting import Setting

ADVICE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="advice.least_ms",
        default=0.5,
        unit="ms",
        meaning="What would save less is not told.",
        source="own: below it, two measurements of a start do not tell the difference",
        low=0,
    ),
    Setting(
        name="advice.doubt_share",
        default=0.25,
        unit="fraction",
        meaning="The part of a saving that is in doubt besides the spread of its measurements.",
        source="own: what replaces a cost costs something, too; docs/benchmarks.md holds promises against savings",
        low=0,
        high=1,
    ),
    Setting(
        name="advice.compile_kb",
        default=8.0,
        unit="kB",
        meaning="Sourced files from this size on are worth compiling.",
        source="own: smaller ones are parsed in less than 0.1 ms",
        low=0,
    ),
    Setting(
        name="advice.history_lines",
        default=10_000,
        unit="lines",
        meaning="The length that a history is measured against.",
        source="own: months of work; it is read in a few milliseconds",
        low=1,
    ),
    Setting(
        name="advice.exec_chain",
        default=3,
        unit="programs",
        meaning="As many programs one after the other in one process are a chain.",
        source="own: env and the program itself are two",
        low=2,
    ),
    Setting(
        name="advice.rounds",
        default=5,
        unit="rounds",
        meaning="How often parsing, completion, histories and keys are measured for a finding.",
        source="own: the median of five ignores two disturbed ones",
        low=1,
    ),
    Setting(
        name="advice.input_share",
        default=0.5,
        unit="fraction",
        meaning="Highlighting dominates a key's echo from this share on.",
        source="the word: more than everything else together",
        low=0,
        high=1,
    ),
    Setting(
        name="advice.most",
        default=5,
        unit="findings",
        meaning="The most findings of the usual view; the view advice has all of them.",
        source="own: one screen",
        low=1,
    ),
)
