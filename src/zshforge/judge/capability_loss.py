"""What worked before and does not any more: faster because broken is no gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zshforge.model.comparison import Rules, Values


def lost_capabilities(before: Values, after: Values, pairs: int, rules: Rules) -> tuple[str, ...]:
    """What every session had before, and fewer have now than ``compare.capability_share``."""
    return tuple(name for name in before.capabilities if _lost(before, after, name, pairs, rules))


def _lost(before: Values, after: Values, name: str, pairs: int, rules: Rules) -> bool:
    had, have = _told(before, name, pairs), _told(after, name, pairs)
    return bool(had) and bool(have) and all(had) and sum(have) < rules.capability_share * len(have)


def _told(values: Values, name: str, pairs: int) -> list[bool]:
    return [value for value in values.capabilities.get(name, ())[:pairs] if value is not None]
