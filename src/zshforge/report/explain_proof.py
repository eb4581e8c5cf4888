"""What a part really costs, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from zshforge.report.bars import Piece, flow, milliseconds, visible

if TYPE_CHECKING:
    from zshforge.model.proof import Proof


def render_proof(proof: Proof, *, width: int) -> Group:
    """The cost with its bounds, and what was left out.

    Args:
        proof: The proof.
        width: Columns of the terminal.
    """
    bounds = "too few pairs for bounds"
    if proof.lower_ms is not None and proof.upper_ms is not None:
        bounds = f"between {milliseconds(proof.lower_ms)} and {milliseconds(proof.upper_ms)}"
    head = Text(f"{visible(proof.name)} costs {milliseconds(proof.cost_ms)} ms ({bounds})", "bold")
    if not proof.conclusive:
        head.append("; it may as well cost nothing", "yellow")
    word = {"first_prompt_ms": "first prompt", "first_command_ms": "first command"}[proof.metric]
    told = [
        Piece(f"{word} with it {milliseconds(proof.with_ms)}, without it {milliseconds(proof.without_ms)}"),
        Piece(f"{proof.pairs} pairs"),
        *(Piece(f"emptied: {visible(name)}") for name in proof.removed),
    ]
    return Group(head, *flow(told, width=width, indent="  "))
