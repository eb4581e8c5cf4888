"""A rule of the advice as text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zshforge.model.advice import RulePage

_INDENT = 10


def render_rule(page: RulePage, *, width: int) -> str:
    """The whole page."""
    return "\n".join([f"{page.code}  {page.title}", "", *_parts(page, max(40, width))]) + "\n"


def render_rules(pages: Sequence[RulePage]) -> str:
    """One line for each rule."""
    return "".join(f"{page.code}  {page.title}{' (--fix)' if page.fix else ''}\n" for page in pages)


def _parts(page: RulePage, width: int) -> Iterator[str]:
    parts = {
        "why": page.why,
        "evidence": page.evidence,
        "saving": page.saving,
        "how": page.how,
        "fix": page.fix or "no mechanical change is safe",
        "silent": page.silent,
    }
    for word, text in parts.items():
        wrapped = textwrap.wrap(text, width - _INDENT, break_on_hyphens=False)
        yield f"{word:<{_INDENT}}{wrapped[0]}"
        yield from (" " * _INDENT + line for line in wrapped[1:])
    if page.example:
        yield from ["", *(f"    {line}".rstrip() for line in page.example.splitlines())]
