"""The settings of ``zf integrity``."""

from __future__ import annotations

from zshforge.model.setting import Setting

INTEGRITY_SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="integrity.deadline_s",
        default=30.0,
        unit="s",
        meaning="How long a start may take to its first command, and then to its end, while it is watched for a lock.",
        source="own: three times the deadline of a capture, because every system call is looked at",
        low=1,
    ),
    Setting(
        name="integrity.settle_ms",
        default=600.0,
        unit="ms",
        meaning="So long nothing may be read after the first command before deferred loading counts as done.",
        source="own: zinit's turbo mode waits up to half a second between two plugins",
        low=0,
    ),
    Setting(
        name="integrity.settle_max_ms",
        default=10000.0,
        unit="ms",
        meaning="After this, deferred loading counts as done whatever is read.",
        source="own",
        low=0,
    ),
    Setting(
        name="integrity.largest_mb",
        default=256.0,
        unit="MB",
        meaning="A larger file in a plugin's folder is locked by its size alone, unless a start reads it.",
        source="own: a second of hashing; no zsh code is that large",
        low=0,
    ),
    Setting(
        name="integrity.lock_timeout_ms",
        default=20000.0,
        unit="ms",
        meaning="How long to wait for others who write the same lock.",
        source="own: two hundred shells that start at once are through in that time",
        low=0,
    ),
    Setting(
        name="integrity.updated_fails",
        default=True,
        meaning="Whether a plugin that stands at another commit, with that commit's content, fails the check.",
        source="own: a moved branch is how most supply-chain attacks arrive",
    ),
)
