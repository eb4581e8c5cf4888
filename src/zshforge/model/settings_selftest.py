"""The settings of a self-test."""

from __future__ import annotations

from zshforge.model.setting import Setting

SELFTEST_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="selftest.samples",
        default=3,
        unit="sessions",
        meaning="Sessions in which markers and segments must fire.",
        source="own: what fires by chance is missing in one of three",
        low=1,
    ),
    Setting(
        name="selftest.strict",
        default=False,
        meaning="Whether a marker or a segment that did not fire ends with 1.",
        source="guide: soft by default, hard in CI",
        aliases=("SELFTEST_HARD_FAIL",),
    ),
)
