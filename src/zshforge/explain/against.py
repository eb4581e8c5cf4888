"""What became dearer between two configurations, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zshforge.model.explanation import CODE_KINDS
from zshforge.model.proof import Change, ExplanationDiff

if TYPE_CHECKING:
    from zshforge.model.explanation import Explanation

_Key = tuple[str, str, str]


def against(here: Explanation, there: Explanation) -> ExplanationDiff:
    """Compare the own times of everything that has a name; a file is the same one when it lies at the same place.

    Lines are not part of a name, because a line that is added above moves all that follow.
    """
    mine, others = _costs(here), _costs(there)
    changes = []
    for key in dict.fromkeys([*mine, *others]):
        one, one_spread = mine.get(key, (0.0, 0.0))
        other, other_spread = others.get(key, (0.0, 0.0))
        changes.append(
            Change(
                kind=key[0],
                name=key[1],
                here_ms=one,
                there_ms=other,
                change_ms=one - other,
                within_noise=abs(one - other) <= one_spread + other_spread,
            )
        )
    rest = (here.unattributed_ms, there.unattributed_ms)
    changes.append(
        Change(
            kind="shell",
            name="unattributed",
            here_ms=rest[0],
            there_ms=rest[1],
            change_ms=rest[0] - rest[1],
            within_noise=False,
        )
    )
    return ExplanationDiff(
        config=here.config,
        against=there.config,
        wall_ms=here.wall_ms,
        against_wall_ms=there.wall_ms,
        changes=tuple(sorted(changes, key=lambda change: -abs(change.change_ms))),
    )


def _costs(found: Explanation) -> dict[_Key, tuple[float, float]]:
    """Own time and spread by kind, name and file, wherever the configuration lies."""
    costs: dict[_Key, tuple[float, float]] = {}
    root = found.config.rstrip("/")
    for row in found.rows:
        if row.kind in CODE_KINDS:
            key = (row.kind, _below(row.name, root), _below(row.file or "", root))
            own, spread = costs.get(key, (0.0, 0.0))
            costs[key] = (own + row.self_ms, spread + (row.spread_ms or 0.0))
    return costs


def _below(path: str, root: str) -> str:
    _, found, rest = path.partition(root + "/")
    return rest if found and root else path
