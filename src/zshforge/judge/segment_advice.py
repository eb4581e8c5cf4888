"""What to do about segments whose own cost swings: the guide's mapping from spread to deferring and lazy loading."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zshforge.judge.ledger import start_of
from zshforge.model.variance import SegmentSpread
from zshforge.stats.describe import mad, mean, median, population_stddev, relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zshforge.judge.spread import VarianceRules
    from zshforge.model.sample import Sample
    from zshforge.model.variance import AdviceCode

#: Managers and tools that nobody needs before the first command that calls them.
_ON_DEMAND = re.compile(
    r"(?<![a-z])(nvm|node|npm|pyenv|virtualenv|conda|mamba|rbenv|rvm|jenv|sdkman|goenv|nodenv|asdf|mise|direnv|kubectl|"
    r"helm|gcloud|aws|terraform|thefuck|zoxide|dev-env|development-env)(?![a-z])",
    re.IGNORECASE,
)


def segment_spreads(samples: Sequence[Sample], rules: VarianceRules) -> tuple[SegmentSpread, ...]:
    """The spread of every segment's own cost over sessions, the one that swings by most milliseconds first."""
    by_name: dict[str, list[float]] = {}
    for sample in samples:
        start = start_of(sample)
        for name, cost in (start.costs if start is not None else {}).items():
            by_name.setdefault(name, []).append(cost.own_ms)
    made = [_spread(name, values, rules) for name, values in by_name.items()]
    return tuple(sorted(made, key=lambda one: (-one.stddev_ms, one.name)))


def advice_for(name: str, rsd: float | None, own_ms: float, rules: VarianceRules) -> tuple[AdviceCode, str] | None:
    """What the guide proposes for a segment, and why; ``None`` for a steady or a cheap one.

    Args:
        name: The segment.
        rsd: Its relative spread, as a fraction.
        own_ms: Its median own cost.
        rules: From which spread and cost on there is something to gain.
    """
    if rsd is None or rsd < rules.hold_rsd or own_ms < rules.segment_min_ms:
        return None
    swings = f"its {own_ms:.1f} ms swing by {rsd:.0%} from session to session"
    if tool := _ON_DEMAND.search(name):
        return "lazy_load", f"{swings}, and {tool[0]} is needed only when it is called: lazy_register loads it then"
    return "defer", f"{swings}, so it waits for something outside the shell: let it run after the prompt"


def _spread(name: str, values: Sequence[float], rules: VarianceRules) -> SegmentSpread:
    location, deviation = mean(values) or 0.0, population_stddev(values) or 0.0
    middle, rsd = median(values) or 0.0, relative(deviation, location)
    advice = advice_for(name, rsd, middle, rules) if len(values) >= rules.some_samples else None
    return SegmentSpread(
        name=name,
        samples=len(values),
        mean_ms=location,
        stddev_ms=deviation,
        rsd=rsd,
        median_ms=middle,
        mad_ms=mad(values) or 0.0,
        advice=advice[0] if advice else None,
        message=advice[1] if advice else None,
    )
