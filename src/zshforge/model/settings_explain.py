"""The settings of an explanation."""

from __future__ import annotations

from zshforge.model.setting import Setting

EXPLAIN_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="explain.budget_s",
        default=5.0,
        unit="s",
        meaning="How long sessions may take; as many pairs with and without looks as fit in, but at least one.",
        source="own: with a start of two seconds the answer is there within ten",
        low=0,
    ),
    Setting(
        name="explain.pairs",
        default=7,
        unit="pairs",
        meaning="The most pairs of sessions with and without looks.",
        source="own: the median of seven ignores three disturbed ones",
        low=1,
    ),
    Setting(
        name="explain.look_us",
        default=60.0,
        unit="us",
        meaning="The time between two looks at the line.",
        source="own: half of it slows the shell down three times as much",
        low=1,
    ),
    Setting(
        name="explain.file_look_us",
        default=1000,
        unit="us",
        meaning="The time between two looks at the files.",
        source="own: a millisecond is exact enough for a file, and half of it costs more than 3 %",
        low=50,
    ),
    Setting(
        name="explain.chain_share",
        default=0.05,
        unit="fraction",
        meaning="The chain shows what took at least this share of the time.",
        source="own: twenty lines at most in a depth",
        low=0,
        high=1,
    ),
    Setting(
        name="explain.most_rows",
        default=6000,
        unit="rows",
        meaning="The most rows of an explanation; the smallest of each kind are gathered in one.",
        source="own: a document stays below 5 MB",
        low=10,
    ),
    Setting(
        name="explain.most_stacks",
        default=6000,
        unit="stacks",
        meaning="The most stacks, and the most stretches, of an explanation; smaller ones count for their callers.",
        source="own: a page stays below 5 MB",
        low=10,
    ),
    Setting(
        name="explain.prove_pairs",
        default=12,
        unit="pairs",
        meaning="Pairs of sessions with and without what is to be proven.",
        source="own: the sign test then gives an interval of 96 % without its two outermost pairs",
        low=6,
    ),
)
