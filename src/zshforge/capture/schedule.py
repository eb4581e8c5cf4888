"""The order of sessions: interleaved, so that what drifts on the machine drifts for all configurations alike."""

from __future__ import annotations

import random


def interleaved(configurations: int, rounds: int, *, seed: int) -> list[int]:
    """Indices of configurations, each once a round, the order within a round drawn from the seed."""
    draw = random.Random(seed)  # noqa: S311  an order, not a secret
    order: list[int] = []
    for _ in range(rounds):
        one_round = list(range(configurations))
        draw.shuffle(one_round)
        order += one_round
    return order


def run_id(stamp: str, seed: int, index: int) -> str:
    """A name that sorts by time: ``20260904T101500-ab12cd``.

    Args:
        stamp: UTC in ISO 8601, to the second.
        seed: The seed of the plan.
        index: Which configuration of the plan.
    """
    compact = stamp.replace("-", "").replace(":", "")[:15]
    return f"{compact}-{(seed * 31 + index) & 0xFFFFFF:06x}"
