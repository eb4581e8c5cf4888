"""Verdicts on recorded files as terminal lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zshforge.model.authenticity import AuthenticityReport

#: As wide as the longest verdict, so that the paths stand below each other.
_WIDTH = len("authentic")


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def authenticity_lines(report: AuthenticityReport) -> Iterator[str]:
    """One line for each file: its verdict, its path, its format and all reasons.

    What a file says about itself is in the reasons, so control characters are spelt out.
    """
    for file in report.files:
        reasons = "; ".join(file.reasons)
        yield f"{file.verdict:{_WIDTH}}  {_plain(file.path)}  ({_plain(file.format)}): {_plain(reasons)}"
