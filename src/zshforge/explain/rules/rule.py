"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from zshforge.explain.evidence import Cost, Evidence
from zshforge.explain.trace import Spot
from zshforge.model.advice import Fix, Metric, RulePage


class Finding(Struct, frozen=True, kw_only=True):
    """Something that a rule found on this configuration."""

    code: str
    message: str
    how: str
    spot: Spot | None = None
    evidence: tuple[str, ...] = ()
    cost: Cost | None = None
    saving: Cost | None = None
    """``None`` where nothing measured it; ``reason`` says why."""
    reason: str | None = None
    count: int | None = None
    metric: Metric = "start"
    always: bool = False
    """Whether it is told, without a saving, also where another finding promises the same time."""
    claims: frozenset[Spot] = frozenset()
    """Lines whose time is saved; line 0 stands for the whole file. What two findings claim is promised once."""
    fix: Fix | None = None


class Rule(Struct, frozen=True, kw_only=True):
    """A page, and the function that looks."""

    page: RulePage
    find: Callable[[Evidence], Iterable[Finding]]

    @property
    def code(self) -> str:
        """The rule's name."""
        return self.page.code
