"""Which commit, file and lines made a configuration slower (``bisection.v1``)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from zshforge.model.comparison import Culprit, Verdict


class Commit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One commit of the searched history."""

    oid: str
    """Its hash, in full."""
    subject: str
    """The first line of its message."""


class Step(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One comparison of the search."""

    before: str
    """What was held against."""
    after: str
    """What was judged."""
    verdict: Verdict
    """What the comparison said."""
    reasons: tuple[str, ...]
    """Why, in words."""
    pairs: int
    """How many pairs it took, with the confirming run."""


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Lines that made the difference, as the slow commit has them."""

    file: str
    """From the top of the repository."""
    first: int
    """The first line, from 1; of lines that only went away, the one before them."""
    last: int
    """The last line."""
    text: tuple[str, ...]
    """These lines."""


class Bisection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The search and its end."""

    schema: Literal["bisection.v1"] = "bisection.v1"
    good: str
    """Where it was fast, as a full hash."""
    bad: str
    """Where it is slow, as a full hash."""
    path: str
    """Which configuration, from the top of the repository."""
    verdict: Verdict
    """``fail`` when the slow commit was found, ``pass`` when BAD is not slower than GOOD."""
    reasons: tuple[str, ...]
    """Why, in words."""
    commits: int
    """How many commits between both touch the path."""
    culprit: Commit | None = None
    """The first commit that is slower than the one before it."""
    suspects: tuple[Commit, ...] = ()
    """Those that are left when it cannot be told which."""
    place: Place | None = None
    """The lines of it that made the difference."""
    place_reason: str | None = None
    """Why no lines can be named, or how these were found."""
    difference_ms: float | None = None
    """How much later the first prompt comes with that commit."""
    segments: tuple[Culprit, ...] = ()
    """Segments that grew with it."""
    seed: int
    """What all orders are drawn from."""
    steps: tuple[Step, ...]
    """Every comparison, in the order in which it was made."""
