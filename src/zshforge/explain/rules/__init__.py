"""The rules of the advice, by code: the one table. A rule's code stays, also when the rule goes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from zshforge.explain.rules.completion import COMPLETION
from zshforge.explain.rules.history import HISTORIES
from zshforge.explain.rules.inits import INITS
from zshforge.explain.rules.loading import LOADING
from zshforge.explain.rules.network import NETWORKS
from zshforge.explain.rules.places import PLACES
from zshforge.explain.rules.processes import PROCESSES
from zshforge.explain.rules.prompt import PROMPT
from zshforge.model.errors import UsageError

if TYPE_CHECKING:
    from zshforge.explain.rules.rule import Rule
from zshforge.explain.rules.screen import SCREEN

_GROUPS = (COMPLETION, INITS, LOADING, PROCESSES, NETWORKS, HISTORIES, PLACES, SCREEN, PROMPT)
#: Every rule.
RULES: tuple[Rule, ...] = tuple(sorted((one for group in _GROUPS for one in group), key=lambda one: one.code))


def rule(code: str) -> Rule:
    """The rule of that code.

    Raises:
        UsageError: There is none; names the closest.
    """
    wanted = code.upper()
    found = next((one for one in RULES if one.code == wanted), None)
    if found is None:
        close = get_close_matches(wanted, [one.code for one in RULES], n=1)
        raise UsageError(f"there is no rule {code}", hint=f"zf rule {close[0]}" if close else "zf rule")
    return found
